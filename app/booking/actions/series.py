"""Several dates at once: all of them are booked, or none; and what happens to the rest of a series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import peewee as pw

from app.booking.actions import bookings, changes, place
from app.booking.catalogue import Offer
from app.booking.events import AppointmentBooked
from app.booking.models import COMING, Appointment
from app.booking.policy import Standing
from app.booking.refusals import (
    DatesLost,
    HeldAlready,
    LimitReached,
    NeedsAcknowledgement,
    NothingChosen,
    NotOffered,
    RulesChanged,
    SeriesOnRequest,
    SeriesTooLong,
    SlotTaken,
    TooLateToCancel,
)
from app.booking.rows import Asked
from app.booking.walls import WALL_NAMES
from app.kernel import outbox, rate_limits
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.sealing import Sealer
from app.patients import actions as patients
from app.patients.models import Patient

Date = tuple[Offer, int]  # in which agenda, and when
GONE = (SlotTaken, NotOffered, LimitReached, HeldAlready)


@dataclass(frozen=True)
class Outcome:
    """What was changed of a series, and what stays because its deadline has passed."""

    done: Sequence[Appointment]
    kept: Sequence[Appointment]


def book_series(
    dates: Sequence[Date],
    asked: Asked,
    *,
    sealer: Sealer,
    by: str,
    now: datetime,
    mail_at: datetime,
    standing_of: Callable[[], Standing] | None = None,
) -> UUID:
    """One appointment a date, with one mail for all; the id of the series, which is `asked.attempt`.

    The same attempt twice is one series. NothingChosen, SeriesTooLong, SeriesOnRequest, RulesChanged; DatesLost with
    the refusal of each date that cannot be had: then nothing is booked. For staff NeedsAcknowledgement.
    """
    _may(dates, asked)
    series = asked.attempt
    try:
        with write_tx():
            place.lock_all([offer for offer, _start in dates])
            if standing_of is not None and standing_of() != dates[0][0].standing:
                raise RulesChanged
            _write(dates, replace(asked, series=series), sealer=sealer, by=by, now=now, mail_at=mail_at)
    except (DatesLost, pw.IntegrityError) as no:
        if _same_attempt(asked, sealer=sealer):
            return series
        if isinstance(no, pw.IntegrityError):
            if any(name in str(no) for name in (*WALL_NAMES, "idempotency_key", "session_key")):
                raise DatesLost(lost={}) from no
            raise
        raise
    return series


def _may(dates: Sequence[Date], asked: Asked) -> None:
    if not dates:
        raise NothingChosen
    if asked.by_staff:
        return
    if any(offer.policy.outcome != "direct" for offer, _start in dates):
        raise SeriesOnRequest
    most = min(offer.policy.series_most for offer, _start in dates)
    if len(dates) > most:
        raise SeriesTooLong(most=most)


def _write(
    dates: Sequence[Date], asked: Asked, *, sealer: Sealer, by: str, now: datetime, mail_at: datetime
) -> None:
    behind, series = asked.behind, asked.series
    assert series is not None
    patient_id = patients.meet(patients.seal(asked.person, sealer=sealer, behind=behind), now=now)
    made, lost, reasons = _enter_all(dates, asked, patient_id, sealer=sealer, now=now)
    if lost:
        raise DatesLost(lost=lost)
    if reasons:
        raise NeedsAcknowledgement(reasons=tuple(sorted(reasons)))
    outbox.post("series-booked", {"series": series.hex}, key=mail_key(series), now=now, due_at=mail_at)
    account = behind and behind.account_id
    if not asked.by_staff:
        rate_limits.hit("booking", now=now, address=asked.address, account=account and account.hex)
    if behind is not None and account is not None and not asked.by_staff:
        patients.connect(account, patient_id, now=now, dependant=behind.dependant, by=by, detail=asked.detail)
    for appointment_id, offer, _one in made:  # once the file is connected: what follows asks who reads it
        publish(AppointmentBooked(appointment_id, offer.practitioner.id, now))
    for appointment_id, _offer, one in made:
        bookings.trace(appointment_id, one, by=by, now=now)


def _enter_all(
    dates: Sequence[Date], asked: Asked, patient_id: UUID, *, sealer: Sealer, now: datetime
) -> tuple[list[tuple[UUID, Offer, Asked]], dict[int, Exception], set[Any]]:
    """Each date after the ones before it, which count: what was made, what is lost and why, rules staff must break."""
    made, lost, reasons = [], {}, set()
    for offer, start in sorted(dates, key=lambda one: one[1]):
        assert asked.series is not None
        detail = {**asked.detail, "series": asked.series.hex}
        one = replace(asked, start=start, attempt=uuid5(asked.series, str(start)), detail=detail)
        asking = bookings.asking_for(one, sealer=sealer)
        try:
            with write_tx():
                seats = place.check(offer, start, now=now, asking=asking, broken=one.broken)
                entered = bookings.enter(offer, one, patient_id, seats, status="booked", now=now)
                made.append((entered, offer, one))
        except GONE as no:
            lost[start] = no
        except NeedsAcknowledgement as no:
            reasons |= set(no.data["reasons"])
    return made, lost, reasons


def _same_attempt(asked: Asked, *, sealer: Sealer) -> bool:
    """Whether this very attempt made a series already, for the same person."""
    whose = Patient.identity_key == patients.identity_key(asked.person, sealer=sealer, behind=asked.behind)
    if asked.behind is not None and asked.behind.file is not None:
        whose |= Patient.id == asked.behind.file
    mine = Appointment.select().join(Patient).where(Appointment.series_id == asked.attempt, whose)
    return bool(mine.exists())


def mail_key(series: UUID) -> str:
    return f"series-booked:{series.hex}"


# ---- the rest of a series


def cancel_following(
    appointments: Sequence[Appointment], *, by: str, now: datetime, reason: str = ""
) -> Outcome:
    """These dates of one series, each within its own deadline; the others stay. TooLateToCancel when all do."""
    with write_tx():
        coming = _coming(appointments)
        done, kept = _parted(coming, lambda one: min(one.cancel_until, one.starts), now=now)
        if not done:
            raise TooLateToCancel
        pools = [pool for one in done for pool in place.pools_of(one)]
        place.lock_all((), *(one.practitioner_id for one in done), pools=pools)
        for one in done:
            changes.end(one, by=by, now=now, reason=reason, letter=None)
        _tell("series-cancelled", done, now=now)
    return Outcome(done, kept)


def move_following(
    moves: Sequence[tuple[Appointment, Offer, int]], *, by: str, now: datetime
) -> Sequence[Appointment]:
    """These dates to their new times, all or none. What moving raises; DatesLost names the new starts that are gone."""
    if not moves:
        raise NothingChosen
    lost: dict[int, Exception] = {}
    later = sum(start - one.starts for one, _offer, start in moves) > 0
    with write_tx():
        pools = [pool for one, _offer, _start in moves for pool in place.pools_of(one)]
        offers = [offer for _one, offer, _start in moves]
        place.lock_all(offers, *(one.practitioner_id for one, _offer, _start in moves), pools=pools)
        # those ahead make room for those behind
        for one, offer, start in sorted(moves, key=lambda move: move[0].starts, reverse=later):
            try:
                changes.move(one, offer, start, by=by, now=now, mail=False)
            except GONE as no:
                lost[start] = no
        if lost:
            raise DatesLost(lost=lost)
        _tell("series-moved", [one for one, _offer, _start in moves], now=now)
    return [one for one, _offer, _start in moves]


def can_move(appointment: Appointment, *, now: datetime) -> bool:
    return appointment.status == "booked" and to_minutes(now) <= min(
        appointment.move_until or 0, appointment.starts
    )


def _coming(appointments: Sequence[Appointment]) -> list[Appointment]:
    found = Appointment.select().where(
        Appointment.id.in_([one.id for one in appointments]), Appointment.status.in_(COMING)
    )
    return list(found.order_by(Appointment.starts))


def _parted(
    found: Sequence[Appointment], deadline: Callable[[Appointment], int], *, now: datetime
) -> tuple[list[Appointment], list[Appointment]]:
    done = [one for one in found if to_minutes(now) <= deadline(one)]
    return done, [one for one in found if one not in done]


def _tell(event: str, changed: Sequence[Appointment], *, now: datetime) -> None:
    """One mail for all; it takes the place of the first one while that has not left."""
    first = changed[0]
    payload = {"appointments": [one.id.hex for one in changed]}
    key = f"{event}:{first.id.hex}:{first.version}"
    outbox.post(event, payload, key=key, now=now)
