"""The rows of a week as they were typed, and what a button does to them: copied, cut for lunch."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.booking.plans.typed import Window, minutes_of
from app.booking.plans.weeks import Plan
from app.kernel.i18n import _
from app.settings.absences_forms import unreadable

MOST_ROWS, MOST_WEEKS = 150, 4
MONDAY = date(2024, 1, 1)
WORKDAYS = "workdays"
ROW = re.compile(r"r(\d{1,3})-day")


@dataclass
class Row:
    """Hours as they were typed. `only` are keys of services; none is every service."""

    number: int
    week: int
    weekday: int
    start: str = ""
    end: str = ""
    audience: str = "public"
    only: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not (self.start or self.end)

    @property
    def id(self) -> str:
        return f"r{self.number}-from"

    def window(self) -> Window | None:
        """None, with the reason in `errors`, when these are no hours."""
        start, end = minutes_of(self.start), minutes_of(self.end)
        if not self.start or not self.end:
            self.errors.append(_("Fill in both hours, or leave both empty."))
        elif start is None or end is None:
            self.errors.append(unreadable(self.start if start is None else self.end))
        elif end <= start:
            self.errors.append(_("These hours end before they begin."))
        else:
            return Window(self.week, self.weekday, start, end, self.only or None, self.audience)
        return None


def rows_of(plan: Plan | None) -> list[Row]:
    windows = plan.windows if plan else ()
    return [
        Row(
            number,
            one.week,
            one.weekday,
            wall(one.start),
            wall(one.end),
            one.audience,
            tuple(one.services or ()),
        )
        for number, one in enumerate(windows, start=1)
    ]


def rows_typed(form: Mapping[str, str], services: Sequence[Any]) -> list[Row]:
    """As sent; a row that is no row of ours is left out."""
    found = []
    for name, value in form.items():
        match = ROW.fullmatch(name)
        if match is None or len(found) >= MOST_ROWS:
            continue
        at = f"r{match[1]}"
        week, _dash, weekday = value.partition("-")
        if week not in "0123" or weekday not in tuple("0123456") or not week:
            continue
        audience = "staff" if form.get(f"{at}-who") == "staff" else "public"
        only = tuple(one.key for one in services if form.get(f"{at}-s-{one.key}"))
        start, end = (" ".join(form.get(f"{at}-{edge}", "")[:20].split()) for edge in ("from", "to"))
        found.append(Row(int(match[1]), int(week), int(weekday), start, end, audience, only))
    return sorted(found, key=lambda row: row.number)


def one_more(rows: list[Row], wanted: str) -> None:
    """An empty row more under a day: «week-weekday»."""
    week, _dash, weekday = wanted.partition("-")
    if len(week) == len(weekday) == 1 and week in "0123" and weekday in "0123456":
        number = max((row.number for row in rows), default=0)
        rows.append(Row(number + 1, int(week), int(weekday)))


def wall(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def copy_day(rows: list[Row], copied: str, onto: str) -> list[Row]:
    """The hours of a weekday on others, in every week; what these had goes."""
    if copied not in tuple("0123456") or onto not in (*"0123456", WORKDAYS):
        return rows
    days = range(5) if onto == WORKDAYS else [int(onto)]
    others = [day for day in days if day != int(copied)]
    kept = [row for row in rows if row.weekday not in others]
    model = [row for row in kept if row.weekday == int(copied) and not row.is_blank]
    return _numbered([*kept, *(replace(row, weekday=day, errors=[]) for day in others for row in model)])


def copy_week(rows: list[Row], weeks: int) -> list[Row]:
    """The first week in the place of all others that take turns."""
    first = [row for row in rows if row.week == 0]
    return _numbered([replace(row, week=week, errors=[]) for week in range(weeks) for row in first])


def cut_out(rows: list[Row], start: int, end: int) -> list[Row]:
    """A pause on every day: hours that hold it become two, others lose what they share with it."""
    left: list[Row] = []
    for row in rows:
        begin, until = minutes_of(row.start), minutes_of(row.end)
        if begin is None or until is None or until <= start or begin >= end:
            left.append(row)
            continue
        parts = [(begin, start), (end, until)]
        left += [replace(row, start=wall(a), end=wall(b), errors=[]) for a, b in parts if a < b]
    return _numbered(left)


def _numbered(rows: Sequence[Row]) -> list[Row]:
    return [replace(row, number=at) for at, row in enumerate(rows[:MOST_ROWS], start=1)]
