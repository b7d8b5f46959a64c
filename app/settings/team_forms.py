"""What an owner fills in about somebody who works here: who, which roles, and from when to when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import request
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import HiddenInput

from app.kernel.i18n import NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.staff.actions import Terms
from app.staff.permissions import ROLES
from app.web.fields import DayField, first_name, last_name, mail_address
from app.web.forms import BaseForm

LONGEST = timedelta(days=3660)  # ten years either way: further is a mistyped year


class TermsForm(BaseForm):
    """Roles are one box each. A field the page does not have is in no form of ours: then nothing is changed."""

    owner = BooleanField(_l("Owner"))
    practitioner = BooleanField(_l("Practitioner"))
    receptionist = BooleanField(_l("Reception"))
    starts_on = DayField(_l("From this day"), validators=[DataRequired(_l("Say from which day on."))])
    ends_on = DayField(_l("Until"), validators=[Optional()])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.extra: list[str] = []

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        self.extra = list(self._impossible())
        if not self.chosen():
            self.owner.errors = [str(_l("Choose at least one role."))]
        return valid and not self.extra and not self.owner.errors

    def _impossible(self) -> Iterable[str]:
        if set(request.form) - {field.name for field in self}:
            yield str(_l("This form held something that is not on this page. Nothing was changed."))
        starts, ends = self.starts_on.day, self.ends_on.day
        if any(day and abs(day - self.today) > LONGEST for day in (starts, ends)):
            yield str(_l("One of the dates is very far away. Please check the year."))
        elif starts and ends and ends < starts:
            yield str(_l("The last day is before the first. Please check both dates."))

    def chosen(self) -> tuple[str, ...]:
        return tuple(role for role in ROLES if self[role].data)

    def terms(self) -> Terms:
        return Terms(tuple(sorted(self.chosen())), self.starts_on.day or self.today, self.ends_on.day)


class InviteForm(TermsForm):
    email = mail_address(_l("Enter this person's e-mail address."), autocomplete="off")
    given_name = first_name(_l("Enter this person's first name."), autocomplete="off")
    family_name = last_name(_l("Enter this person's last name."), autocomplete="off")
    language = SelectField(
        _l("Language of the invitation"),
        choices=[SelectChoice(code, name) for code, name in NATIVE.items()],
        validators=[DataRequired(_l("Choose a language."))],
    )


class MemberForm(TermsForm):
    version = IntegerField(widget=HiddenInput(), validators=[DataRequired(_l("Please reload this page."))])
