"""Cancel and move: by the person within the practice's deadlines, by staff at any time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import rows
from app.booking.actions import announcing, place
from app.booking.actions.announcing import mail_key
from app.booking.catalogue import Offer
from app.booking.events import AppointmentCancelled, AppointmentMoved
from app.booking.models import COMING, REQUESTED, Appointment, Hold, ResourceUse
from app.booking.policy import cancel_until, move_until
from app.booking.questions import Asking
from app.booking.refusals import (
    AlreadyCancelled,
    CallUs,
    CannotBeChanged,
    SlotTaken,
    TooLateToCancel,
    TooLateToMove,
)
from app.booking.slots import Reason
from app.booking.states import may_become
from app.booking.walls import WALL_NAMES
from app.kernel import audit, outbox
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.events import publish


def cancel(appointment: Appointment, *, by: str, now: datetime, reason: str = "") -> None:
    """By the person, free of charge until the deadline told at booking; a request until its time comes.

    AlreadyCancelled, TooLateToCancel. Whether a reason is wanted is the form's affair.
    """
    if appointment.status == "cancelled":
        raise AlreadyCancelled
    until = appointment.starts if appointment.status in REQUESTED else appointment.cancel_until
    if appointment.status not in COMING or to_minutes(now) > min(until, appointment.starts):
        raise TooLateToCancel
    end(appointment, by=by, now=now, reason=reason)


def cancel_at_desk(
    appointment: Appointment, *, by: str, now: datetime, reason: str = "", for_patient: bool
) -> None:
    """By staff: because the practice must, or because the patient called. What the patient gives up late is marked
    late, whence a fee may be proposed. CannotBeChanged once it took place."""
    if appointment.status == "cancelled":
        raise AlreadyCancelled
    if appointment.status not in (*COMING, "arrived"):
        raise CannotBeChanged
    deadline = appointment.cancel_until or appointment.starts
    late = for_patient and appointment.status not in REQUESTED and to_minutes(now) > deadline
    kind = "patient" if for_patient else "practice"
    end(appointment, by=by, now=now, reason=reason, kind=kind, late=late)


def end(
    appointment: Appointment,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    kind: str = "patient",
    late: bool = False,
    verb: str = "appointment.cancel",
    letter: str | None = "appointment-cancelled",
    told: dict[str, Any] | None = None,
) -> None:
    """The appointment ends before it took place: its time is free, its mail due.

    AlreadyCancelled when it had, CannotBeChanged once it takes place.
    """
    if not may_become(appointment.status, "cancelled"):
        raise CannotBeChanged
    with write_tx():
        place.bump([appointment.practitioner_id])
        change = Appointment.update(
            status="cancelled",
            cancelled_at=now,
            cancelled_by=by,
            cancelled_late=late,
            cancel_kind=kind,
            cancel_reason=reason or None,
            version=Appointment.version + 1,
        ).where(Appointment.id == appointment.id, Appointment.status == appointment.status)
        if not change.execute():
            raise AlreadyCancelled if kind == "patient" else CannotBeChanged
        target = audit.of_id("appointment", appointment.id)
        audit.record(by=by, verb=verb, target=target, at=now, detail={"kind": kind, "late": late})
        dropped = outbox.drop(mail_key(appointment.id))
        if letter is not None and (not dropped or kind not in ("undone", "patient")):
            payload = {"appointment": appointment.id.hex, **(told or {})}
            outbox.post(letter, payload, key=f"{letter}:{appointment.id.hex}", now=now)
        publish(AppointmentCancelled(appointment.id, appointment.practitioner_id, late, now, kind))


def move(
    appointment: Appointment,
    offer: Offer,
    start: int,
    *,
    by: str,
    now: datetime,
    attempt: UUID | None = None,
    staff: bool = False,
    broken: Collection[Reason] = (),
    because: str = "",
    mail: bool = True,
    mail_at: datetime | None = None,
) -> None:
    """The same appointment at another time, perhaps with a colleague; its deadlines move with it.

    `attempt` is a hold of one's own on the new time. Raises TooLateToMove, CannotBeChanged, CallUs (the new time is not
    for direct booking), and what booking raises. Without `mail` the caller tells; `mail_at` leaves time to undo.
    """
    if appointment.status not in (("booked", "arrived", *REQUESTED) if staff else ("booked",)):
        raise CannotBeChanged
    if not staff:
        if to_minutes(now) > min(appointment.move_until or 0, appointment.starts):
            raise TooLateToMove
        if offer.policy.outcome != "direct":
            raise CallUs
    try:
        with write_tx():
            place.lock(offer, appointment.practitioner_id)
            _move(
                appointment,
                offer,
                start,
                by=by,
                now=now,
                attempt=attempt,
                staff=staff,
                broken=broken,
                because=because,
                mail=mail,
                mail_at=mail_at,
            )
    except pw.IntegrityError as wall:
        if any(name in str(wall) for name in (*WALL_NAMES, "session_key")):
            raise SlotTaken from wall
        raise


def _move(
    appointment: Appointment,
    offer: Offer,
    start: int,
    *,
    by: str,
    now: datetime,
    attempt: UUID | None,
    staff: bool,
    broken: Collection[Reason],
    because: str,
    mail: bool,
    mail_at: datetime | None,
) -> None:
    """Inside the transaction, with everybody concerned locked."""
    moving = place.moving(appointment)
    if staff:
        asking = Asking(person=appointment.patient_id, mine=attempt, moving=moving, staff=True)
    else:
        asking = place.asking_to_move(appointment, guest=by == "guest", mine=attempt)
    seats = place.check(offer, start, now=now, asking=asking, broken=broken)
    if offer.rules.capacity > 1 and moving.session is None and start == appointment.starts:
        seats.discard(appointment.seat)
    session, rules, zone = rows.session_of(offer, start), offer.rules, offer.location.timezone
    change = Appointment.update(
        practitioner=offer.practitioner.id,
        schedule=offer.schedule.id,
        service=offer.service.id,
        location=offer.location.id,
        starts=start,
        ends=start + rules.duration,
        buffer_before=rules.before,
        buffer_after=rules.after,
        session_key=session,
        seat=next(number for number in range(1, rules.capacity + 1) if number not in seats),
        capacity=rules.capacity,
        units=place.units_of(offer, session, seats),
        price_cents=offer.price_cents,
        cancel_until=cancel_until(start, offer.policy, zone),
        move_until=move_until(start, offer.policy, zone),
        fit="supported",
        undo_until=None,
        version=Appointment.version + 1,
    ).where(
        Appointment.id == appointment.id,
        Appointment.version == appointment.version,
        Appointment.status == appointment.status,
    )
    if not change.execute():
        raise CannotBeChanged
    if attempt is not None:
        ResourceUse.delete().where(ResourceUse.hold == attempt).execute()
        Hold.delete().where(Hold.id == attempt).execute()
    announced = {"broken": broken, "because": because, "mail": mail, "mail_at": mail_at}
    _announce_move(appointment, offer, start, by=by, now=now, **announced)


def _announce_move(
    was: Appointment,
    offer: Offer,
    start: int,
    *,
    by: str,
    now: datetime,
    broken: Collection[Reason],
    because: str,
    mail: bool,
    mail_at: datetime | None,
) -> None:
    detail: dict[str, Any] = {"from": was.starts, "to": start}
    if was.practitioner_id != offer.practitioner.id:
        detail |= {"from_practitioner": was.practitioner_id.hex, "to_practitioner": offer.practitioner.id.hex}
    if broken:
        detail |= {"broken": sorted(broken), "because": because}
    target = audit.of_id("appointment", was.id)
    audit.record(by=by, verb="appointment.move", target=target, at=now, detail=detail)
    if mail:
        there = {"start": start, "ends": start + offer.rules.duration, "practitioner": offer.practitioner.id}
        announcing.tell(was, **there, now=now, mail_at=mail_at)
    else:
        outbox.drop(mail_key(was.id))
    publish(
        AppointmentMoved(was.id, offer.practitioner.id, was.practitioner_id, was.starts, was.ends, by, now)
    )
