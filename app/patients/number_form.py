"""What tells a person from their namesakes, as asked: a national number, or birth date and country without one."""

from datetime import date
from functools import lru_cache
from typing import Any

from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.kernel.i18n import language, locale_of
from app.kernel.i18n import lazy_gettext as _l
from app.patients import niss
from app.web.forms import BaseForm, tidy

NISS_NOTICES = {
    niss.Wrong.MISSING: _l("Enter your national number: the practice needs it for your record."),
    niss.Wrong.LENGTH: _l("A national number has 11 digits, for example 85.07.30-994.37. Please check it."),
    niss.Wrong.CHECKSUM: _l(
        "These 11 digits do not belong together: one of them is probably mistyped. Please check."
    ),
    niss.Wrong.SERIAL: _l("This national number was never given out: digits 7 to 9 cannot be 000 or 999."),
    niss.Wrong.DATE: _l(
        "The date at the beginning of this number does not exist. Please check the first six digits."
    ),
}
COUNTRIES = (
    "FR", "NL", "DE", "LU", "IT", "ES", "PT", "RO", "PL", "BG", "GB", "IE", "US", "MA", "TR", "UA", "SY", "CD", "CM",
    "XX",
)  # fmt: skip


class NumberForm(BaseForm):
    """What booking, joining and «people I act for» ask alike; `today` is the day at the place."""

    number = RadioField(
        _l("Belgian national number"),
        choices=[
            SelectChoice("niss", _l("I have a national number (NISS)")),
            SelectChoice("none", _l("I have no Belgian number")),
        ],
        default="niss",
        validators=[InputRequired(_l("Say whether you have a national number."))],
    )
    niss = StringField(
        _l("National number (NISS)"),
        description=_l("11 digits, on the back of your identity card. For example 85.07.30-994.37."),
        filters=[tidy],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    birth_date = StringField(
        _l("Date of birth"),
        description=_l("Day, month and year, for example 30/07/1985."),
        filters=[tidy],
        render_kw={"autocomplete": "bday", "inputmode": "numeric"},
    )
    country = SelectField(
        _l("Country of your identity document"), choices=[], validate_choice=False, default=""
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for needed in (self.niss, self.birth_date, self.country):
            needed.flags.required = (
                True  # each on its own way; which way was chosen is checked when it comes back
            )
        self.born: date | None = None
        self.digits: str | None = None
        self.born_by_number: date | None = None  # a hint, never an authority

    def validate_niss(self, field: Any) -> None:
        if self.number.data != "niss":
            return
        try:
            found = niss.parse((field.data or "")[:100], today=self.today)
        except niss.WrongNiss as wrong:
            raise ValidationError(str(NISS_NOTICES[wrong.wrong])) from wrong
        self.digits, self.born_by_number = found.digits, found.birth_date

    def validate_birth_date(self, field: Any) -> None:
        if self.number.data != "none":
            return
        self.born = read_date(field.data or "")
        if self.born is None:
            raise ValidationError(
                str(_l("Enter your date of birth as day, month and year, for example 30/07/1985."))
            )
        if not date(self.today.year - 130, 1, 1) <= self.born <= self.today:
            raise ValidationError(str(_l("This date of birth cannot be right. Please check the year.")))

    def validate_country(self, field: Any) -> None:
        if self.number.data == "none" and field.data not in COUNTRIES:
            raise ValidationError(str(_l("Choose the country of your identity document.")))

    def show_countries(self) -> None:
        """For the page; a form that comes back is checked against COUNTRIES alone."""
        self.country.choices = [SelectChoice("", str(_l("Choose a country"))), *_countries()]


def read_date(text: str) -> date | None:
    """30/07/1985, 30.7.1985, 30-07-1985 or 1985-07-30; None when it is no date."""
    if len(text) > 20:
        return None
    parts = text.replace("/", "-").replace(".", "-").replace(" ", "-").split("-")
    parts = [part for part in parts if part]
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    first, second, third = map(int, parts)
    year, month, day = (first, second, third) if len(parts[0]) == 4 else (third, second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _countries() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in _named_countries(language())]


@lru_cache(maxsize=8)
def _named_countries(code: str) -> list[tuple[str, str]]:
    """In the order of the alphabet, «another country» last."""
    names = locale_of(code).territories
    known = sorted(((short, names[short]) for short in COUNTRIES if short != "XX"), key=lambda pair: pair[1])
    return [*known, ("XX", str(_l("Another country")))]
