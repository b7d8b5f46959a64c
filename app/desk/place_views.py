"""A card is let go elsewhere in the agendas, pulled longer or shorter, or put back: each answers one fragment."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, make_response, request

from app.booking import actions, catalogue, labels, queries
from app.booking.actions import place
from app.booking.catalogue import Offer, as_seen
from app.booking.models import Appointment
from app.booking.questions import Asking
from app.booking.refusals import NeedsAcknowledgement, NotGivenThere, NothingToUndo
from app.booking.slots import Reason
from app.desk import agendas, booking, panel
from app.desk.appointment_forms import PlaceForm, StepForm
from app.kernel.errors import Refusal
from app.kernel.i18n import _
from app.kernel.ids import hexed
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.htmx import wants_fragment
from app.web.outside import config, services

bp = Blueprint("desk_place", __name__)


@bp.post("/desk/appointments/<uuid:appointment_id>/place")
@checks_its_token
@desk("booking:manage")
def put(appointment_id: UUID) -> Any:
    form, appointment = PlaceForm(), queries.appointment(appointment_id)
    try:
        offer, start = _target(form, appointment)
        if not form.validate():
            return _wrong(form, appointment, offer, start)
        form.still(appointment)
        _put(form, appointment, offer, start)
    except NeedsAcknowledgement as no:
        return _rules(form, appointment, offer, start), no.status
    except Refusal as no:
        return _agendas(said=no.sentence()), 409
    return _done(queries.appointment(appointment_id))


@bp.post("/desk/appointments/<uuid:appointment_id>/place/undo")
@checks_its_token
@desk("booking:manage")
def undo(appointment_id: UUID) -> Any:
    form, appointment = StepForm(), queries.appointment(appointment_id)
    if not form.validate():
        return _agendas(said=_first_error(form)), 422
    try:
        form.still(appointment)
        now, by = services().clock.now(), g.person.actor
        actions.take_back(
            appointment,
            _offer_before(appointment),
            by=by,
            now=now,
            because=_("Taken back at once at the desk"),
        )
    except Refusal as no:
        return _agendas(said=no.sentence()), 409
    return _agendas(said=_("It is back where it was."), kind="ok")


def _target(form: PlaceForm, appointment: Appointment) -> tuple[Offer, int]:
    """Where it was let go, under the rules for this person, with the length it has or was given."""
    start = booking.minutes_of(form.start.data)
    minutes = booking.minutes_of(form.minutes.data) or appointment.ends - appointment.starts
    schedule = hexed(form.schedule.data or appointment.schedule_id)
    offer = _offer(appointment, schedule)
    return actions.lasting(offer, minutes), appointment.starts if start is None else start


def _offer(appointment: Appointment, schedule: str) -> Offer:
    now = services().clock.now()
    found = catalogue.for_desk(g.practice, now=now)
    service = appointment.service_id
    for offer in found.of_service(service):
        if offer.schedule.id.hex == schedule:
            standing = booking.standing_of(appointment.patient, now=now)
            return as_seen(offer, found.rules, standing)
    raise NotGivenThere


def _offer_before(appointment: Appointment) -> Offer:
    """In the agenda it came from: of the practitioner it was with, where it is or where it can be."""
    now = services().clock.now()
    change = actions.last_change(appointment, by=g.person.actor, now=now)
    if change is None:
        raise NothingToUndo
    who = actions.came_from(change, appointment)
    offers = catalogue.for_desk(g.practice, now=now).of_service(appointment.service_id)
    theirs = [offer for offer in offers if offer.practitioner.id == who]
    theirs.sort(
        key=lambda offer: (
            offer.schedule.id != appointment.schedule_id,
            offer.location.id != appointment.location_id,
        )
    )
    if not theirs:
        raise NothingToUndo
    return _offer(appointment, theirs[0].schedule.id.hex)


def _put(form: PlaceForm, appointment: Appointment, offer: Offer, start: int) -> None:
    now, by = services().clock.now(), g.person.actor
    broken = form.acknowledged & _against(appointment, offer, start)
    because = (form.because.data or "") if broken else ""
    if start == appointment.starts and offer.schedule.id == appointment.schedule_id:
        if offer.rules.duration != appointment.ends - appointment.starts:
            minutes, told = offer.rules.duration, {"because": because, "mail_at": _grace(now)}
            actions.resize(appointment, offer, minutes, by=by, now=now, broken=broken, **told)
        return
    actions.move(
        appointment,
        actions.lasting(offer, appointment.ends - appointment.starts),
        start,
        by=by,
        now=now,
        staff=True,
        broken=broken,
        because=because,
        mail_at=_grace(now),
    )


def _grace(now: datetime) -> datetime:
    """As long as somebody may still think better of it, nobody is written to."""
    return now + timedelta(seconds=config().confirmation_delay_seconds)


def _against(appointment: Appointment, offer: Offer, start: int) -> set[Reason]:
    asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
    return actions.reasons(offer, start, now=services().clock.now(), asking=asking)


def _wrong(form: PlaceForm, appointment: Appointment, offer: Offer, start: int) -> Any:
    if form.because.errors:
        return _rules(form, appointment, offer, start), 422
    return _agendas(said=_first_error(form)), 422


def _rules(form: PlaceForm, appointment: Appointment, offer: Offer, start: int) -> str:
    """What a change of length only keeps breaking is nothing new."""
    standing: set[Reason] = set()
    if start == appointment.starts and offer.schedule.id == appointment.schedule_id:
        was = actions.lasting(offer, appointment.ends - appointment.starts)
        standing = _against(appointment, was, start)
    return panel.rules(form, appointment, offer, start, standing=standing, seen=_seen())


def _first_error(form: Any) -> str:
    return str(next((words[0] for words in form.errors.values() if words), _("This cannot be done.")))


def _seen() -> agendas.Looking:
    kind = "week" if request.form.get("view") == "week" else "day"
    return agendas.looking(kind, request.form, now=services().clock.now())


def _done(appointment: Appointment) -> Any:
    zone = appointment.location.timezone
    said = _(
        "%(name)s: %(when)s, %(minutes)s minutes, with %(practitioner)s.",
        name=appointment.patient.name,
        when=labels.when(appointment.starts, zone),
        minutes=appointment.ends - appointment.starts,
        practitioner=appointment.practitioner.name,
    )
    fields = {"version": appointment.version}
    return _agendas(said=said, kind="ok", undo={"id": appointment.id, "fields": fields})


def _agendas(**said: Any) -> Any:
    """The agendas as they are now; a browser without a script goes to their page."""
    seen = _seen()
    if not wants_fragment():
        return go(seen.address())
    shown = agendas.read(seen, now=services().clock.now())
    answer = make_response(agendas.html(shown, **said))
    answer.set_etag(shown.tag)
    return answer
