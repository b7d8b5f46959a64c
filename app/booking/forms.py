"""What a guest types to book: shape and format; whether the time is free is not a form's affair."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import Person
from app.patients.number_form import NumberForm
from app.web.forms import NameText, PlainText, tidy


class GuestForm(NumberForm):
    """Names, mail and national number; or birth date and country for people without one."""

    PAGE = ("given_name", "family_name", "email", "number", "niss", "birth_date", "country", "accept")

    start = HiddenField()
    attempt = HiddenField()
    schedule = HiddenField()

    given_name = StringField(
        _l("First name"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter your first name.")),
            Length(max=100, message=_l("A first name has at most 100 letters here.")),
            NameText(),
        ],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        _l("Last name"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter your last name.")),
            Length(max=100, message=_l("A last name has at most 100 letters here.")),
            NameText(),
        ],
        render_kw={"autocomplete": "family-name"},
    )
    email = StringField(
        _l("E-mail address"),
        description=_l("The confirmation goes there."),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("This e-mail address is too long.")),
            PlainText(),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email", "type": "email"},
    )
    accept = BooleanField(_l("I accept the conditions of the practice and have read its privacy statement."))

    def __init__(self, *args: Any, conditions_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions_required = conditions_required

    def validate_email(self, field: Any) -> None:
        if field.errors or not field.data:
            return
        try:
            field.data = validate_email(field.data, check_deliverability=False).normalized
        except EmailNotValidError as wrong:
            raise ValidationError(
                str(_l("This e-mail address is not complete. It looks like name@example.be."))
            ) from wrong

    def validate_accept(self, field: Any) -> None:
        if self.conditions_required and not field.data:
            raise ValidationError(str(_l("Accept the conditions of the practice to book.")))

    def person(self, language: str) -> Person:
        return Person(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            email=self.email.data,
            language=language,
            niss=self.digits,
            birth_date=self.born if self.digits is None else None,
            country=self.country.data if self.digits is None else None,
        )


class OwnForm(GuestForm):
    """Of somebody who is signed in: who they are is the account's to say, so there is little left to fill in."""

    PAGE = ("number", "niss", "birth_date", "country", "accept")

    given_name = family_name = email = None  # type: ignore[assignment]
    whose = HiddenField()

    def __init__(self, *args: Any, number_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number_known:
            for name in ("number", "niss", "birth_date", "country"):
                delattr(self, name)

    def show_countries(self) -> None:
        if "country" in self:
            super().show_countries()
