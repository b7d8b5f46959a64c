"""When an agenda is shut whatever its hours say: absences, closures, and days before and after people and places."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from app.booking.slots import Blocked, Reason, day_bounds

TIME_OFF_REASON = {"closure": Reason.CLOSURE, "absence": Reason.ABSENCE, "block": Reason.BLOCKED}
LAST_MINUTE = 1 << 32  # later than any appointment: the year 10136
Span = tuple[int, int]


def of(schedule: Any, person: Any, site: Any, time_off: Iterable[Any], *, zone: str) -> tuple[Blocked, ...]:
    """Everything that shuts one agenda, in UTC minutes. `zone` is the practice's: its days begin and end people."""
    found = [
        Blocked(row.starts, row.ends, TIME_OFF_REASON[row.kind])
        for row in time_off
        if row.location_id in (None, site.id) and row.practitioner_id in (None, person.id)
    ]
    found += [Blocked(*span, Reason.ABSENCE) for span in outside(person.starts_on, person.ends_on, zone=zone)]
    found += [Blocked(*span, Reason.CLOSURE) for span in outside(None, site.ends_on, zone=zone)]
    found += [Blocked(*span, Reason.CLOSURE) for span in outside(None, schedule.ends_on, zone=zone)]
    return tuple(found)


def outside(starts_on: date | None, ends_on: date | None, *, zone: str) -> list[Span]:
    """The UTC minutes before the first and after the last day."""
    found = []
    if starts_on is not None:
        found.append((0, day_bounds(starts_on, zone)[0]))
    if ends_on is not None:
        found.append((day_bounds(ends_on + timedelta(days=1), zone)[0], LAST_MINUTE))
    return found


def is_over(today: date, *rows: Any) -> bool:
    """Whether one of these has had its last day."""
    return any(row.ends_on is not None and row.ends_on < today for row in rows)


def any_ends(shelves: Any) -> bool:
    rows = (*shelves.locations.values(), *shelves.practitioners.values(), *shelves.schedules)
    return any(row.ends_on is not None for row in rows)
