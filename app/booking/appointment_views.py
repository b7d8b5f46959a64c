"""An appointment by its link, in every state: read, put in a calendar, undone, cancelled, answered, chosen anew."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, url_for

from app.booking import actions, calendar_file, cards, choices, pages, queries, rights, standing, view_as
from app.booking.change_forms import CancelForm, answers_form
from app.booking.models import Appointment
from app.booking.refusals import AlreadyDone
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import language, lazy_gettext
from app.practice.queries import primary_host
from app.web import htmx
from app.web.access import checks_its_token, practice_only
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("appointment", __name__)


@bp.before_request
def _do_nothing_while_looking() -> None:
    if request.method == "POST":
        view_as.refuse(standing.seen(now=services().clock.now()).viewing)


DONE = {
    "moved": lazy_gettext("Your appointment is moved. A mail with the new time is on its way."),
    "answered": lazy_gettext("Thank you. Your answers are with the practice, which decides now."),
}


@bp.get("/appointments/<token>")
@practice_only
def confirmed(token: str) -> str:
    done = DONE.get(request.args.get("done", ""))
    return render_template(
        "booking/confirmed.html", token=token, done=done, **cards.card(cards.behind(token))
    )


@bp.get("/appointments/<token>/calendar.ics")
@practice_only
def calendar(token: str) -> Response:
    appointment = cards.behind(token)
    content = calendar_file.of(appointment, g.practice, host=primary_host(g.practice.id), code=language())
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


@bp.post("/appointments/<token>/undo")
@practice_only
def undo(token: str) -> Any:
    appointment = cards.behind(token)
    actions.undo(appointment, by=rights.actor_of(appointment), now=services().clock.now())
    return htmx.redirect_to(url_for("appointment.confirmed", token=token))


@bp.post("/appointments/<token>/cancellation")
@practice_only
@checks_its_token
def cancel(token: str) -> Any:
    appointment, now = cards.behind(token), services().clock.now()
    form = CancelForm(wanted=rights.policy_of(appointment, g.practice, now=now).cancel_reason)
    if not form.validate():
        g.here = url_for("appointment.confirmed", token=token)
        shown = cards.card(appointment, cancelling=form)
        return render_template("booking/confirmed.html", token=token, **shown), 422
    actions.cancel(appointment, by=rights.actor_of(appointment), now=now, reason=form.said)
    return htmx.redirect_to(url_for("appointment.confirmed", token=token))


# ---- answers to what the practice asks


@bp.get("/appointments/<token>/answers")
@practice_only
def questions(token: str) -> Any:
    appointment = cards.behind(token)
    if appointment.status != "pending":
        return htmx.redirect_to(url_for("appointment.confirmed", token=token))
    return answer_page(appointment, url_for(".questions", token=token))


@bp.post("/appointments/<token>/answers")
@practice_only
@checks_its_token
def answer(token: str) -> Any:
    appointment = cards.behind(token)
    here = url_for(".questions", token=token)
    return take_answers(appointment, here) or htmx.redirect_to(
        url_for("appointment.confirmed", token=token, done="answered")
    )


def answer_page(appointment: Appointment, here: str, form: Any = None) -> str:
    """The questions that wait, with what was answered before; `here` is where the form goes."""
    asked = queries.questions_of([appointment.id])[appointment.id]
    waiting = [one for one in asked if one.answer is None]
    g.here = here
    return render_template(
        "booking/answers.html",
        here=here,
        form=form or answers_form(waiting, formdata=None),
        waiting=waiting,
        answered=[one for one in asked if one.answer is not None],
        **cards.card(appointment),
    )


def take_answers(appointment: Appointment, here: str, meanwhile: Callable[[], None] = lambda: None) -> Any:
    """None when they are taken; else the page to correct. CannotBeChanged when the practice no longer waits."""
    now = services().clock.now()
    waiting = [one for one in queries.questions_of([appointment.id])[appointment.id] if one.answer is None]
    form = answers_form(waiting)
    if not form.validate():
        return answer_page(appointment, here, form), 422
    by, answers = rights.actor_of(appointment), form.by_question(waiting)
    until = rights.longer(appointment, g.practice, now=now)
    with write_tx():
        actions.answered(appointment, by=by, now=now, answers=answers, until=until)
        meanwhile()
    return None


# ---- one of the times the practice offers instead


@bp.post("/appointments/<token>/choice")
@practice_only
def choose(token: str) -> Any:
    BaseForm()  # content type and single values
    refused = cards.behind(token)
    return take_choice(refused, url_for("appointment.choose", token=token))


def take_choice(refused: Appointment, here: str, meanwhile: Callable[[], None] = lambda: None) -> Any:
    """To the page of the new appointment; or what is left of the times offered."""
    position, by = request.form.get("position"), rights.actor_of(refused)
    try:
        made = choices.take(refused, position, practice=g.practice, by=by, meanwhile=meanwhile)
    except AlreadyDone:
        return htmx.redirect_to(choices.instead_of(refused))
    except Refusal as no:
        current_app.logger.info("refused %s", type(no).__name__)
        return choice_page(refused, here, refusal=no), 409
    return htmx.redirect_to(url_for("appointment.confirmed", token=pages.token(made)))


def choice_page(refused: Appointment, here: str, *, refusal: Refusal | None = None) -> str:
    g.here = url_for("appointment.confirmed", token=pages.token(refused.id))
    return render_template("booking/choose.html", here=here, refusal=refusal, **cards.card(refused))
