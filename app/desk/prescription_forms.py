"""What the desk notes of a prescription."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from wtforms import IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.kernel.i18n import lazy_gettext as _l
from app.web.fields import DayField
from app.web.forms import BaseForm

OLDEST = timedelta(days=730)
ANY = ""


class PrescriptionForm(BaseForm):
    """`quotas` and `practitioners` are (id, name) of the open practice."""

    prescribed_on = DayField(
        _l("Prescribed on"), validators=[DataRequired(_l("Enter the day on the prescription."))]
    )
    sessions = IntegerField(
        _l("Number of sessions"),
        validators=[
            InputRequired(_l("Enter how many sessions are prescribed.")),
            NumberRange(1, 500, _l("A prescription is for 1 to 500 sessions.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    used_elsewhere = IntegerField(
        _l("Sessions already had elsewhere"),
        validators=[Optional(), NumberRange(0, 500, _l("Enter a number from 0 to 500."))],
        render_kw={"inputmode": "numeric"},
    )
    quota = SelectField(_l("Kind of care"), validators=[Optional()])
    practitioner = SelectField(_l("With whom"), validators=[Optional()])

    def __init__(self, *args: Any, quotas: Any, practitioners: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.quota.choices = [(ANY, _l("not counted by year")), *quotas]
        self.practitioner.choices = [(ANY, _l("anyone")), *practitioners]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        day = self.prescribed_on.day
        if day is not None and not self.today - OLDEST <= day <= self.today:
            words = _l("A prescription is from the past two years, and not from a day to come.")
            self.prescribed_on.errors = [str(words)]
            return False
        return valid

    @property
    def values(self) -> dict[str, Any]:
        return {
            "prescribed_on": self.prescribed_on.day,
            "sessions": self.sessions.data,
            "used_elsewhere": self.used_elsewhere.data or 0,
            "quota": UUID(self.quota.data) if self.quota.data else None,
            "practitioner": UUID(self.practitioner.data) if self.practitioner.data else None,
        }
