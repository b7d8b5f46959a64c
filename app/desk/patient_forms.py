"""What the desk types about a patient: why it wants to see a number, and with what a person proved who they are."""

from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.i18n import lazy_gettext as _l
from app.patients.labels import DOCUMENTS
from app.web.forms import BaseForm, PlainText, tidy


class ReasonForm(BaseForm):
    """The patient reads the reason, word for word."""

    reason = StringField(
        _l("Why do you need the whole number?"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Say why you need the number: the patient can read it.")),
            Length(min=3, max=200, message=_l("Say it in 3 to 200 letters.")),
            PlainText(),
        ],
        render_kw={"autocomplete": "off", "maxlength": 200},
    )


class IdentityForm(BaseForm):
    """`seen` is the state of the file on the page."""

    seen = HiddenField()
    document = RadioField(
        _l("Which document did you see?"),
        choices=[SelectChoice(key, words) for key, words in DOCUMENTS.items()],
        validators=[InputRequired(_l("Choose the document you saw."))],
    )
    compared = BooleanField(
        _l("I have compared the names and the number with this document, and they are the same."),
        validators=[DataRequired(_l("Tick this only after comparing names and number."))],
    )
