"""What a guest types to book: shape and format; whether the time is free is not a form's affair."""

from typing import Any

from wtforms import BooleanField, HiddenField, TextAreaField, ValidationError
from wtforms.validators import Length

from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import Person
from app.patients.number_form import NumberForm
from app.web.fields import first_name, last_name, mail_address
from app.web.forms import Lines, tidy_lines

LONGEST_NOTE = 1000


class GuestForm(NumberForm):
    """Names, mail and national number; or birth date and country for people without one."""

    PAGE = ("given_name", "family_name", "email", "number", "niss", "birth_date", "country", "note", "accept")

    start = HiddenField()
    attempt = HiddenField()
    schedule = HiddenField()

    given_name = first_name(_l("Enter your first name."))
    family_name = last_name(_l("Enter your last name."))
    email = mail_address(_l("Enter your e-mail address."), description=_l("The confirmation goes there."))
    note = TextAreaField(
        _l("What is it about?"),
        filters=[tidy_lines],
        validators=[
            Length(max=LONGEST_NOTE, message=_l("A message has at most 1000 characters here.")),
            Lines(),
        ],
        render_kw={"rows": 4, "maxlength": LONGEST_NOTE},
    )
    accept = BooleanField(_l("I accept the conditions of the practice and have read its privacy statement."))

    def __init__(
        self, *args: Any, conditions_required: bool, is_request: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.conditions_required = conditions_required
        if not is_request:
            del self.note

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

    PAGE = ("number", "niss", "birth_date", "country", "note", "accept")

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
