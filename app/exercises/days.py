"""On which days an exercise is due, which may still be ticked, and how much of it was done: no database, no web."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

BACK = 1  # days one may still tick: yesterday's, forgotten in the evening
WEEKS = 8  # of the picture


@dataclass(frozen=True)
class Course:
    """One exercise through time: `last` is None while no end is set; `weekdays` has one bit a day, Monday first."""

    first: date
    last: date | None
    weekdays: int

    def is_due(self, day: date) -> bool:
        if day < self.first or (self.last is not None and day > self.last):
            return False
        return bool(self.weekdays >> day.weekday() & 1)


@dataclass(frozen=True)
class Week:
    first: date  # Monday
    due: int
    done: int

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done / self.due)) if self.due else 0


def can_tick(course: Course, day: date, *, today: date) -> bool:
    """Today and yesterday, where it is due; never a day to come."""
    return today - timedelta(days=BACK) <= day <= today and course.is_due(day)


def weeks(
    courses: Iterable[Course], done: Collection[date], *, today: date, count: int = WEEKS
) -> list[Week]:
    """The last weeks, oldest first: how many exercises were due until today, and how many were done.

    `done` holds the day of every tick. Weeks before anything was due are left out.
    """
    courses, ticks = list(courses), list(done)
    monday = today - timedelta(days=today.weekday())
    found = []
    for back in range(count - 1, -1, -1):
        first = monday - timedelta(weeks=back)
        days = [day for n in range(7) if (day := first + timedelta(days=n)) <= today]
        due = sum(course.is_due(day) for course in courses for day in days)
        made = sum(first <= day < first + timedelta(days=7) for day in ticks)
        if due or made or found:
            found.append(Week(first, due, made))
    return found
