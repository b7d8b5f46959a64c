"""The links of mails: whatever looks at one changes nothing, POST acts once, and afterwards it says that it is done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, g, render_template, url_for

from app.booking import actions, cards, links, pages, queries, rights
from app.booking.appointment_views import answer_page, choice_page, take_answers, take_choice
from app.booking.change_forms import CancelForm
from app.booking.models import ActionLink, Appointment
from app.booking.refusals import AlreadyDone
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.web import htmx, limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("action", __name__)


@bp.get("/action/<token>")
@practice_only
def show(token: str) -> Any:
    link, appointment = _read(token)
    return SHOWN[link.action](token, link, appointment)


@bp.post("/action/<token>")
@practice_only
@checks_its_token
def act(token: str) -> Any:
    link, appointment = _read(token)
    return DONE[link.action](token, link, appointment)


def _read(token: str) -> tuple[ActionLink, Appointment]:
    """Guessing is hopeless, and seen: only links that are none count."""
    try:
        link = links.read(token, now=services().clock.now())
    except NotFound:
        limits.hit("token")
        raise
    if link.action not in SHOWN:
        raise NotFound
    return link, queries.appointment(link.appointment_id)


def _here(token: str) -> str:
    return url_for("action.show", token=token)


def _page(appointment: Appointment, **more: Any) -> Any:
    return go(url_for("appointment.confirmed", token=pages.token(appointment.id), **more))


# ---- cancel


def _show_cancel(token: str, _link: ActionLink, appointment: Appointment) -> str:
    return render_template("booking/action.html", here=_here(token), **cards.card(appointment))


def _cancel(token: str, link: ActionLink, appointment: Appointment) -> Any:
    now = services().clock.now()
    form = CancelForm(wanted=rights.policy_of(appointment, g.practice, now=now).cancel_reason)
    if not form.validate():
        g.here = _here(token)
        shown = cards.card(appointment, cancelling=form)
        return render_template("booking/action.html", here=_here(token), **shown), 422
    with write_tx():
        actions.cancel(appointment, by=rights.actor_of(appointment), now=now, reason=form.said)
        links.use(link, now=now)
    return htmx.redirect_to(_here(token))


# ---- move: the way to the free times; what moves is the page behind it


def _show_move(_token: str, _link: ActionLink, appointment: Appointment) -> Any:
    if not rights.of(appointment, g.practice, now=services().clock.now()).move:
        return _page(appointment)
    return go(url_for("move.choose_time", token=pages.token(appointment.id)))


# ---- answer


def _show_answer(token: str, link: ActionLink, appointment: Appointment) -> Any:
    if link.used_at is not None or appointment.status != "pending":
        return _page(appointment)
    return answer_page(appointment, _here(token))


def _answer(token: str, link: ActionLink, appointment: Appointment) -> Any:
    if link.used_at is not None:
        raise AlreadyDone
    wrong = take_answers(appointment, _here(token), _using(link))
    return wrong or _page(appointment, done="answered")


# ---- choose


def _show_choose(token: str, _link: ActionLink, appointment: Appointment) -> str:
    return choice_page(appointment, _here(token))


def _choose(token: str, link: ActionLink, appointment: Appointment) -> Any:
    if not BaseForm().validate():
        abort(400)
    if link.used_at is not None:
        raise AlreadyDone
    return take_choice(appointment, _here(token), _using(link))


def _using(link: ActionLink) -> Callable[[], None]:
    return lambda: links.use(link, now=services().clock.now())


Step = Callable[[str, ActionLink, Appointment], Any]
SHOWN: dict[str, Step] = {
    "cancel": _show_cancel,
    "move": _show_move,
    "answer": _show_answer,
    "choose": _show_choose,
}
DONE: dict[str, Step] = {"cancel": _cancel, "move": _show_move, "answer": _answer, "choose": _choose}
