"""What the desk types of an invoice: its lines, how it was paid, why it is cancelled."""

from datetime import date
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.billing.labels import WAYS
from app.billing.numbers import Item, cents_of
from app.desk.appointment_forms import reason_field
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.web.fields import DayField
from app.web.forms import Attempted, BaseForm, PlainText, tidy

LINES = range(1, 6)
DUE = (0, 8, 15, 30, 60)  # days


class InvoiceForm(Attempted, BaseForm):
    """Five lines, of which one at least: words_1, quantity_1, amount_1 … in euros. Sent twice it is one invoice."""

    due_days = SelectField(
        _l("To be paid"), default="30", validators=[InputRequired(_l("Choose by when it is to be paid."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due_days.choices = [(str(days), _due(days)) for days in DUE]

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"words_{n}"], self[f"quantity_{n}"], self[f"amount_{n}"]) for n in LINES]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        for number, (words, _quantity, amount) in enumerate(self.rows, start=1):
            typed = bool((amount.data or "").strip())
            if words.data and not typed and not amount.errors:
                amount.errors = [str(_l("Enter the amount of this line."))]
            elif typed and not words.data:
                words.errors = [str(_l("Say what this line is for."))]
            elif typed and cents_of(amount.data or "") is None:
                amount.errors = [str(_l("Enter an amount in euros, such as 45 or 45,50."))]
            elif number == 1 and not words.data:
                words.errors = [str(_l("Enter one line at least."))]
            valid = valid and not words.errors and not amount.errors
        return bool(valid)

    @property
    def items(self) -> list[Item]:
        return [
            Item(words.data, cents_of(amount.data) or 0, quantity.data or 1)
            for words, quantity, amount in self.rows
            if words.data
        ]


def _due(days: int) -> str:
    if not days:
        return str(_l("today"))
    return ngettext("within %(num)s day", "within %(num)s days", days)


for _number in LINES:
    _words = StringField(
        _l("What for"), filters=[tidy], validators=[Optional(), Length(max=200), PlainText()]
    )
    _quantity = IntegerField(
        _l("Number"),
        default=1,
        validators=[Optional(), NumberRange(1, 999, _l("Enter a number from 1 to 999."))],
        render_kw={"inputmode": "numeric"},
    )
    _amount = StringField(
        _l("Amount in euros"), validators=[Optional(), Length(max=20)], render_kw={"inputmode": "decimal"}
    )
    setattr(InvoiceForm, f"words_{_number}", _words)
    setattr(InvoiceForm, f"quantity_{_number}", _quantity)
    setattr(InvoiceForm, f"amount_{_number}", _amount)


class PaidForm(BaseForm):
    way = RadioField(
        _l("How was it paid?"),
        choices=[SelectChoice(key, words) for key, words in WAYS.items()],
        validators=[InputRequired(_l("Choose how it was paid."))],
    )
    paid_on = DayField(_l("Paid on"), validators=[InputRequired(_l("Enter the day of the payment."))])

    def __init__(self, *args: Any, issued_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issued_on, self.today = issued_on, today

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        day = self.paid_on.day
        if day is not None and not self.issued_on <= day <= self.today:
            self.paid_on.errors = [str(_l("Enter a day between the invoice's own and today."))]
            return False
        return bool(valid)


class CancelInvoiceForm(BaseForm):
    reason = reason_field(_l("Reason"), missing=_l("Say why: the number stays in your books."))
