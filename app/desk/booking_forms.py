"""What the desk types to book for somebody: who, through which channel, and what is broken knowingly."""

from typing import Any
from uuid import uuid4

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.desk.appointment_forms import Knowingly
from app.kernel.i18n import NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.patients import niss
from app.patients.actions import Person
from app.patients.models import Patient
from app.patients.number_form import NISS_NOTICES, read_date
from app.web.fields import MailAddress, first_name, last_name
from app.web.forms import BaseForm, PlainText, tidy


class ContactForm(Knowingly, BaseForm):
    """Of somebody who has a file here: how the appointment was made and where its confirmation goes."""

    PAGE = ("email", "phone", "spoken", "origin", "told", "because")

    start = HiddenField()
    schedule = HiddenField()
    patient = HiddenField()
    attempt = HiddenField()
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
    phone = StringField(
        _l("Phone"),
        filters=[tidy],
        validators=[
            Length(max=30, message=_l("A phone number has at most 30 signs here.")),
            PlainText(),
        ],
        render_kw={"autocomplete": "off", "inputmode": "tel", "type": "tel"},
    )
    spoken = SelectField(
        _l("Language"),
        choices=[SelectChoice(code, name) for code, name in NATIVE.items()],
        default="fr",
    )
    origin = RadioField(
        _l("How do they ask for it?"),
        choices=[SelectChoice("phone", _l("By telephone")), SelectChoice("desk", _l("At the counter"))],
        default="phone",
        validators=[InputRequired(_l("Say whether it is by telephone or at the counter."))],
    )
    told = BooleanField(_l("I have read this to the person, and they accept it."))

    def person(self, known: Patient | None = None) -> Person:
        assert known is not None
        return Person(
            given_name=known.given_name,
            family_name=known.family_name,
            email=self.email.data or None,
            language=self.spoken.data,
            phone=self.phone.data or None,
        )

    def prefill(self, known: Patient | None, *, language: str) -> None:
        self.attempt.data = str(uuid4())
        self.spoken.data = known.language if known else language
        if known is not None:
            self.patient.data, self.email.data, self.phone.data = str(known.id), known.email, known.phone


class NewPersonForm(ContactForm):
    """Of somebody new: names, a way to reach them, and a birth date or a number where they have it at hand."""

    PAGE = (
        "given_name",
        "family_name",
        "phone",
        "email",
        "birth_date",
        "niss",
        "spoken",
        "another",
        "origin",
        "told",
    )

    given_name = first_name(_l("Enter the first name."), autocomplete="off")
    family_name = last_name(_l("Enter the last name."), autocomplete="off")
    birth_date = StringField(
        _l("Date of birth"),
        filters=[tidy],
        validators=[Optional()],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    niss = StringField(
        _l("National number (NISS)"),
        filters=[tidy],
        validators=[Optional()],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    another = BooleanField(_l("I have asked: this is another person."))

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.digits, self.born = today, None, None

    def validate_birth_date(self, field: Any) -> None:
        self.born = read_date(field.data or "")
        if self.born is None:
            raise ValidationError(
                str(_l("Enter the date of birth as day, month and year, for example 30/07/1985."))
            )
        if not self.today.year - 130 <= self.born.year or self.born > self.today:
            raise ValidationError(str(_l("This date of birth cannot be right. Please check the year.")))

    def validate_niss(self, field: Any) -> None:
        try:
            self.digits = niss.parse((field.data or "")[:100], today=self.today).digits
        except niss.WrongNiss as wrong:
            raise ValidationError(str(NISS_NOTICES[wrong.wrong])) from wrong

    def validate_phone(self, field: Any) -> None:
        if not (field.data or self.email.data):
            raise ValidationError(
                str(_l("Enter a phone number or an e-mail address, so that they can be reached."))
            )

    def person(self, known: Patient | None = None) -> Person:
        return Person(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            email=self.email.data or None,
            language=self.spoken.data,
            niss=self.digits,
            birth_date=self.born,
            phone=self.phone.data or None,
        )
