"""A question about the portal: a general one, or one about something that does not work."""

from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.kernel.i18n import lazy_gettext as _l
from app.web.fields import mail_address
from app.web.forms import Attempted, BaseForm, tidy, tidy_lines

KINDS = {
    "general": _l("A question about how something works"),
    "technical": _l("Something does not work"),
}
LONGEST = 4000


class QuestionForm(Attempted, BaseForm):
    """The same question sent twice arrives once."""

    kind = RadioField(
        _l("Your question"), choices=[SelectChoice(*one) for one in KINDS.items()], validate_choice=False
    )
    name = StringField(
        _l("Your name"),
        filters=[tidy],
        validators=[Length(max=80, message=_l("At most 80 letters."))],
        render_kw={"autocomplete": "name"},
    )
    email = mail_address(_l("Give an e-mail address, so that we can answer."))
    page = StringField(
        _l("On which page?"),
        filters=[tidy],
        validators=[Length(max=200, message=_l("At most 200 letters."))],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    text = TextAreaField(
        _l("Your message"), filters=[tidy_lines], render_kw={"rows": 7, "maxlength": LONGEST}
    )
    browser = BooleanField(_l("Send along which browser I use"))

    def validate_kind(self, field: Any) -> None:
        if field.data not in KINDS:
            raise ValidationError(str(_l("Choose what your question is about.")))

    def validate_text(self, field: Any) -> None:
        if len(field.data or "") < 10:
            raise ValidationError(str(_l("Write a sentence or two, so that we can help you.")))
        if len(field.data) > LONGEST:
            raise ValidationError(str(_l("At most 4,000 letters. Please shorten your message.")))
