"""What is asked of somebody who joins: shape, format and age; whether the address is known is not a form's affair."""

from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.identity import password_rules, usernames
from app.identity.ages import ALONE, age_on
from app.kernel.i18n import LANGUAGES, NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.patients.number_form import NumberForm
from app.web.fields import first_name, last_name, mail_address
from app.web.forms import BaseForm, tidy

ACCOMPANIED = 13  # from here on, with a parent or guardian; younger, in their account


def stem_field(description: Any = "") -> StringField:
    return StringField(
        _l("User name"),
        description=description,
        filters=[tidy],
        validators=[Length(max=60, message=_l("A user name has 3 to 40 signs here."))],
        render_kw={
            "autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false",
        },
    )  # fmt: skip


def new_password_field() -> PasswordField:
    return PasswordField(_l("Password"), validators=[DataRequired(_l("Choose a password."))])


def consent_field() -> BooleanField:
    """Beside it stand the links to both texts."""
    return BooleanField(
        _l(
            "I have read the privacy statement of Parvis and accept its conditions. "
            "I am 16 or older, or a parent or guardian is with me."
        )
    )


def check_stem(field: Any) -> None:
    if field.data and usernames.stem_of(field.data) is None:
        raise ValidationError(
            str(
                _l(
                    "A user name begins with a letter and has 3 to 40 letters without accents, digits, dots or dashes."
                )
            )
        )


def check_password(field: Any, *, staff: bool, about: list[str | None]) -> None:
    if field.errors:
        return
    wrong = password_rules.problems(field.data, staff=staff, about=[text for text in about if text])
    if wrong:
        raise ValidationError(" ".join(wrong))


def check_consent(field: Any) -> None:
    if not field.data:
        raise ValidationError(
            str(_l("Read the privacy statement and accept the conditions to have an account."))
        )


class JoinForm(NumberForm):
    PAGE = (
        "given_name", "family_name", "email", "number", "niss", "birth_date", "country", "language", "username",
        "password", "accompanied", "accept",
    )  # fmt: skip

    next = HiddenField()
    given_name = first_name(_l("Enter your first name."))
    family_name = last_name(_l("Enter your last name."))
    email = mail_address(
        _l("Enter your e-mail address."),
        description=_l("Only you should be able to read what is sent there."),
    )
    language = SelectField(
        _l("Language of our messages"), choices=[SelectChoice(code, NATIVE[code]) for code in LANGUAGES]
    )
    username = stem_field(_l("To sign in without your e-mail address. We add four digits to it."))
    password = new_password_field()
    accompanied = BooleanField(_l("A parent or guardian is with me."))
    accept = consent_field()

    def __init__(self, *args: Any, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.is_young = False  # needs somebody beside them
        self.is_too_young = False

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        born = self.birth
        if born is not None:
            self._look_at_age(age_on(born, self.today))
        return valid and not self.accompanied.errors and not self.is_too_young

    def _look_at_age(self, age: int) -> None:
        self.is_too_young = age < ACCOMPANIED
        self.is_young = ACCOMPANIED <= age < ALONE
        if self.is_young and not self.accompanied.data:
            self.accompanied.errors = [
                _l("You are younger than 16. Join together with a parent or guardian, and tick this box.")
            ]

    @property
    def birth(self) -> date | None:
        """As typed, or as the number says: some hide it."""
        return self.born if self.number.data == "none" else self.born_by_number

    def validate_username(self, field: Any) -> None:
        check_stem(field)

    def validate_password(self, field: Any) -> None:
        about = [self.given_name.data, self.family_name.data, self.email.data, self.username.data, self.place]
        check_password(field, staff=False, about=about)

    def validate_accept(self, field: Any) -> None:
        check_consent(field)


class FinishForm(BaseForm):
    """The password again: whoever opens the mailbox is whoever typed the form, and not somebody who was tricked."""

    password = PasswordField(
        _l("The password you have chosen"),
        validators=[DataRequired(_l("Enter the password you have chosen."))],
    )
    accept = BooleanField(_l("I have read the privacy statement and approve it."))

    def validate_accept(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(str(_l("Read the privacy statement and approve it to open your account.")))


class InvitedForm(BaseForm):
    """Name and address are the invitation's; here only the secret is chosen."""

    password = new_password_field()
    accept = consent_field()

    def __init__(self, *args: Any, about: list[str | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def validate_password(self, field: Any) -> None:
        check_password(field, staff=False, about=self.about)

    def validate_accept(self, field: Any) -> None:
        check_consent(field)
