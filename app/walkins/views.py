"""A number on one's own phone, where one stands in line, and the screen of the waiting room: without an account."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, render_template, url_for

from app.booking import tokens
from app.directory.models import Location
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import language
from app.walkins import actions, labels, plans, queries
from app.walkins.forms import NumberForm
from app.walkins.models import WalkIn
from app.walkins.refusals import LeftAlready
from app.web import limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import BaseForm
from app.web.htmx import wants_fragment
from app.web.outside import services

bp = Blueprint("walk_in", __name__)
TICKET = "walk-in ticket"
SCREEN_SECONDS = 10


@bp.get("/walk-in")
@practice_only
def choose_site() -> Any:
    found = queries.sites()
    if len(found) == 1:
        return go(url_for(".ask", location_id=found[0].id))
    return render_template("walkins/sites.html", sites=found, plan=plans.current())


@bp.get("/walk-in/<uuid:location_id>")
@practice_only
def ask(location_id: UUID) -> str:
    location, form = queries.site(location_id), NumberForm(formdata=None, reasons=plans.current().reasons)
    return _door(location, form)


@bp.post("/walk-in/<uuid:location_id>")
@practice_only
@checks_its_token
def take(location_id: UUID) -> Any:
    location, form = queries.site(location_id), NumberForm(reasons=plans.current().reasons)
    if not form.validate():
        return _door(location, form), 422
    try:
        made = actions.take_number(
            location,
            first_name=form.first_name.data or "",
            reason=form.reason.data,
            language=language(),
            attempt=form.attempt_id,
            by="guest",
            now=services().clock.now(),
            address=limits.address(),
        )
    except Refusal as no:
        return _door(location, form, refusal=no), no.status
    return go(url_for(".ticket", token=tokens.token(TICKET, made.id)))


@bp.get("/walk-in/tickets/<token>")
@practice_only
def ticket(token: str) -> str:
    return _ticket_page(_behind(token), token)


@bp.post("/walk-in/tickets/<token>/outside")
@practice_only
def outside(token: str) -> Any:
    """«I am outside», and «I am back inside» when pressed again."""
    BaseForm()  # content type and single values
    found = _behind(token)
    with suppress(Refusal):  # it has ended, or a colleague called meanwhile: the page says how it stands
        actions.wait_outside(found, not found.outside, by="guest", now=services().clock.now())
    return go(url_for(".ticket", token=token))


@bp.post("/walk-in/tickets/<token>/departure")
@practice_only
def leave(token: str) -> Any:
    BaseForm()  # content type and single values
    try:
        actions.give_up(_behind(token), by="guest", now=services().clock.now())
    except LeftAlready:  # pressed twice: the page says how it ended
        pass
    except Refusal as no:
        return _ticket_page(_behind(token), token, refusal=no), no.status
    return go(url_for(".ticket", token=token))


@bp.get("/walk-in/screen/<token>/<uuid:location_id>")
@practice_only
def screen(token: str, location_id: UUID) -> Response:
    """Numbers and nothing else. A television shows it all day: the browser is told to load it anew."""
    if not queries.has_screen(token):
        raise NotFound
    location, now, plan = queries.site(location_id), services().clock.now(), plans.current()
    page = render_template(
        "walkins/screen.html",
        location=location,
        called=queries.now_called(location, now=now) if plan.enabled else [],
        waiting=queries.next_numbers(location, now=now) if plan.enabled else [],
        plan=plan,
        now=now,
    )
    return Response(page, headers={"Refresh": str(SCREEN_SECONDS)}, mimetype="text/html")


def _behind(token: str) -> WalkIn:
    return queries.walk_in(tokens.of_token(TICKET, token))


def _door(location: Location, form: NumberForm, refusal: Refusal | None = None) -> str:
    plan = plans.current()
    room = queries.room(location, g.practice, now=services().clock.now()) if plan.enabled else None
    g.here = url_for(".ask", location_id=location.id)
    return render_template(
        "walkins/door.html",
        location=location,
        form=form,
        plan=plan,
        refusal=refusal,
        waiting=len(room.waiting) if room else 0,
        words=labels.waiting_words(room.range_behind(len(room.waiting), now=services().clock.now()))
        if room
        else "",
    )


def _ticket_page(found: WalkIn, token: str, refusal: Refusal | None = None) -> str:
    now = services().clock.now()
    room = queries.room(found.location, g.practice, now=now)
    g.here = url_for(".ticket", token=token)
    state = next(
        (one.state for one in (*room.treated, *room.waiting, *room.gone) if one.walk_in == found), ""
    )
    return render_template(
        "walkins/_place.html" if wants_fragment() else "walkins/ticket.html",
        ticket=found,
        token=token,
        state=state or ("gave-up" if found.state == "gave-up" else "over"),
        refusal=refusal,
        place=room.ahead_of(found) + 1,
        words=labels.waiting_words(room.range_for(found, now=now)),
        reason=labels.REASONS[found.reason],
        now=now,
    )
