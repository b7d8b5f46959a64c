"""What a page about a card sends back."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.kernel.i18n import LANGUAGES, NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.web.fields import MailAddress
from app.web.forms import BaseForm, PlainText, tidy


class StartForm(BaseForm):
    """The button that starts a reading; `again` wants a new code although a desk's agent is known."""

    again = HiddenField()


class ConfirmForm(BaseForm):
    """`t` is the claim the agent brought; it opens nothing in another browser."""

    t = HiddenField()


class TakeForm(BaseForm):
    """Which of the card's differences the person wants. `pairing` and `seen` are what the page compared."""

    pairing = HiddenField()
    seen = HiddenField()
    given_name = BooleanField()
    family_name = BooleanField()
    birth_date = BooleanField()
    sex = BooleanField()
    street = BooleanField()
    postcode = BooleanField()
    town = BooleanField()
    country = BooleanField()

    def wanted(self) -> set[str]:
        return {field.short_name for field in self if isinstance(field, BooleanField) and field.data}


class FileForm(BaseForm):
    """A new file at the desk: what no card knows."""

    pairing = HiddenField()
    email = StringField(
        _l("E-mail address"),
        filters=[tidy],
        validators=[
            Length(max=254, message=_l("This e-mail address is too long.")),
            PlainText(),
            MailAddress(),
        ],
        render_kw={"autocomplete": "off", "inputmode": "email", "type": "email"},
    )
    phone = StringField(
        _l("Phone number"),
        filters=[tidy],
        validators=[Length(max=30, message=_l("This is too long.")), PlainText()],
        render_kw={"autocomplete": "off", "inputmode": "tel", "type": "tel"},
    )
    language = SelectField(
        _l("Language"), choices=[SelectChoice(code, NATIVE[code]) for code in LANGUAGES], default="fr"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.flags.required = self.phone.flags.required = False
