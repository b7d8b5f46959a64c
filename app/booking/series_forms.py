"""What somebody types for a series: weekdays, hours, how often, how many; and the dates they tick."""

from datetime import date, timedelta
from typing import Any

from flask import request
from wtforms import BooleanField, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.booking.catalogue import Offer
from app.booking.labels import weekday
from app.booking.recurrence import LONGEST_WEEKS, Choice, Pattern
from app.kernel.i18n import _, language, ngettext, wall_label
from app.kernel.i18n import lazy_gettext as _l
from app.patients.number_form import read_date
from app.web.forms import BaseForm, single_args, tidy

HOURS = range(7, 21)
AT_THE_DESK = 60  # dates: staff are bound by no rule of patients, and a page still has an end
SKIP = "skip"


class PatternForm(BaseForm):
    """Sent by GET: looking at dates changes nothing, and the address of a proposal can be kept."""

    schedule = SelectField(_l("With whom?"), choices=[], validate_choice=False, default="any")
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (BooleanField() for _number in range(7))
    after = SelectField(_l("Not before"), choices=[], validate_choice=False, default="7")
    before = SelectField(_l("Not after"), choices=[], validate_choice=False, default="20")
    first_day = StringField(
        _l("From which day?"),
        filters=[tidy],
        validators=[DataRequired(_l("Say from which day on you can come."))],
        render_kw={"type": "date", "autocomplete": "off"},
    )
    every = SelectField(_l("How often?"), choices=[], validate_choice=False, default="1")
    count = IntegerField(
        _l("How many appointments?"),
        validators=[DataRequired(_l("Say how many appointments you need."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    until = StringField(
        _l("Until which day?"),
        filters=[tidy],
        validators=[Optional()],
        render_kw={"type": "date", "autocomplete": "off"},
    )

    def __init__(self, *, today: date, most: int) -> None:
        given = request.form if request.method == "POST" else single_args()
        super().__init__(given if "count" in given else None, meta={"csrf": False})
        self.today, self.most = today, most

    def days(self) -> list[Any]:
        return [self[f"day_{number}"] for number in range(7)]

    def begin(self, offer: Offer, schedule: str) -> None:
        self.schedule.data = schedule
        self.first_day.data = (self.today + timedelta(days=1)).isoformat()
        self.count.data = min(6, self.most)
        self.after.data, self.before.data = "8", "18"

    def show(self, people: list[tuple[str, str]]) -> None:
        """`people` as (id of an agenda, name)."""
        for number, field in enumerate(self.days()):
            field.label.text = weekday(number)
        hours = [SelectChoice(str(hour), wall_label(hour * 60, language())) for hour in HOURS]
        self.schedule.choices = [
            SelectChoice("any", _("whoever is free")),
            *(SelectChoice(*one) for one in people),
        ]
        self.after.choices, self.before.choices = hours, hours
        self.every.choices = [
            SelectChoice(
                str(n), _("Every week") if n == 1 else ngettext("Every week", "Every %(num)s weeks", n)
            )
            for n in range(1, LONGEST_WEEKS + 1)
        ]

    def validate_first_day(self, field: Any) -> None:
        found = read_date(field.data or "")
        if found is None or not 2000 <= found.year <= 2199:
            raise ValidationError(str(_l("Enter a day, for example 30/07/2027.")))

    def validate_until(self, field: Any) -> None:
        last, first = read_date(field.data or ""), read_date(self.first_day.data or "")
        if last is None or last.year > 2199:
            raise ValidationError(str(_l("Enter a day, for example 30/07/2027.")))
        if first is not None and last < first:
            raise ValidationError(str(_l("The last day comes before the first.")))

    def validate_day_0(self, _field: Any) -> None:
        if not any(field.data for field in self.days()):
            raise ValidationError(str(_l("Choose at least one day of the week.")))

    def validate_count(self, field: Any) -> None:
        if field.data is not None and not 2 <= field.data <= self.most:
            raise ValidationError(str(_l("A series here has 2 to %(most)s appointments.", most=self.most)))

    def validate_before(self, _field: Any) -> None:
        low, high = self.window()
        if low >= high:
            raise ValidationError(str(_l("The end of the day you want lies before its beginning.")))

    def window(self) -> tuple[int, int]:
        return _number(self.after.data, 7) * 60, _number(self.before.data, 20) * 60

    def pattern(self) -> Pattern:
        """After `validate`."""
        first, (low, high) = read_date(self.first_day.data or ""), self.window()
        assert first is not None
        return Pattern(
            weekdays=frozenset(number for number, field in enumerate(self.days()) if field.data),
            first_day=max(first, self.today),
            start=low,
            end=high,
            every=min(max(_number(self.every.data, 1), 1), LONGEST_WEEKS),
            count=self.count.data,
            until=read_date(self.until.data or ""),
        )


def ticked() -> dict[int, Choice | None]:
    """Row -> its choice as posted; what cannot be read counts as not chosen."""
    found: dict[int, Choice | None] = {}
    for number in range(AT_THE_DESK):
        text = request.form.get(f"row_{number}")
        if text is not None:
            start, _at, agenda = text.partition("@")
            right = start.isascii() and start.isdigit() and len(start) < 9 and len(agenda) == 32
            found[number] = Choice(int(start), agenda) if right else None
    return found


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else otherwise
