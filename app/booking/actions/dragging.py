"""An appointment in the hand of the desk: it keeps its own length, gets another one, or goes back where it was."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import rows
from app.booking.actions import place
from app.booking.actions.announcing import tell_of_length
from app.booking.actions.changes import move
from app.booking.catalogue import Offer
from app.booking.events import AppointmentResized
from app.booking.models import Appointment
from app.booking.questions import Asking
from app.booking.refusals import CannotBeChanged, NothingToUndo, SlotTaken
from app.booking.slots import Reason
from app.booking.walls import WALL_NAMES
from app.kernel import audit
from app.kernel.audit import AuditEvent
from app.kernel.db import write_tx
from app.kernel.events import publish

SHORTEST, LONGEST = 5, 720  # minutes an appointment may last by hand
UNDO = timedelta(minutes=10)  # afterwards a change is history, and changed again
STRETCHABLE = ("booked", "arrived", "proposed", "pending", "checked-in")
VERBS = ("appointment.move", "appointment.resize")


def lasting(offer: Offer, minutes: int) -> Offer:
    """The same offer with another length, for one appointment whose length was stamped or set by hand."""
    return (
        offer
        if offer.rules.duration == minutes
        else replace(offer, rules=replace(offer.rules, duration=minutes))
    )


def keeping_length(appointment: Appointment, offer: Offer, offers: Iterable[Offer]) -> Offer:
    """`offer` with the appointment's length where that was set by hand; else with the length of where it goes.

    By hand is whatever its own agenda, one of `offers`, does not give by itself. A group has one length for all.
    """
    minutes = appointment.ends - appointment.starts
    usual = {one.rules.duration for one in offers if one.schedule.id == appointment.schedule_id}
    return offer if appointment.capacity > 1 or minutes in usual else lasting(offer, minutes)


def resize(
    appointment: Appointment,
    offer: Offer,
    minutes: int,
    *,
    by: str,
    now: datetime,
    broken: Collection[Reason] = (),
    because: str = "",
    mail_at: datetime | None = None,
) -> None:
    """The same appointment, shorter or longer, and a mail or SMS that says until when; `mail_at` leaves time to undo.

    Only what the new length breaks and the old one did not must be acknowledged. CannotBeChanged for a group or a
    visit that is over, SlotTaken, NeedsAcknowledgement, RulesChanged.
    """
    possible = SHORTEST <= minutes <= LONGEST and appointment.capacity == 1
    if not possible or appointment.status not in STRETCHABLE:
        raise CannotBeChanged
    try:
        with write_tx():
            place.lock(offer, appointment.practitioner_id)
            _resize(appointment, offer, minutes, by=by, now=now, broken=broken, because=because)
            ends = appointment.starts + minutes
            if tell_of_length(appointment, ends=ends, now=now, mail_at=mail_at):
                whose = (appointment.id, appointment.practitioner_id)
                publish(AppointmentResized(*whose, by, now, mail_at or now))
    except pw.IntegrityError as wall:
        if any(name in str(wall) for name in WALL_NAMES):
            raise SlotTaken from wall
        raise


def _resize(
    appointment: Appointment,
    offer: Offer,
    minutes: int,
    *,
    by: str,
    now: datetime,
    broken: Collection[Reason],
    because: str,
) -> None:
    """Inside the transaction, with the practitioner and the rooms locked."""
    start, was, wanted = appointment.starts, appointment.ends - appointment.starts, lasting(offer, minutes)
    asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
    standing = place.reasons(lasting(offer, was), start, now=now, asking=asking)
    seats = place.check(wanted, start, now=now, asking=asking, broken={*broken, *standing})
    session = rows.session_of(wanted, start)
    change = Appointment.update(
        ends=start + minutes,
        session_key=session,
        units=place.units_of(wanted, session, seats),
        undo_until=None,
        version=Appointment.version + 1,
    ).where(
        Appointment.id == appointment.id,
        Appointment.version == appointment.version,
        Appointment.status == appointment.status,
    )
    if not change.execute():
        raise CannotBeChanged
    detail: dict[str, Any] = {"from": was, "to": minutes}
    if broken:
        detail |= {"broken": sorted(broken), "because": because}
    target = audit.of_id("appointment", appointment.id)
    audit.record(by=by, verb="appointment.resize", target=target, at=now, detail=detail)


def take_back(appointment: Appointment, offer: Offer, *, by: str, now: datetime, because: str) -> None:
    """The last move or change of length, by whoever made it and within UNDO; `offer` is of the agenda it came from.

    The mail that would have told of it does not leave, or another one tells of the way back. NothingToUndo when it is
    too late or something else happened since; SlotTaken when the old time has gone.
    """
    last = last_change(appointment, by=by, now=now)
    if last is None:
        raise NothingToUndo
    before = int(last.detail["from"])
    if last.verb == "appointment.resize":
        asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
        offer = lasting(offer, before)
        found = place.reasons(offer, appointment.starts, now=now, asking=asking) - place.UNBREAKABLE
        resize(appointment, offer, before, by=by, now=now, broken=found, because=because)
        return
    offer = lasting(offer, appointment.ends - appointment.starts)
    asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
    found = place.reasons(offer, before, now=now, asking=asking) - place.UNBREAKABLE
    move(appointment, offer, before, by=by, now=now, staff=True, broken=found, because=because)


def last_change(appointment: Appointment, *, by: str, now: datetime) -> AuditEvent | None:
    """What can still be taken back: the newest thing that happened to it, if it was a move or a change of length."""
    newest = (
        AuditEvent.select()
        .where(
            AuditEvent.at > now - UNDO,
            AuditEvent.target == audit.of_id("appointment", appointment.id),
            AuditEvent.verb != "appointment.read",
        )
        .order_by(AuditEvent.seq.desc())
        .first()
    )
    return newest if newest is not None and newest.verb in VERBS and newest.actor == by else None


def came_from(change: AuditEvent, appointment: Appointment) -> UUID:
    """The practitioner it was with before that change."""
    hexadecimal = change.detail.get("from_practitioner")
    return UUID(hexadecimal) if hexadecimal else appointment.practitioner_id
