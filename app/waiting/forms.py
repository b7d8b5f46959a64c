"""What somebody types to wait for a time: with whom, which days and hours, and who is coming."""

from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.booking.forms import GuestForm, OwnForm
from app.booking.labels import weekday
from app.kernel.i18n import _, language, wall_label
from app.kernel.i18n import lazy_gettext as _l
from app.patients.number_form import read_date
from app.waiting.models import PRIORITIES
from app.waiting.wishes import Wish
from app.web.forms import BaseForm, PlainText, tidy

HOURS = range(7, 21)
NOTICES = (0, 120, 1440, 2880)
FURTHEST = 366  # days ahead
WHEN = (
    "schedule",
    "first_day",
    "last_day",
    *(f"day_{n}" for n in range(7)),
    "after",
    "before",
    "notice",
    "swap",
)


def _day(label: Any, missing: Any) -> StringField:
    return StringField(
        label,
        filters=[tidy],
        validators=[DataRequired(missing)],
        render_kw={"type": "date", "autocomplete": "off"},
    )


class WishFields:
    """Mixed into the form of a guest and that of an account."""

    PAGE = (*WHEN, *GuestForm.PAGE)

    schedule = SelectField(_l("With whom?"), choices=[], validate_choice=False, default="any")
    first_day = _day(_l("From which day?"), _l("Say from which day on you can come."))
    last_day = _day(_l("Until which day?"), _l("Say until which day you want to wait."))
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (BooleanField() for _number in range(7))
    after = SelectField(_l("Not before"), choices=[], validate_choice=False, default="0")
    before = SelectField(_l("Not after"), choices=[], validate_choice=False, default="24")
    notice = SelectField(
        _l("How long before do you need to know?"), choices=[], validate_choice=False, default="0"
    )
    swap = SelectField(
        _l("I have an appointment already: exchange it"), choices=[], validate_choice=False, default=""
    )
    anyway = BooleanField()  # they saw the times that are free, and wait all the same

    def days(self) -> list[Any]:
        return [self[f"day_{number}"] for number in range(7)]  # type: ignore[index]

    def show_wish(self, people: list[tuple[str, str]], own: list[tuple[str, str]]) -> None:
        """`people` and `own` appointments as (id, words)."""
        for number, field in enumerate(self.days()):
            field.label.text = weekday(number)
        hours = [(str(hour), wall_label(hour * 60, language())) for hour in HOURS]
        self.schedule.choices = _choices([("any", _("whoever is free")), *people])
        self.after.choices = _choices([("0", _("any hour")), *hours])
        self.before.choices = _choices([*hours, ("24", _("any hour"))])
        words = (_("I can come at once"), _("2 hours"), _("a day"), _("two days"))
        self.notice.choices = _choices(list(zip(map(str, NOTICES), words, strict=True)))
        self.swap.choices = _choices([("", _("No, this is one more")), *own])

    def validate_first_day(self, field: Any) -> None:
        found = read_date(field.data or "")
        if found is None or not 2000 <= found.year <= 2199:
            raise ValidationError(str(_l("Enter a day, for example 30/07/2027.")))

    def validate_last_day(self, field: Any) -> None:
        first, last = read_date(self.first_day.data or ""), read_date(field.data or "")
        if last is None:
            raise ValidationError(str(_l("Enter a day, for example 30/07/2027.")))
        if first is not None and last < first:
            raise ValidationError(str(_l("The last day comes before the first.")))
        if last < self.today:  # type: ignore[attr-defined]
            raise ValidationError(str(_l("This day is over.")))
        if (last - self.today).days > FURTHEST:  # type: ignore[attr-defined]
            raise ValidationError(str(_l("One can wait for a year at most.")))

    def validate_day_0(self, _field: Any) -> None:
        if not any(field.data for field in self.days()):
            raise ValidationError(str(_l("Choose at least one day of the week.")))

    def validate_before(self, field: Any) -> None:
        if _number(self.after.data, 0) >= _number(field.data, 24):
            raise ValidationError(str(_l("The end of the day you want lies before its beginning.")))

    def wish(self, zone: str) -> Wish:
        """After `validate`."""
        first, last = read_date(self.first_day.data or ""), read_date(self.last_day.data or "")
        assert first is not None and last is not None
        notice = _number(self.notice.data, 0)
        return Wish(
            first_day=first,
            last_day=last,
            zone=zone,
            weekdays=sum(1 << number for number, field in enumerate(self.days()) if field.data),
            start=_number(self.after.data, 0) * 60,
            end=_number(self.before.data, 24) * 60,
            notice=notice if notice in NOTICES else 0,
        )

    def begin(self, today: date, last: date) -> None:
        """As the page is first shown: every day, from today on."""
        self.first_day.data, self.last_day.data = today.isoformat(), last.isoformat()
        for field in self.days():
            field.data = True


class GuestWaitForm(WishFields, GuestForm):
    pass


class OwnWaitForm(WishFields, OwnForm):
    PAGE = (*WHEN, *OwnForm.PAGE)


class PriorityForm(BaseForm):
    """Who goes first, and why."""

    priority = SelectField(_l("Priority"), choices=[SelectChoice(str(one), str(one)) for one in PRIORITIES])
    reason = StringField(
        _l("Why?"),
        filters=[tidy],
        validators=[Length(max=300, message=_l("Say it in 3 to 300 letters.")), PlainText()],
        render_kw={"autocomplete": "off", "maxlength": 300},
    )


def _choices(pairs: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


def _number(text: str | None, otherwise: int) -> int:
    """An hour or minutes from a list; anything else counts as not chosen."""
    found = int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise
    return found
