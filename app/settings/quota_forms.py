"""What an owner says of the sessions of a year."""

from typing import Any

from wtforms import IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.kernel.i18n import lazy_gettext as _l
from app.settings.fitting import FitsTheFolder
from app.web.forms import BaseForm, PlainText, tidy

MOST_TIERS = 5


class QuotaForm(BaseForm):
    """`disciplines` are (code, name) of the practice's own people."""

    name = StringField(
        _l("Kind of care"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Give it a name.")),
            Length(max=100, message=_l("At most 100 letters.")),
            PlainText(),
            FitsTheFolder(),
        ],
    )
    discipline = SelectField(_l("Discipline"))
    tiers = StringField(_l("Less is reimbursed after session"), filters=[tidy], validators=[Optional()])
    per_year = IntegerField(
        _l("Nothing is reimbursed after session"),
        validators=[Optional(), NumberRange(1, 1000, _l("Enter a number from 1 to 1000, or nothing."))],
        render_kw={"inputmode": "numeric"},
    )
    start_within_days = IntegerField(
        _l("Days within which treatment must begin"),
        validators=[Optional(), NumberRange(1, 730, _l("Enter a number from 1 to 730, or nothing."))],
        render_kw={"inputmode": "numeric"},
    )

    def __init__(self, *args: Any, disciplines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.discipline.choices = list(disciplines)
        self.bounds: list[int] = []

    def validate_tiers(self, field: Any) -> None:
        words = [word.strip() for word in (field.data or "").replace(";", ",").split(",") if word.strip()]
        if len(words) > MOST_TIERS or not all(
            w.isascii() and w.isdigit() and len(w) < 5 and int(w) for w in words
        ):
            raise ValidationError(str(_l("Write the numbers with commas between them: 9, 18.")))
        self.bounds = sorted({int(word) for word in words})
