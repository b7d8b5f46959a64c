"""An appointment moves, at the desk: another time, perhaps with a colleague, with the warnings of any booking."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, render_template, request, url_for

from app.booking import actions, labels, queries
from app.booking.actions import place
from app.booking.models import COMING, Appointment
from app.booking.questions import Asking
from app.booking.refusals import CannotBeChanged, NeedsAcknowledgement, NotOffered, RulesChanged, SlotTaken
from app.booking.slots import Reason
from app.desk import booking
from app.desk.appointment_forms import MoveForm
from app.desk.appointment_views import address, journal, opened
from app.desk.booking import Choice
from app.kernel import clock
from app.kernel.errors import Refusal
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("desk_move", __name__)
LOST = (SlotTaken, NotOffered, RulesChanged)


@bp.get("/desk/appointments/<uuid:appointment_id>/move")
@desk("booking:manage")
def choose_time(appointment_id: UUID) -> Any:
    now, appointment = services().clock.now(), _movable(appointment_id)
    if isinstance(appointment, tuple):
        return appointment
    journal(appointment, what="appointment", why="appointment")
    chosen = _choice(appointment, single_args())
    return render_template(
        "desk/book_times.html",
        base=url_for(".choose_time", appointment_id=appointment_id),
        onward=url_for(".confirm", appointment_id=appointment_id),
        people=len(chosen.offers) > 1,
        moving=appointment,
        was=labels.when(appointment.starts, appointment.location.timezone),
        **booking.drawn(chosen, now=now, moving=place.moving(appointment)),
    )


@bp.get("/desk/appointments/<uuid:appointment_id>/move/confirm")
@desk("booking:manage")
def confirm(appointment_id: UUID) -> Any:
    appointment = _movable(appointment_id)
    if isinstance(appointment, tuple):
        return appointment
    form = MoveForm(formdata=None)
    form.version.data = str(appointment.version)
    return _details(form, appointment, _with_start(_choice(appointment, single_args())))


@bp.post("/desk/appointments/<uuid:appointment_id>/move")
@checks_its_token
@desk("booking:manage")
def move(appointment_id: UUID) -> Any:
    form, appointment = MoveForm(), queries.appointment(appointment_id)
    chosen = _with_start(_choice(appointment, request.form))
    if not form.validate():
        return _details(form, appointment, chosen), 422
    try:
        form.still(appointment)
        _moved(form, appointment, chosen)
    except NeedsAcknowledgement as no:
        return _details(form, appointment, chosen, refusal=no), no.status
    except LOST as no:
        return _details(form, appointment, chosen, refusal=no, lost=True), no.status
    except Refusal as no:
        return opened(queries.appointment(appointment_id), refusal=no), no.status
    return go(address(appointment, "moved"))


def _moved(form: MoveForm, appointment: Appointment, chosen: Choice) -> None:
    broken = form.acknowledged & _against(appointment, chosen)
    actions.move(
        appointment,
        chosen.offer,
        chosen.start or 0,
        by=g.person.actor,
        now=services().clock.now(),
        staff=True,
        broken=broken,
        because=(form.because.data or "") if broken else "",
    )


def _movable(appointment_id: UUID) -> Any:
    """The appointment, or its page that says why it cannot move."""
    appointment = queries.appointment(appointment_id)
    if appointment.status in (*COMING, "arrived"):
        return appointment
    no = CannotBeChanged()
    return opened(appointment, refusal=no), no.status


def _choice(appointment: Appointment, asked: Any) -> Choice:
    """Its own agenda and its own day, unless the address says another."""
    wanted = {
        "schedule": asked.get("schedule") or str(appointment.schedule_id),
        "patient": str(appointment.patient_id),
        "start": asked.get("start") or asked.get("lost"),
        "day": asked.get("day")
        or clock.local(appointment.starts, appointment.location.timezone).date().isoformat(),
    }
    now = services().clock.now()
    chosen = booking.choice(appointment.service_id, wanted, now=now)
    return replace(chosen, offer=actions.keeping_length(appointment, chosen.offer, chosen.offers))


def _with_start(chosen: Choice) -> Choice:
    if chosen.start is None:
        abort(404)
    return chosen


def _against(appointment: Appointment, chosen: Choice) -> set[Reason]:
    asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
    return actions.reasons(chosen.offer, chosen.start or 0, now=services().clock.now(), asking=asking)


def _details(
    form: MoveForm,
    appointment: Appointment,
    chosen: Choice,
    *,
    refusal: Refusal | None = None,
    lost: bool = False,
) -> str:
    now = services().clock.now()
    journal(appointment, what="appointment", why="appointment")
    form.start.data, form.schedule.data = str(chosen.start), str(chosen.offer.schedule.id)
    reasons = _against(appointment, chosen)
    hard = lost or bool(reasons & actions.UNBREAKABLE)
    query = {"start": chosen.start, "schedule": chosen.offer.schedule.id}
    g.here = url_for(".confirm", appointment_id=appointment.id, **query)
    return render_template(
        "desk/move_confirm.html",
        form=form,
        appointment=appointment,
        chosen=chosen,
        was=labels.when(appointment.starts, appointment.location.timezone),
        when=labels.when(chosen.start or 0, chosen.zone),
        length=labels.duration_label(chosen.offer.rules.duration),
        refusal=refusal,
        lost=hard,
        others=booking.alternatives(chosen, now=now) if hard else [],
        warnings=[] if hard else booking.warnings(reasons, chosen),
        acknowledged=form.acknowledged,
    )
