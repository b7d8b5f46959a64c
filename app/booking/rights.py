"""What a person may still do with their appointment, by the rules it was made under and those of now."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.booking import catalogue
from app.booking.actions.dragging import keeping_length
from app.booking.catalogue import Offer
from app.booking.models import REQUESTED, Appointment
from app.booking.policy import Policy, Standing, answer_by, resolve
from app.booking.standing import MATCHED, came_before
from app.identity import sign_in
from app.kernel.clock import to_minutes
from app.kernel.owners import Practice
from app.patients.models import Connection

ANSWER_HOURS = 24  # where no rule says how long a request may wait


@dataclass(frozen=True)
class Rights:
    """`reason`: whether cancelling asks why (off, optional, required)."""

    cancel: bool
    move: bool
    undo_seconds: int
    reason: str


def of(appointment: Appointment, practice: Practice, *, now: datetime) -> Rights:
    minutes = to_minutes(now)
    requested, booked = appointment.status in REQUESTED, appointment.status == "booked"
    until = appointment.starts if requested else min(appointment.cancel_until, appointment.starts)
    left = int((appointment.undo_until - now).total_seconds()) if appointment.undo_until else 0
    in_time = booked and minutes <= min(appointment.move_until or 0, appointment.starts)
    return Rights(
        cancel=(requested or booked) and minutes <= until,
        move=in_time and bool(to_move(appointment, practice, now=now)),
        undo_seconds=max(left, 0) if booked or requested else 0,
        reason=policy_of(appointment, practice, now=now).cancel_reason,
    )


def standing_of(appointment: Appointment, *, now: datetime) -> Standing:
    """How the practice stood with the person when they booked; whether they have come since counts for them."""
    level = appointment.level or 0
    known = level >= MATCHED or (level > 0 and came_before(appointment.patient_id, now=now))
    return Standing(level, known=known)


def policy_of(appointment: Appointment, practice: Practice, *, now: datetime) -> Policy:
    """The rules of today for this appointment's service, agenda and person."""
    return resolve(
        catalogue.for_desk(practice, now=now).rules,
        service=appointment.service_id.hex,
        schedule=appointment.schedule_id.hex,
        standing=standing_of(appointment, now=now),
    )


def to_move(appointment: Appointment, practice: Practice, *, now: datetime) -> tuple[Offer, ...]:
    """Where the appointment can go: its service at its site, with whoever may be booked without asking."""
    found = catalogue.of(practice, now=now, standing=standing_of(appointment, now=now))
    here = found.at(appointment.service_id, appointment.location_id)
    direct = (offer for offer in here if offer.policy.outcome == "direct")
    return tuple(keeping_length(appointment, offer, here) for offer in direct)


def granted(appointment: Appointment, practice: Practice, *, now: datetime) -> tuple[Offer, ...]:
    """The same for times the practice offers itself, or answers for: whatever the rules ask first is answered."""
    found = catalogue.for_desk(practice, now=now)
    return tuple(
        replace(offer, policy=replace(offer.policy, outcome="direct", sign_in_required=False))
        for offer in found.at(appointment.service_id, appointment.location_id)
    )


def longer(request: Appointment, practice: Practice, *, now: datetime) -> int:
    """Until when a request waits that is talked about: as long as a new one would."""
    offers = granted(request, practice, now=now)
    hours = policy_of(request, practice, now=now).answer_hours or ANSWER_HOURS
    zone = request.location.timezone
    holidays = offers[0].agenda.holidays if offers else frozenset()
    return answer_by(to_minutes(now), hours, zone, holidays=holidays, start=request.starts)


def actor_of(appointment: Appointment) -> str:
    """As the journals write whoever holds the link: the account whose appointment it is, or a guest."""
    who = sign_in.who()
    if who is None or not who.is_open:
        return "guest"
    accounts: list[UUID] = [who.account.id]
    if who.acting_for is not None and who.acting_for.principal:
        accounts.append(who.acting_for.principal)
    theirs = Connection.select().where(
        Connection.patient == appointment.patient_id,
        Connection.account.in_(accounts),
        Connection.left_at.is_null(),
    )
    return str(who.actor) if theirs.exists() else "guest"
