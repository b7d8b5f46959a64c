"""Absences of practitioners, closures of the practice or of a site, and public holidays on which it works."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.booking import holidays, slots
from app.booking.closed import TIME_OFF_REASON
from app.booking.impact import Difference, Differs, Impact, Off, Trace, save
from app.booking.models import OpenedHoliday, TimeOff
from app.kernel import audit
from app.kernel.clock import local
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Practice


class NoHoliday(Refusal):
    message = _l("This day is no public holiday.")


@dataclass(frozen=True)
class Away:
    """Somebody's absence, or a closure of a site or of everything; UTC minutes."""

    starts: int
    ends: int
    practitioner: UUID | None = None
    location: UUID | None = None
    label: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return "absence" if self.practitioner else "closure"

    @property
    def off(self) -> Off:
        return Off(self.starts, self.ends, TIME_OFF_REASON[self.kind], self.location, self.practitioner)


def time_off(time_off_id: UUID) -> TimeOff:
    found = TimeOff.get_or_none(TimeOff.id == time_off_id)
    if found is None:
        raise NotFound
    return found


def as_away(row: TimeOff) -> Away:
    return Away(row.starts, row.ends, row.practitioner_id, row.location_id, row.label)


def mark(row: TimeOff) -> str:
    """What the row was when a page showed it."""
    values = (row.starts, row.ends, row.practitioner_id, row.location_id, sorted(row.label.items()))
    return sha256(repr(values).encode()).hexdigest()[:16]


def added(practice: Practice, away: Away) -> Difference:
    """The change, for whoever wants to see its impact first."""
    return Difference(span=_days(practice, away.starts, away.ends), added=(away.off,))


def add(practice: Practice, away: Away, *, by: str, now: datetime, seen: str = "") -> tuple[UUID, Impact]:
    """NotSeen until its impact was."""
    new = uuid7()

    def write() -> None:
        TimeOff.create(id=new, kind=away.kind, **_columns(away))

    trace = _trace(by, "time-off.add", new, after=away)
    return new, save(practice, added(practice, away), write, trace=trace, now=now, seen=seen)


def change(
    practice: Practice, row: TimeOff, away: Away, *, before: str, by: str, now: datetime, seen: str = ""
) -> Impact:
    """NotSeen; Differs when the row is not what the page was filled from (`before`)."""
    was = as_away(row)

    def write() -> None:
        if mark(time_off(row.id)) != before:
            raise Differs
        TimeOff.update(kind=away.kind, **_columns(away)).where(TimeOff.id == row.id).execute()

    if mark(row) != before:
        raise Differs
    span = _days(practice, min(was.starts, away.starts), max(was.ends, away.ends))
    difference = Difference(span=span, added=(away.off,), removed=(_off(row),))
    trace = _trace(by, "time-off.change", row.id, before=was, after=away)
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def remove(practice: Practice, row: TimeOff, *, by: str, now: datetime, seen: str = "") -> Impact:
    """The times it took away are back, every one of them."""
    was = as_away(row)

    def write() -> None:
        if not TimeOff.delete().where(TimeOff.id == row.id).execute():
            raise Differs

    difference = Difference(span=_days(practice, row.starts, row.ends), removed=(_off(row),))
    trace = _trace(by, "time-off.remove", row.id, before=was)
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def open_holiday(practice: Practice, day: date, *, by: str, now: datetime, seen: str = "") -> Impact:
    """The practice works on a public holiday. Twice is once."""
    _is_holiday(day)

    def write() -> None:
        OpenedHoliday.insert(day=day).on_conflict(action="IGNORE").execute()

    difference = Difference(span=slots.day_bounds(day, practice.timezone), opened=frozenset({day}))
    return save(practice, difference, write, trace=_of_day(by, "holiday.open", day), now=now, seen=seen)


def close_holiday(practice: Practice, day: date, *, by: str, now: datetime, seen: str = "") -> Impact:
    _is_holiday(day)

    def write() -> None:
        OpenedHoliday.delete().where(OpenedHoliday.day == day).execute()

    difference = Difference(span=slots.day_bounds(day, practice.timezone), closed=frozenset({day}))
    return save(practice, difference, write, trace=_of_day(by, "holiday.close", day), now=now, seen=seen)


def _is_holiday(day: date) -> None:
    if not 2000 <= day.year <= 2100 or day not in holidays.named(day.year):
        raise NoHoliday


def _columns(away: Away) -> dict[str, Any]:
    return {
        "starts": away.starts,
        "ends": away.ends,
        "practitioner": away.practitioner,
        "location": away.location,
        "label": away.label,
    }


def _off(row: TimeOff) -> Off:
    return Off(row.starts, row.ends, TIME_OFF_REASON[row.kind], row.location_id, row.practitioner_id)


def _days(practice: Practice, starts: int, ends: int) -> tuple[int, int]:
    """The whole local days it touches: what is near it is shown too."""
    zone = practice.timezone
    first, last = slots.local_day(starts, zone), slots.local_day(ends - 1, zone)
    return slots.day_bounds(first, zone)[0], slots.day_bounds(last, zone)[1]


def _trace(by: str, verb: str, identifier: UUID, **told: Away) -> Trace:
    detail = {
        name: {
            "from": local(away.starts, "UTC").isoformat(timespec="minutes"),
            "to": local(away.ends, "UTC").isoformat(timespec="minutes"),
            "practitioner": away.practitioner and away.practitioner.hex,
            "location": away.location and away.location.hex,
        }
        for name, away in told.items()
    }
    return Trace(by, verb, audit.of_id("time_off", identifier), detail)


def _of_day(by: str, verb: str, day: date) -> Trace:
    return Trace(by, verb, f"holiday:{day.isoformat()}", {"day": day.isoformat()})
