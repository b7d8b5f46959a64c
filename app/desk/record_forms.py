"""What the desk types in a file: a note, corrected data, and which of two values is kept."""

from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.kernel.i18n import NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import CHANGEABLE, GROUPS
from app.patients.models import Patient
from app.patients.number_form import read_date
from app.web.fields import MailAddress, first_name, last_name
from app.web.forms import BaseForm, Lines, PlainText, tidy, tidy_lines


class NoteForm(BaseForm):
    text = TextAreaField(
        _l("Note"),
        filters=[tidy_lines],
        validators=[
            DataRequired(_l("Write something, or leave the note away.")),
            Length(max=2000, message=_l("A note has at most 2000 letters.")),
            Lines(),
        ],
        render_kw={"rows": 3, "maxlength": 2000},
    )
    pinned = BooleanField(_l("Keep it on top"))


def _line(label: Any, most: int, **more: Any) -> StringField:
    return StringField(
        label,
        filters=[tidy, lambda value: value or None],
        validators=[Optional(), Length(max=most, message=_l("This is too long.")), PlainText()],
        render_kw={"autocomplete": "off", **more},
    )


class DetailsForm(BaseForm):
    """`seen` is the state of the file on the page."""

    seen = HiddenField()
    given_name = first_name(_l("Enter the first name."), autocomplete="off")
    family_name = last_name(_l("Enter the last name."), autocomplete="off")
    birth_date = StringField(
        _l("Date of birth"), filters=[tidy], validators=[Optional()], render_kw={"inputmode": "numeric"}
    )
    email = StringField(
        _l("E-mail address"),
        filters=[tidy],
        validators=[
            Optional(),
            Length(max=254, message=_l("This e-mail address is too long.")),
            PlainText(),
            MailAddress(),
        ],
        render_kw={"autocomplete": "off", "inputmode": "email", "type": "email"},
    )
    phone = _line(_l("Phone"), 30, inputmode="tel", type="tel")
    language = SelectField(
        _l("Language"), choices=[SelectChoice(code, name) for code, name in NATIVE.items()]
    )
    street = _line(_l("Street and number"), 120)
    postcode = _line(_l("Postcode"), 12)
    town = _line(_l("Town"), 80)

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.born = today, None

    def show(self, patient: Patient) -> None:
        for name in CHANGEABLE:
            self[name].data = getattr(patient, name)
        self.birth_date.data = patient.birth_date.strftime("%d/%m/%Y") if patient.birth_date else ""

    def validate_birth_date(self, field: Any) -> None:
        self.born = read_date(field.data or "")
        if self.born is None:
            raise ValidationError(
                str(_l("Enter the date of birth as day, month and year, for example 30/07/1985."))
            )
        if not self.today.year - 130 <= self.born.year or self.born > self.today:
            raise ValidationError(str(_l("This date of birth cannot be right. Please check the year.")))

    def values(self) -> dict[str, Any]:
        return {name: self[name].data or None for name in CHANGEABLE} | {"birth_date": self.born}


class MergeForm(BaseForm):
    """Which value of each group the merged file has: «kept» or «gone», named keep_name, keep_niss …"""

    other = HiddenField()
    seen_kept = HiddenField()
    seen_gone = HiddenField()
    sure = BooleanField(
        _l("I have checked that both files are of the same person."),
        validators=[DataRequired(_l("Tick this only after checking: two people must never share a file."))],
    )

    @property
    def from_gone(self) -> set[str]:
        return {group for group in GROUPS if request.form.get(f"keep_{group}") == "gone"}
