"""What somebody at the door says: a first name and a reason from a short list."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.i18n import lazy_gettext as _l
from app.walkins.labels import PRIORITIES, REASONS
from app.web.forms import Attempted, BaseForm, NameText, tidy


class NumberForm(Attempted, BaseForm):
    """Sent twice it is one number."""

    PAGE = ("first_name", "reason")

    first_name = StringField(
        _l("First name"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter a first name: it is how the practice calls you.")),
            Length(max=100, message=_l("A first name has at most 100 letters here.")),
            NameText(),
        ],
        render_kw={"autocomplete": "given-name", "maxlength": 100},
    )
    reason = RadioField(
        _l("What do you come for?"),
        choices=[],
        validators=[InputRequired(_l("Choose what you come for."))],
    )

    def __init__(self, *args: Any, reasons: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [SelectChoice(key, REASONS[key]) for key in reasons]


class DeskNumberForm(NumberForm):
    """The same at the desk, which may say who goes first."""

    PAGE = ("first_name", "reason", "priority")

    priority = RadioField(
        _l("Priority"),
        choices=[SelectChoice(str(key), words) for key, words in PRIORITIES.items()],
        default="2",
        validators=[InputRequired(_l("Choose a priority."))],
    )
