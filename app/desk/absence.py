"""Until when somebody is away, as the desk says it, and the words of a send."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.booking import slots
from app.booking.models import Reoffer
from app.booking.plans.days_off import Away
from app.kernel import clock
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.web.forms import BaseForm, tidy

LONGEST = timedelta(days=366)
STATES = {
    "told": _l("Told by mail"),
    "sent": _l("Waiting for an answer"),
    "accepted": _l("Answered: it is arranged"),
    "declined": _l("None of the times suits"),
    "expired": _l("No answer in time"),
    "call": _l("To be called"),
    "called": _l("Reached by telephone"),
}
WHYS = {
    "no-mail": _l("No e-mail address"),
    "chosen": _l("To be called"),
    "silent": _l("No answer after an hour"),
    "declined": _l("None of the times suits"),
    "expired": _l("No answer in time"),
}
UNTIL = (
    ("now", _l("From now until the evening")),
    ("day", _l("The whole day")),
    ("date", _l("Until a later day")),
)


class AbsenceForm(BaseForm):
    """One practitioner's: from now on, a whole day, or until a day."""

    until = RadioField(
        _l("How long?"), choices=[SelectChoice(*pair) for pair in UNTIL], validate_choice=False
    )
    first_day = HiddenField(filters=[tidy])
    last = HiddenField(filters=[tidy], validators=[Optional()])

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.zone = now, g.practice.timezone
        self.today = clock.today(now, self.zone)
        self.first = max(_day(self.first_day.data) or self.today, self.today)

    def start_with(self, text: str) -> None:
        """From the day that was on the screen; of today, what is left of it."""
        if not self.first_day.data:
            self.first = max(_day(text[:10]) or self.today, self.today)
        self.first_day.data = self.first.isoformat()
        if not self.until.data:
            self.until.data = "now" if self.first == self.today else "day"

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        return super().validate(*args, **kwargs) and self.is_filled()

    def is_filled(self) -> bool:
        """Whether these are days; what is wrong with them is said beside the day."""
        last, errors = self._last(), []
        if self.until.data not in ("now", "day", "date"):
            errors.append(_("Choose how long."))
        elif last is None:
            errors.append(_("Choose the last day of the absence."))
        elif last < self.first:
            errors.append(_("The last day is before the first. Please check both dates."))
        elif last - self.first > LONGEST or self.first - self.today > LONGEST:
            errors.append(_("One of the dates is very far away. Please check the year."))
        self.last.errors = errors
        return not errors

    def _last(self) -> date | None:
        return _day(self.last.data) if self.until.data == "date" else self.first

    def away(self, who: Any) -> Away:
        last = self._last()
        assert last is not None
        starts = slots.day_bounds(self.first, self.zone)[0]
        if self.first == self.today and self.until.data != "day":
            starts = clock.to_minutes(self.now)
        return Away(starts, slots.day_bounds(last, self.zone)[1], practitioner=who.id)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text) if text and len(text) == 10 and text.isascii() else None
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2100 else None


def open_offers(appointment_ids: list[UUID]) -> dict[UUID, Reoffer]:
    """The newest offer of each of these appointments."""
    if not appointment_ids:
        return {}
    rows = Reoffer.select().where(Reoffer.appointment.in_(appointment_ids)).order_by(Reoffer.created_at)
    return {row.appointment_id: row for row in rows}
