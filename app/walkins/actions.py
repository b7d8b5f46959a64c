"""What happens to a number: taken, called, taken in, given up; and what the practice decides about it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import peewee as pw

from app.booking import actions as booking
from app.booking import queries as bookings
from app.booking.catalogue import Offer
from app.directory.models import Location
from app.kernel import audit, clock, rate_limits
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer
from app.patients.actions import Person
from app.walkins import plans
from app.walkins.models import PRIORITIES, REASONS, WalkIn
from app.walkins.refusals import AlreadyCalled, EnoughNumbers, LeftAlready, NoGap, NoWalkIns

LAST = 9999


def take_number(
    location: Location,
    *,
    first_name: str,
    reason: str,
    language: str,
    attempt: UUID,
    by: str,
    now: datetime,
    priority: int = 2,
    address: str = "",
) -> WalkIn:
    """The next number of today at this site. `attempt` is of the form: sent twice with the same name it is one number.

    Raises NoWalkIns where the practice takes nobody, EnoughNumbers; TooMany for an `address` that takes one after
    another.
    """
    day = clock.today(now, location.timezone)
    attempt = uuid5(attempt, f"{location.id}|{first_name}|{reason}")  # back, and a number for the other child
    known = WalkIn.get_or_none(WalkIn.attempt == attempt)
    if known is not None:  # looked for again below, for two that come at once
        return known
    with write_tx():
        made = uuid7()
        # first of all: it locks the end of the practice's journal, so that no two people are given one number
        _trace(made, "take", by=by, now=now)
        plan = plans.current()
        if not plan.enabled or reason not in plan.reasons or reason not in REASONS:
            raise NoWalkIns
        known = WalkIn.get_or_none(WalkIn.attempt == attempt)
        if known is not None:
            return known
        if address:
            rate_limits.hit("walk-in", now=now, address=address)
        number = _last(location, day) + 1
        if number > LAST:
            raise EnoughNumbers
        return WalkIn.create(
            id=made, location=location.id, day=day, number=number, first_name=first_name, reason=reason,
            priority=priority if priority in PRIORITIES else 2, language=language, attempt=attempt, created_at=now,
        )  # fmt: skip


def _last(location: Location, day: date) -> int:
    here = (WalkIn.location == location.id) & (WalkIn.day == day)
    return int(WalkIn.select(pw.fn.MAX(WalkIn.number)).where(here).scalar() or 0)


def call(walk_in: WalkIn, *, by: str, now: datetime) -> None:
    """To the treatment room; once more for somebody who did not hear. AlreadyCalled for whoever comes second."""
    if walk_in.state not in ("waiting", "called"):
        raise AlreadyCalled
    _change(walk_in, "call", by=by, now=now, state="called", called_at=now, called_by=by)


def call_back(walk_in: WalkIn, *, by: str, now: datetime) -> None:
    """Back into the line, at the old place: called too soon, or given up by mistake."""
    if walk_in.state not in ("called", "gave-up"):
        raise AlreadyCalled
    _change(walk_in, "return", by=by, now=now, state="waiting", called_at=None, called_by=None, ended_at=None)


def give_up(walk_in: WalkIn, *, by: str, now: datetime) -> None:
    """Nobody came when called, or the person says so. LeftAlready for a number that has ended."""
    if walk_in.state not in ("waiting", "called"):
        raise LeftAlready
    _change(walk_in, "give-up", by=by, now=now, state="gave-up", ended_at=now)


def prioritise(walk_in: WalkIn, priority: int, *, by: str, now: datetime) -> None:
    if walk_in.state not in ("waiting", "called") or priority not in PRIORITIES:
        raise AlreadyCalled
    _change(walk_in, "prioritise", by=by, now=now, priority=priority)


def wait_outside(walk_in: WalkIn, outside: bool, *, by: str, now: datetime) -> None:  # noqa: FBT001
    """The person waits in front of the door, or has come back in."""
    if walk_in.state not in ("waiting", "called"):
        raise LeftAlready
    _change(walk_in, "outside" if outside else "inside", by=by, now=now, outside=outside)


def take_in(
    walk_in: WalkIn,
    offer: Offer,
    person: Person,
    *,
    file: UUID | None,
    sealer: Sealer,
    by: str,
    now: datetime,
) -> UUID:
    """An appointment of origin walkin in the first gap of this agenda, for a patient who is found or opened.

    In treatment at once when the agenda is free this minute, else arrived. Pressed twice, it is the same appointment.
    Raises NoGap, SlotTaken, AlreadyCalled.
    """
    if walk_in.state == "taken":
        assert walk_in.appointment_id is not None
        return UUID(str(walk_in.appointment_id))
    if walk_in.state == "gave-up":
        raise AlreadyCalled
    start = bookings.first_gap(offer, now=now)
    if start is None:
        raise NoGap
    who = booking.WalksIn(start=start, attempt=walk_in.id, person=person, file=file, number=walk_in.number)

    def note(made: UUID) -> None:
        _change(walk_in, "take-in", by=by, now=now, state="taken", ended_at=now, appointment=made)

    return booking.walk_in(offer, who, sealer=sealer, by=by, now=now, meanwhile=note)


def _change(walk_in: WalkIn, verb: str, *, by: str, now: datetime, **values: Any) -> None:
    """Only from the state that was seen: two receptionists never call one number twice."""
    with write_tx():
        change = WalkIn.update(**values, version=WalkIn.version + 1).where(
            WalkIn.id == walk_in.id, WalkIn.version == walk_in.version
        )
        if not change.execute():
            raise AlreadyCalled
        _trace(walk_in.id, verb, by=by, now=now)


def _trace(walk_in: UUID, verb: str, *, by: str, now: datetime) -> None:
    audit.record(by=by, verb=f"walk-in.{verb}", target=audit.of_id("walk-in", walk_in), at=now)
