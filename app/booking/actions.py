"""Hold, book, undo and cancel: each one transaction with its trace and its messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import busy, rows, slots
from app.booking.catalogue import Offer
from app.booking.events import AppointmentBooked, AppointmentCancelled
from app.booking.models import Appointment, Hold
from app.booking.refusals import AlreadyCancelled, NotOffered, SlotTaken, TooLateToCancel, TooLateToUndo
from app.booking.rows import Asked
from app.booking.slots import Reason
from app.booking.walls import WALL_NAMES
from app.consent import actions as consent
from app.kernel import audit, outbox, rate_limits
from app.kernel.clock import local, to_minutes
from app.kernel.constant_sql import ConstantSQL
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.ids import hexed, uuid7
from app.kernel.sealing import Sealer
from app.patients import actions as patients

HOLD_MINUTES = 10
TAKEN = {Reason.BUSY, Reason.BUFFER_CONFLICT, Reason.FULL}


def hold(offers: list[Offer], start: int, *, now: datetime, address: str = "") -> Hold:
    """Keep a start for ten minutes, with the least busy of the agendas that have it; raises SlotTaken or NotOffered."""
    refusal: Exception = NotOffered()
    for offer in _least_busy_first(offers, start, now=now):
        try:
            with write_tx():
                seats = _lock_and_check(offer, start, now=now)
                rate_limits.hit("hold", now=now, address=address)
                return Hold.create(
                    practitioner=offer.practitioner.id,
                    schedule=offer.schedule.id,
                    service=offer.service.id,
                    starts=start,
                    ends=start + offer.rules.duration,
                    buffer_before=offer.rules.before,
                    buffer_after=offer.rules.after,
                    session_key=rows.session_of(offer, start, seats),
                    capacity=offer.rules.capacity,
                    expires=to_minutes(now) + HOLD_MINUTES,
                )
        except (SlotTaken, NotOffered) as no:
            refusal = no
    raise refusal


def renew(hold_id: UUID, *, now: datetime) -> None:
    """Ten more minutes, once, for somebody who had to correct the form."""
    with write_tx():
        Hold.update(expires=to_minutes(now) + HOLD_MINUTES, renewed=True).where(
            Hold.id == hold_id, ~Hold.renewed, Hold.expires > to_minutes(now)
        ).execute()


def book(
    offers: list[Offer], asked: Asked, *, sealer: Sealer, by: str, now: datetime, mail_at: datetime
) -> UUID:
    """One appointment, its consent, its trace and its mail; the id. Raises SlotTaken or NotOffered."""
    refusal: Exception = NotOffered()
    for offer in _least_busy_first(offers, asked.start, now=now, mine=asked.attempt):
        try:
            return _book_with(offer, asked, sealer=sealer, by=by, now=now, mail_at=mail_at)
        except (SlotTaken, NotOffered) as no:
            refusal = no
    already = _same_attempt(asked, sealer=sealer)
    if already is not None:
        return already
    raise refusal


def _book_with(
    offer: Offer, asked: Asked, *, sealer: Sealer, by: str, now: datetime, mail_at: datetime
) -> UUID:
    appointment_id, behind = uuid7(), asked.behind
    sealed = patients.seal(asked.person, sealer=sealer, behind=behind)
    try:
        with write_tx():
            seats = _lock_and_check(offer, asked.start, now=now, mine=asked.attempt)
            patient_id = patients.meet(sealed, now=now)
            rows.insert(appointment_id, offer, asked, patient_id, seats, now=now)
            consent.record(
                appointment_id=appointment_id,
                patient_id=patient_id,
                texts=asked.texts,
                sentence=asked.sentence,
                accepted=asked.accepted,
                channel="web" if asked.origin == "web" else "desk",
                language=asked.person.language,
                at=now,
            )
            outbox.post(
                "appointment-booked", {"appointment": appointment_id.hex}, key=_mail_key(appointment_id),
                now=now, due_at=mail_at,
            )  # fmt: skip
            # last of all: from here to the commit the practice's other bookings wait in line
            rate_limits.hit(
                "booking", now=now, address=asked.address, account=behind and behind.account_id.hex
            )
            if behind is not None:
                patients.connect(
                    behind.account_id,
                    patient_id,
                    now=now,
                    dependant=behind.dependant,
                    by=by,
                    detail=asked.detail,
                )
            publish(AppointmentBooked(appointment_id, offer.practitioner.id, now, by_guest=by == "guest"))
            target = audit.of_id("appointment", appointment_id)
            audit.record(by=by, verb="appointment.book", target=target, at=now, detail=asked.detail)
    except pw.IntegrityError as wall:
        if any(name in str(wall) for name in (*WALL_NAMES, "idempotency_key", "session_key")):
            raise SlotTaken from wall  # or our own double click: book() looks
        raise
    return appointment_id


def undo(appointment: Appointment, *, by: str, now: datetime) -> None:
    """Within three minutes: as if it had not happened; the mail that has not left stays here."""
    if appointment.status == "cancelled":
        raise AlreadyCancelled
    if appointment.undo_until is None or now > appointment.undo_until:
        raise TooLateToUndo
    _cancel(appointment, by=by, now=now, late=False, verb="appointment.undo")


def cancel(appointment: Appointment, *, by: str, now: datetime) -> None:
    """Free of charge until the deadline told at booking; after it, TooLateToCancel."""
    if appointment.status == "cancelled":
        raise AlreadyCancelled
    if appointment.status != "booked" or to_minutes(now) > min(appointment.cancel_until, appointment.starts):
        raise TooLateToCancel
    _cancel(appointment, by=by, now=now, late=False, verb="appointment.cancel")


def _cancel(appointment: Appointment, *, by: str, now: datetime, late: bool, verb: str) -> None:
    with write_tx():
        _bump(appointment.practitioner_id)
        change = Appointment.update(
            status="cancelled",
            cancelled_at=now,
            cancelled_by=by,
            cancelled_late=late,
            version=Appointment.version + 1,
        ).where(Appointment.id == appointment.id, Appointment.status == "booked")
        if not change.execute():
            raise AlreadyCancelled
        audit.record(by=by, verb=verb, target=audit.of_id("appointment", appointment.id), at=now)
        if not outbox.drop(_mail_key(appointment.id)):
            key = f"appointment-cancelled:{appointment.id.hex}"
            outbox.post("appointment-cancelled", {"appointment": appointment.id.hex}, key=key, now=now)
        publish(AppointmentCancelled(appointment.id, appointment.practitioner_id, late, now))


# ---- inside the transaction

BUMP = ConstantSQL(lambda: _bump_query())


def _bump_query() -> Any:
    from app.directory.models import Practitioner
    from app.kernel.constant_sql import param

    return Practitioner.update(availability_version=Practitioner.availability_version + 1).where(
        Practitioner.id == param("who")
    )


def _bump(practitioner_id: UUID) -> None:
    """First statement of every change of what is free: on PostgreSQL the row lock that puts writers in line."""
    BUMP.run(who=hexed(practitioner_id))


def _lock_and_check(offer: Offer, start: int, *, now: datetime, mine: UUID | None = None) -> set[int]:
    """Seats already taken in the session at `start`; raises when the engine would not offer it right now."""
    _bump(offer.practitioner.id)
    end = start + offer.rules.duration
    found = busy.timelines([offer.practitioner.id], first=start, last=end, now=to_minutes(now), mine=mine)
    taken = found[hexed(offer.practitioner.id)]
    reasons = set(
        slots.verdict(
            offer.agenda, offer.rules, taken, offer.blocked, start=start, now=to_minutes(now)
        ).reasons
    )
    if reasons - TAKEN:
        raise NotOffered
    if reasons:
        raise SlotTaken
    return rows.seats_taken(offer, start) if offer.rules.capacity > 1 else set()


def _mail_key(appointment_id: UUID) -> str:
    return f"appointment-booked:{appointment_id.hex}"


def _same_attempt(asked: Asked, *, sealer: Sealer) -> UUID | None:
    """The appointment this very attempt already made, for the same start and the same person."""
    from app.patients.models import Patient

    whose = Patient.identity_key == patients.identity_key(asked.person, sealer=sealer, behind=asked.behind)
    if asked.behind is not None and asked.behind.file is not None:
        whose |= Patient.id == asked.behind.file
    return (
        Appointment.select(Appointment.id)
        .join(Patient)
        .where(
            Appointment.idempotency_key == asked.attempt,
            Appointment.starts == asked.start,
            Appointment.status == "booked",
            whose,
        )
        .scalar()
    )


def _least_busy_first(
    offers: list[Offer], start: int, *, now: datetime, mine: UUID | None = None
) -> list[Offer]:
    """Assignment happens at commit: who has the start free, with the fewest minutes booked that day, goes first."""
    if len(offers) == 1:
        return offers
    zone = offers[0].location.timezone
    midnight = local(start, zone).replace(hour=0, minute=0)
    first = to_minutes(midnight)
    taken = busy.timelines(
        (o.practitioner.id for o in offers), first=first, last=first + 1500, now=to_minutes(now), mine=mine
    )

    def load(offer: Offer) -> tuple[bool, int, str]:
        mine_today = taken[hexed(offer.practitioner.id)]
        verdict = slots.verdict(
            offer.agenda, offer.rules, mine_today, offer.blocked, start=start, now=to_minutes(now)
        )
        return (not verdict.is_offered, sum(row[1] - row[0] for row in mine_today), offer.agenda.id)

    return sorted(offers, key=load)
