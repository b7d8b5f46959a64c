"""What a person may say of themself: names, how to reach them, and their number."""

from datetime import date
from typing import Any

from wtforms import HiddenField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.kernel.i18n import LANGUAGES, NATIVE, language, locale_of
from app.kernel.i18n import lazy_gettext as _l
from app.patients.number_form import COUNTRIES, NumberForm, read_date
from app.web.fields import first_name, last_name
from app.web.forms import BaseForm, PlainText, Versioned, tidy

SEX_WORDS = {
    "female": _l("Woman"),
    "male": _l("Man"),
    "other": _l("Another"),
    "unknown": _l("I prefer not to say"),
}
PHONE_SIGNS = "+()./- "
HOME = "BE"


def _line(label: Any, most: int, autocomplete: str, **more: Any) -> StringField:
    return StringField(
        label,
        filters=[tidy],
        validators=[Length(max=most, message=_l("This is too long.")), PlainText()],
        render_kw={"autocomplete": autocomplete, **more},
    )


class DetailsForm(BaseForm):
    """The first tab two people can open twice: `version` says what it was filled from."""

    version = HiddenField()
    given_name = first_name(_l("Enter your first name."))
    family_name = last_name(_l("Enter your last name."))
    birth_date = _line(_l("Date of birth"), 20, "bday", inputmode="numeric")
    sex = SelectField(
        _l("Sex"),
        choices=[SelectChoice(code, words) for code, words in SEX_WORDS.items()],
        render_kw={"autocomplete": "sex"},
    )
    language = SelectField(_l("Language"), choices=[SelectChoice(code, NATIVE[code]) for code in LANGUAGES])
    phone = _line(_l("Phone number"), 40, "tel", inputmode="tel", type="tel")
    street = _line(_l("Street and number"), 120, "street-address")
    postcode = _line(_l("Postcode"), 12, "postal-code")
    town = _line(_l("Town"), 80, "address-level2")
    country = SelectField(
        _l("Country"), choices=[], validate_choice=False, render_kw={"autocomplete": "country"}
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.born: date | None = None
        self.country.choices = [SelectChoice(code, name) for code, name in countries()]

    def validate_birth_date(self, field: Any) -> None:
        if not field.data:
            return
        self.born = read_date(field.data)
        if self.born is None:
            raise ValidationError(
                str(_l("Enter your date of birth as day, month and year, for example 30/07/1985."))
            )
        if not date(self.today.year - 130, 1, 1) <= self.born <= self.today:
            raise ValidationError(str(_l("This date of birth cannot be right. Please check the year.")))

    def validate_phone(self, field: Any) -> None:
        text = field.data or ""
        digits = sum(sign.isascii() and sign.isdigit() for sign in text)
        strange = any(not (sign.isascii() and sign.isdigit()) and sign not in PHONE_SIGNS for sign in text)
        if text and (strange or not 6 <= digits <= 15 or "+" in text[1:]):
            raise ValidationError(str(_l("Enter a phone number such as 0470 12 34 56 or +33 6 12 34 56 78.")))

    def validate_postcode(self, field: Any) -> None:
        text = field.data or ""
        if (
            text
            and self.country.data == HOME
            and not (len(text) == 4 and text.isascii() and text.isdigit() and text >= "1000")
        ):
            raise ValidationError(str(_l("A Belgian postcode has four digits, for example 5000.")))

    def validate_country(self, field: Any) -> None:
        if field.data not in (HOME, *COUNTRIES):
            raise ValidationError(str(_l("Choose a country of the list.")))

    def values(self) -> dict[str, Any]:
        """By column; what was left empty is not known. A country alone is no address."""
        lived = any((self.street.data, self.postcode.data, self.town.data))
        return {
            "given_name": self.given_name.data,
            "family_name": self.family_name.data,
            "language": self.language.data,
            "birth_date": self.born,
            "sex": self.sex.data,
            **{name: self[name].data or None for name in ("phone", "street", "postcode", "town")},
            "country": self.country.data if lived else None,
        }

    def fill(self, values: dict[str, Any], *, birth_date: date | None, version: str) -> None:
        """What is stored, as the person writes it."""
        for name, value in values.items():
            self[name].data = value or ""
        self.country.data = values["country"] or HOME
        self.birth_date.data = as_written(birth_date)
        self.version.data = version


class OwnNumberForm(Versioned, NumberForm):
    """A national number, or birth date and country without one."""


def countries() -> list[tuple[str, str]]:
    """Belgium, then the others in the order of the alphabet, «another country» last."""
    names = locale_of(language()).territories
    others = sorted(((code, names[code]) for code in COUNTRIES if code != "XX"), key=lambda pair: pair[1])
    return [(HOME, names[HOME]), *others, ("XX", str(_l("Another country")))]


def as_written(day: date | None) -> str:
    """As people in Belgium write a date, and as the form reads it."""
    return f"{day:%d/%m/%Y}" if day else ""
