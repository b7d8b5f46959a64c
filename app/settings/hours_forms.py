"""A week of hours as a form: rows under each weekday, of which an empty one is none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.booking.plans.typed import Week, Window, minutes_of, overlapping
from app.booking.plans.weeks import Day, Plan
from app.kernel.i18n import _, hours_label, language, weekday_label
from app.kernel.i18n import lazy_gettext as _l
from app.settings.absences_forms import WallField, unreadable
from app.settings.team_forms import DayField
from app.web.forms import BaseForm

MOST_ROWS, MOST_WEEKS = 150, 4
MONDAY = date(2024, 1, 1)
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


class WeekForm(BaseForm):
    """The part of the form that is the same for every agenda; the rows are read beside it."""

    version = HiddenField()
    valid_from = DayField(_l("From this day on"), validators=[DataRequired(_l("Say from which day on."))])
    weeks = SelectField(_l("Weeks that take turns"), validate_choice=False)

    def __init__(
        self, *args: Any, services: Sequence[Any], rows: list[Row], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.services, self.rows, self.today = list(services), rows, today
        self.extra: list[str] = []
        self.weeks.choices = [
            SelectChoice(str(count), words)
            for count, words in (
                (1, _l("Every week the same")),
                (2, _l("Two weeks in turn")),
                (3, _l("Three weeks in turn")),
                (4, _l("Four weeks in turn")),
            )
        ]

    @property
    def cycle(self) -> int:
        text = self.weeks.data or "1"
        return (
            min(max(int(text), 1), MOST_WEEKS) if text.isascii() and text.isdigit() and len(text) < 3 else 1
        )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        day = self.valid_from.day
        if day and not self.today <= day <= self.today + timedelta(days=1100):
            self.valid_from.errors = [_("Choose today or a later day, at most three years ahead.")]
            valid = False
        kept = [row for row in self.rows if not row.is_blank and row.week < self.cycle]
        windows = [row.window() for row in kept]
        if None not in windows and (pair := overlapping([one for one in windows if one])):
            early, late = (windows[at] for at in pair)
            kept[pair[1]].errors.append(
                _("These hours overlap %(hours)s of the same day.", hours=_said(early)) if late else ""
            )
        return valid and not any(row.errors for row in kept)

    def problems(self) -> list[tuple[str, str]]:
        rows = [
            (row.id, f"{weekday_label(MONDAY + timedelta(days=row.weekday), language())}: {row.errors[0]}")
            for row in self.rows
            if row.errors
        ]
        return [*super().problems(), *rows]

    def week(self) -> Week:
        kept = [row for row in self.rows if not row.is_blank and row.week < self.cycle]
        assert self.valid_from.day is not None
        windows = [found for row in kept if (found := row.window())]
        return Week(self.valid_from.day, tuple(windows), self.cycle)

    def days(self) -> Iterable[tuple[int, list[tuple[int, str, list[Row]]]]]:
        """(week, [(weekday, its name, rows)]) with an empty row at the end of every day."""
        number = max((row.number for row in self.rows), default=0)
        for week in range(self.cycle):
            shown = []
            for weekday in range(7):
                rows = [row for row in self.rows if (row.week, row.weekday) == (week, weekday)]
                if not any(row.is_blank for row in rows):
                    number += 1
                    rows.append(Row(number, week, weekday))
                shown.append((weekday, weekday_label(MONDAY + timedelta(days=weekday), language()), rows))
            yield week, shown


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


def _said(window: Window | None) -> str:
    return hours_label(window.start, window.end, language()) if window else ""


KINDS = {
    "close": _l("Closed"),
    "replace": _l("Other hours instead"),
    "add": _l("More hours"),
}


class DayForm(BaseForm):
    """Days that differ from the week."""

    kind = SelectField(
        _l("What is different"),
        choices=[SelectChoice(key, words) for key, words in KINDS.items()],
        validate_choice=False,
    )
    first = DayField(_l("First day"), validators=[DataRequired(_l("Say from which day on."))])
    last = DayField(_l("Last day"), validators=[Optional()])
    start = WallField(_l("From what time"), validators=[Optional()])
    end = WallField(_l("Until what time"), validators=[Optional()])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        first, last = self.first.day, self.last.day or self.first.day
        assert first is not None and last is not None
        if self.kind.data not in KINDS:
            self.kind.errors = [_("This choice is no longer here. Please choose again.")]
        elif last < first:
            self.last.errors = [_("The last day is before the first. Please check both dates.")]
        elif not 2000 <= first.year <= 2100 or last - first > timedelta(days=800):
            self.last.errors = [_("One of the dates is very far away. Please check the year.")]
        elif self.kind.data != "close" and (self.start.minutes is None or self.end.minutes is None):
            self.start.errors = [_("Fill in both hours.")]
        elif self._end() <= self._start():
            self.end.errors = [_("These hours end before they begin.")]
        return not any(field.errors for field in self)

    def _start(self) -> int:
        return self.start.minutes or 0

    def _end(self) -> int:
        return 1440 if self.end.minutes is None else self.end.minutes

    def day(self) -> Day:
        assert self.first.day is not None
        return Day(
            self.kind.data, self.first.day, self.last.day or self.first.day, self._start(), self._end()
        )
