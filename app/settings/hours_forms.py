"""A week of hours as a form: rows under each weekday, of which an empty one is none."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.booking.plans.typed import Week, Window, overlapping
from app.booking.plans.weeks import Day
from app.kernel.i18n import _, hours_label, language, weekday_label
from app.kernel.i18n import lazy_gettext as _l
from app.settings.absences_forms import WallField
from app.settings.team_forms import DayField
from app.settings.week_rows import MONDAY, MOST_WEEKS, WORKDAYS, Row
from app.web.forms import BaseForm


class WeekForm(BaseForm):
    """The part of the form that is the same for every agenda; the rows are read beside it."""

    version = HiddenField()
    valid_from = DayField(_l("From this day on"), validators=[DataRequired(_l("Say from which day on."))])
    valid_to = DayField(_l("Until this day"), validators=[Optional()])
    weeks = SelectField(_l("Weeks that take turns"), validate_choice=False)
    pause_from = WallField(_l("From what time"), validators=[Optional()])
    pause_to = WallField(_l("Until what time"), validators=[Optional()])
    copied = SelectField(_l("Copy"), validate_choice=False)
    onto = SelectField(_l("onto"), validate_choice=False)
    both = BooleanField(_l("Save them all the same"))

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
        names = [weekday_label(MONDAY + timedelta(days=day), language()) for day in range(7)]
        self.copied.choices = [SelectChoice(str(day), name) for day, name in enumerate(names)]
        days = [SelectChoice(str(day), name) for day, name in enumerate(names)]
        self.onto.choices = [SelectChoice(WORKDAYS, _("Monday to Friday")), *days]

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
        last = self.valid_to.day
        if day and last and not day <= last <= day + timedelta(days=1100):
            self.valid_to.errors = [_("Choose the first day or a later one, at most three years ahead.")]
            valid = False
        kept = [row for row in self.rows if not row.is_blank and row.week < self.cycle]
        windows = [row.window() for row in kept]
        if None not in windows and (pair := overlapping([one for one in windows if one])):
            early, late = (windows[at] for at in pair)
            kept[pair[1]].errors.append(
                _("These hours overlap %(hours)s of the same day.", hours=_said(early)) if late else ""
            )
        return valid and not any(row.errors for row in kept)

    def pause(self) -> tuple[int, int] | None:
        """Lunch from when to when, noon to one where nothing is typed; None, with the reason said, when it is none."""
        for field in (self.pause_from, self.pause_to):
            field.post_validate(self, False)
        start = 720 if self.pause_from.minutes is None else self.pause_from.minutes
        end = 780 if self.pause_to.minutes is None else self.pause_to.minutes
        if not (self.pause_from.errors or self.pause_to.errors) and end <= start:
            self.pause_to.errors = [_("These hours end before they begin.")]
        return None if self.pause_from.errors or self.pause_to.errors else (start, end)

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
        return Week(self.valid_from.day, tuple(windows), self.cycle, self.valid_to.day)

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
