"""Hold, book or request, undo: each one transaction with its trace and its messages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import peewee as pw

from app.booking import rows
from app.booking.actions import changes, place
from app.booking.actions.place import Seats
from app.booking.catalogue import Offer
from app.booking.events import AppointmentBooked, AppointmentRequested
from app.booking.models import REQUESTED, Appointment, Hold, ResourceUse
from app.booking.policy import Standing
from app.booking.questions import ANYBODY, Asking
from app.booking.refusals import (
    AlreadyCancelled,
    CallUs,
    HeldAlready,
    LimitReached,
    NotOffered,
    RulesChanged,
    SignInFirst,
    SlotTaken,
    TooLateToUndo,
)
from app.booking.rows import Asked
from app.booking.walls import WALL_NAMES
from app.kernel import audit, outbox, rate_limits
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer
from app.patients import actions as patients
from app.patients.models import Patient

HOLD_MINUTES = 10


def hold(
    offers: Sequence[Offer],
    start: int,
    *,
    now: datetime,
    address: str = "",
    asking: Asking = ANYBODY,
    kind: str = "typing",
    minutes: int = HOLD_MINUTES,
) -> Hold:
    """Keep a start for ten minutes, with the least busy of the agendas that have it.

    Raises SlotTaken, NotOffered, LimitReached, HeldAlready, RulesChanged, CallUs.
    """
    refusal: Exception = NotOffered()
    for offer in place.least_busy_first(offers, start, now=now, asking=asking):
        if not offer.is_bookable and not asking.staff:
            refusal = CallUs()
            continue
        try:
            with write_tx():
                place.lock(offer)
                seats = place.check(offer, start, now=now, asking=asking)
                if address:
                    rate_limits.hit("hold", now=now, address=address)
                return keep(offer, start, seats, now=now, kind=kind, minutes=minutes)
        except (SlotTaken, NotOffered) as no:
            refusal = no
    raise refusal


def keep(
    offer: Offer,
    start: int,
    seats: Seats,
    *,
    now: datetime,
    kind: str = "typing",
    minutes: int = HOLD_MINUTES,
) -> Hold:
    """The hold itself, inside the caller's transaction and after its check."""
    session = rows.session_of(offer, start)
    made = Hold.create(
        practitioner=offer.practitioner.id,
        schedule=offer.schedule.id,
        service=offer.service.id,
        starts=start,
        ends=start + offer.rules.duration,
        buffer_before=offer.rules.before,
        buffer_after=offer.rules.after,
        session_key=session,
        capacity=offer.rules.capacity,
        expires=to_minutes(now) + minutes,
        kind=kind,
    )
    place.keep_units(offer, start, session, seats, hold=made)
    return made


def renew(hold_id: UUID, *, now: datetime) -> None:
    """Ten more minutes, once, for somebody who had to correct the form."""
    until = to_minutes(now) + HOLD_MINUTES
    with write_tx():
        mine = (
            (Hold.id == hold_id) & ~Hold.renewed & (Hold.expires > to_minutes(now)) & (Hold.kind == "typing")
        )
        if Hold.update(expires=until, renewed=True).where(mine).execute():
            ResourceUse.update(expires=until).where(ResourceUse.hold == hold_id).execute()


def book(
    offers: Sequence[Offer],
    asked: Asked,
    *,
    sealer: Sealer,
    by: str,
    now: datetime,
    mail_at: datetime,
    standing_of: Callable[[], Standing] | None = None,
) -> UUID:
    """One appointment, or one request where the rules say so, with its consent, its trace and its mail; the id.

    `standing_of` looks once more, inside the transaction, how the practice stands with whoever is signed in.
    Raises SlotTaken, NotOffered, LimitReached, HeldAlready, RulesChanged, CallUs, SignInFirst; for staff
    NeedsAcknowledgement.
    """
    asking = asking_for(asked, sealer=sealer)
    refusal: Exception = NotOffered()
    for offer in place.least_busy_first(offers, asked.start, now=now, asking=asking):
        try:
            return _book_with(
                offer, asked, asking, sealer=sealer, by=by, now=now, mail_at=mail_at, standing_of=standing_of
            )
        except (SlotTaken, NotOffered) as no:
            refusal = no
        except (HeldAlready, LimitReached) as no:
            refusal = no  # by this very attempt, perhaps
            break
    already = _same_attempt(asked, sealer=sealer)
    if already is not None:
        return already
    raise refusal


def asking_for(asked: Asked, *, sealer: Sealer) -> Asking:
    """Whose caps count, and which hold is their own."""
    file = asked.file or (asked.behind and asked.behind.file)
    key = None if file else _key(asked, sealer=sealer)
    guest = asked.behind is None and not asked.by_staff
    mail = (asked.person.email or "") if guest else None
    return Asking(person=file or key, mail=mail, mine=asked.attempt, staff=asked.by_staff)


def _key(asked: Asked, *, sealer: Sealer) -> str:
    attempt = asked.attempt if asked.by_staff else None
    return patients.identity_key(asked.person, sealer=sealer, behind=asked.behind, attempt=attempt)


def status_for(offer: Offer, asked: Asked) -> str:
    """What the rules make of a booking; staff always book."""
    if asked.by_staff or offer.policy.outcome == "direct":
        status = "booked"
    elif offer.policy.outcome == "request":
        status = "proposed"
    else:
        raise CallUs
    signed_in = asked.behind is not None and asked.behind.account_id is not None
    if offer.policy.sign_in_required and not signed_in and not asked.by_staff:
        raise SignInFirst
    return status


def _book_with(
    offer: Offer,
    asked: Asked,
    asking: Asking,
    *,
    sealer: Sealer,
    by: str,
    now: datetime,
    mail_at: datetime,
    standing_of: Callable[[], Standing] | None,
) -> UUID:
    behind = asked.behind
    attempt = asked.attempt if asked.by_staff else None
    sealed = patients.seal(asked.person, sealer=sealer, behind=behind, file=asked.file, attempt=attempt)
    status = status_for(offer, asked)
    try:
        with write_tx():
            place.lock(offer)
            if standing_of is not None and standing_of() != offer.standing:
                raise RulesChanged
            seats = place.check(offer, asked.start, now=now, asking=asking, broken=asked.broken)
            patient_id = patients.meet(sealed, now=now)
            made = enter(offer, asked, patient_id, seats, status=status, now=now)
            # last of all: from here to the commit the practice's other bookings wait in line
            if not asked.by_staff:
                account = behind and behind.account_id
                rate_limits.hit("booking", now=now, address=asked.address, account=account and account.hex)
            if behind is not None and behind.account_id is not None:
                patients.connect(
                    behind.account_id,
                    patient_id,
                    now=now,
                    dependant=behind.dependant,
                    by=by,
                    detail=asked.detail,
                )
            announce(made, offer, status=status, now=now, mail_at=mail_at, by_guest=by == "guest")
            trace(made, asked, by=by, now=now)
    except pw.IntegrityError as wall:
        if any(name in str(wall) for name in (*WALL_NAMES, "idempotency_key", "session_key")):
            raise SlotTaken from wall  # or our own double click: book() looks
        raise
    return made


# ---- the pieces, inside the transaction; a series is made of them too


def enter(offer: Offer, asked: Asked, patient_id: UUID, seats: Seats, *, status: str, now: datetime) -> UUID:
    """The row with its rooms, and what was accepted, after `place.check`."""
    appointment_id, session = uuid7(), rows.session_of(offer, asked.start)
    units = place.units_of(offer, session, seats)  # what its hold kept does not count once it is used
    rows.insert(
        appointment_id, offer, asked, patient_id, seats, session=session, units=units, status=status, now=now
    )
    return appointment_id


def announce(
    appointment_id: UUID,
    offer: Offer,
    *,
    status: str,
    now: datetime,
    mail_at: datetime,
    by_guest: bool = False,
) -> None:
    """Mail and event of one new appointment, once its file is connected: what follows asks who reads it."""
    payload = {"appointment": appointment_id.hex}
    event = "appointment-booked" if status == "booked" else "appointment-requested"
    outbox.post(event, payload, key=changes.mail_key(appointment_id), now=now, due_at=mail_at)
    kind = AppointmentBooked if status == "booked" else AppointmentRequested
    found = kind(
        appointment_id,
        offer.practitioner.id,
        now,
        by_guest,
        service_id=offer.service.id,
        catalogue=offer.version,
    )
    publish(found)


def trace(appointment_id: UUID, asked: Asked, *, by: str, now: datetime) -> None:
    detail = dict(asked.detail)
    if asked.broken:
        detail |= {"broken": sorted(asked.broken), "because": asked.because}
    target = audit.of_id("appointment", appointment_id)
    audit.record(by=by, verb="appointment.book", target=target, at=now, detail=detail)


def undo(appointment: Appointment, *, by: str, now: datetime) -> None:
    """Within three minutes: as if it had not happened; the mail that has not left stays here."""
    if appointment.status == "cancelled":
        raise AlreadyCancelled
    if appointment.undo_until is None or now > appointment.undo_until:
        raise TooLateToUndo
    changes.end(appointment, by=by, now=now, kind="undone", verb="appointment.undo")


def _same_attempt(asked: Asked, *, sealer: Sealer) -> UUID | None:
    """The appointment this very attempt already made, for the same start and the same person."""
    whose = Patient.identity_key == _key(asked, sealer=sealer)
    file = asked.file or (asked.behind and asked.behind.file)
    if file is not None:
        whose |= Patient.id == file
    return (
        Appointment.select(Appointment.id)
        .join(Patient)
        .where(
            Appointment.idempotency_key == asked.attempt,
            Appointment.starts == asked.start,
            Appointment.status.in_(("booked", *REQUESTED)),
            whose,
        )
        .scalar()
    )
