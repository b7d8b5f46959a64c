"""The waiting room at the desk: numbers given out, called and ended, in one list with the appointments that arrived."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.booking import actions as booking
from app.booking import queries as bookings
from app.desk import waiting_room
from app.desk.appointment_forms import StepForm
from app.desk.walk_in_forms import NumberStepForm, PriorityForm
from app.directory.models import Location
from app.kernel.errors import Refusal
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.practice.queries import primary_host
from app.walkins import actions, labels, plans, queries
from app.walkins.forms import DeskNumberForm
from app.web import drawing
from app.web.access import checks_its_token, desk
from app.web.door import go, practice_url
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("desk_walk_ins", __name__)
HERE = "/desk/walk-ins"
DONE = {
    "number": _l("The number is given out."),
    "called": _l("The number is called: it stands on the screen of the waiting room."),
    "taken": _l("The person is taken in: the appointment stands in the agenda."),
    "noted": _l("Noted."),
}


@bp.get(HERE)
@desk("walkins:manage")
def overview() -> str:
    found, asked = queries.sites(), single_args().get("site", "")
    return _page(next((one for one in found if str(one.id) == asked), found[0]))


@bp.post(f"{HERE}/sites/<uuid:location_id>/numbers")
@checks_its_token
@desk("walkins:manage")
def give(location_id: UUID) -> Any:
    location, form = queries.site(location_id), DeskNumberForm(reasons=plans.current().reasons)
    if not form.validate():
        return _page(location, form=form), 422
    try:
        actions.take_number(
            location,
            first_name=form.first_name.data or "",
            reason=form.reason.data,
            priority=int(form.priority.data),
            language=language(),
            attempt=form.attempt_id,
            by=g.person.actor,
            now=services().clock.now(),
        )
    except Refusal as no:
        return _page(location, form=form, refusal=no), no.status
    return go(_address(location, "number"))


@bp.post(f"{HERE}/<uuid:walk_in_id>/call")
@checks_its_token
@desk("walkins:manage")
def call(walk_in_id: UUID) -> Any:
    return _step(walk_in_id, actions.call, "called")


@bp.post(f"{HERE}/<uuid:walk_in_id>/return")
@checks_its_token
@desk("walkins:manage")
def call_back(walk_in_id: UUID) -> Any:
    return _step(walk_in_id, actions.call_back, "noted")


@bp.post(f"{HERE}/<uuid:walk_in_id>/departure")
@checks_its_token
@desk("walkins:manage")
def give_up(walk_in_id: UUID) -> Any:
    return _step(walk_in_id, actions.give_up, "noted")


@bp.post(f"{HERE}/<uuid:walk_in_id>/priority")
@checks_its_token
@desk("walkins:manage")
def prioritise(walk_in_id: UUID) -> Any:
    found, form = queries.walk_in(walk_in_id), PriorityForm()
    if not form.validate():
        return _page(found.location, wrong=form), 422
    try:
        form.still(found)
        actions.prioritise(found, int(form.priority.data), by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _page(found.location, refusal=no), no.status
    return go(_address(found.location, "noted"))


@bp.post(f"{HERE}/appointments/<uuid:appointment_id>/state")
@checks_its_token
@desk("walkins:manage")
def step(appointment_id: UUID) -> Any:
    """The next step of a visit without leaving the list."""
    appointment, form = bookings.appointment(appointment_id), StepForm()
    if not form.validate():
        return _page(appointment.location, wrong=form), 422
    try:
        form.still(appointment)
        booking.note(appointment, form.status.data or "", by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _page(appointment.location, refusal=no), no.status
    return go(_address(appointment.location, "noted"))


@bp.get(f"{HERE}/sites/<uuid:location_id>/poster")
@desk("walkins:manage")
def poster(location_id: UUID) -> str:
    location = queries.site(location_id)
    address = practice_url(primary_host(g.practice.id), f"/walk-in/{location.id}")
    return render_template(
        "desk/walk_in_poster.html", location=location, address=address, picture=drawing.qr(address)
    )


def _step(walk_in_id: UUID, act: Any, done: str) -> Any:
    found, form = queries.walk_in(walk_in_id), NumberStepForm()
    if not form.validate():
        return _page(found.location, wrong=form), 422
    try:
        form.still(found)
        act(found, by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _page(found.location, refusal=no), no.status
    return go(_address(found.location, done))


def _address(location: Location, done: str = "") -> str:
    return url_for("desk_walk_ins.overview", site=location.id, **({"done": done} if done else {}))


def _page(location: Location, form: Any = None, **more: Any) -> str:
    """Whoever reads the list has seen the names on it."""
    now, plan = services().clock.now(), plans.current()
    room = queries.room(location, g.practice, now=now)
    journal_look(
        waiting_room.patients_of(room), member=g.staff, what="walkin", why="walkin", now=now,
        target=f"waiting-room:{location.id}",
    )  # fmt: skip
    if form is None:
        form = DeskNumberForm(formdata=None, reasons=plan.reasons)
    g.here = _address(location)
    shown = {
        part: waiting_room.rows(getattr(room, part), g.practice, zone=location.timezone, now=now)
        for part in ("waiting", "treated", "gone")
    }
    return render_template(
        "desk/walk_ins.html",
        location=location,
        sites=queries.sites(),
        plan=plan,
        room=room,
        form=form,
        ranges=[
            labels.waiting_words(room.range_behind(at, now=now))
            for at in range(len(room.waiting) if room.active else 0)
        ],
        newcomer=labels.waiting_words(room.range_behind(len(room.waiting), now=now)),
        priorities=labels.PRIORITIES,
        done=DONE.get(request.args.get("done", "")),
        **shown,
        **more,
    )
