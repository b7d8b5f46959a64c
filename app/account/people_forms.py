"""What is asked of people one acts for, and of a mandate."""

from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from app.identity import ages
from app.identity.models import Dependant
from app.identity.representation import Child
from app.kernel.i18n import NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.patients import niss as numbers
from app.patients.number_form import NumberForm, read_date
from app.web.fields import first_name, last_name, mail_address
from app.web.forms import BaseForm, Versioned, tidy

SEX_NAMES = {
    "female": _l("Female"),
    "male": _l("Male"),
    "other": _l("Other"),
    "unknown": _l("Rather not say"),
}
BASIS_NAMES = {"parent": _l("I am a parent"), "guardian": _l("I am the guardian")}


_GROWN_UP = _l("Only a child under eighteen is added here. A grown-up gives a mandate instead.")
_OTHER_DATE = _l(
    "This number belongs to another date of birth. Please check both, or say that there is no number."
)


def _choices(names: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in names.items()]


class ChildForm(Versioned, NumberForm):
    """The birth date is always asked: what one may do for a child follows from it."""

    PAGE = (
        "basis", "given_name", "family_name", "birth_date", "sex", "language", "number", "niss", "country", "sure",
    )  # fmt: skip

    given_name = first_name(_l("Enter the child's first name."), autocomplete="off")
    family_name = last_name(_l("Enter the child's last name."), autocomplete="off")
    basis = RadioField(
        _l("Who are you to this child?"),
        choices=_choices(BASIS_NAMES),
        validators=[InputRequired(_l("Say who you are to this child."))],
    )
    sex = SelectField(_l("Sex"), choices=_choices(SEX_NAMES), default="unknown")
    language = SelectField(_l("Language"), choices=_choices(NATIVE))
    sure = BooleanField(
        _l("I confirm that I may represent this child."),
        validators=[DataRequired(_l("Confirm that you may represent this child."))],
    )

    def validate_birth_date(self, field: Any) -> None:
        self.born = read_date(field.data or "")
        if self.born is None:
            raise ValidationError(
                str(_l("Enter the date of birth as day, month and year, for example 21/11/2014."))
            )
        if not date(self.today.year - 19, 1, 1) <= self.born <= self.today:
            raise ValidationError(str(_GROWN_UP))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if self.born and not ages.scopes_of_child(self.born, self.today):
            self.birth_date.errors = [_GROWN_UP]
        elif self.born and self.born_by_number and self.born_by_number != self.born:
            self.niss.errors = [_OTHER_DATE]
        else:
            return valid
        return False

    def fill(self, child: Dependant, *, basis: str, number: str | None) -> None:
        self.version.data = str(child.version)
        self.basis.data, self.sex.data, self.language.data = basis, child.sex, child.language
        self.given_name.data, self.family_name.data = child.given_name, child.family_name
        self.birth_date.data = child.birth_date.strftime("%d/%m/%Y")
        self.number.data = "niss" if number else "none"
        self.niss.data = numbers.grouped(number) if number else ""
        self.country.data = child.country or ""

    def child(self) -> Child:
        assert self.born is not None  # validate() was called
        return Child(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            birth_date=self.born,
            sex=self.sex.data,
            language=self.language.data,
            niss=self.digits,
            country=self.country.data if self.digits is None else None,
        )


class MandateForm(BaseForm):
    """Whom a grown-up lets act for them, for what, until when."""

    email = mail_address(
        _l("Enter an e-mail address."),
        label=_l("E-mail address of the person who may act for you"),
        autocomplete="off",
    )
    book = BooleanField(_l("Book, move and cancel appointments"), default=True)
    messages = BooleanField(_l("Read and write messages"))
    invoices = BooleanField(_l("See invoices"))
    health = BooleanField(_l("See health data"))
    until = StringField(
        _l("Until"),
        description=_l("Day, month and year. Leave it empty for as long as you wish."),
        filters=[tidy],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.ends_on: date | None = None

    def validate_health(self, _field: Any) -> None:
        if not self.scopes():
            raise ValidationError(str(_l("Choose at least one thing this person may do.")))

    def validate_until(self, field: Any) -> None:
        if not field.data:
            return
        self.ends_on = read_date(field.data)
        if self.ends_on is None or not self.today < self.ends_on < date(self.today.year + 30, 1, 1):
            raise ValidationError(str(_l("Enter a day to come, for example 31/12/2027, or leave it empty.")))

    def scopes(self) -> list[str]:
        return [name for name in ("book", "messages", "invoices", "health") if self[name].data]
