"""Fields that many forms ask alike: names, a mail address, a day."""

from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired, Length

from app.kernel.i18n import lazy_gettext as _l
from app.web.forms import NameText, PlainText, tidy


class DayField(StringField):
    """A day as the browser's calendar sends it, YYYY-MM-DD; what was typed stays when it is none."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, filters=[tidy], render_kw={"type": "date"}, **more)
        self.day: date | None = None

    def post_validate(self, _form: Any, _stopped: bool) -> None:
        if self.errors or not self.data:
            return
        try:
            self.day = date.fromisoformat(self.data) if len(self.data) == 10 else None
        except ValueError:
            self.day = None
        if self.day is None:
            raise ValidationError(str(_l("This is no date of the calendar. Please choose it again.")))


class MailAddress:
    """One address (RFC 5321), written in one way; whether a mailbox is behind it only a mail can tell."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.errors or not field.data:
            return
        try:
            field.data = validate_email(field.data, check_deliverability=False).normalized
        except EmailNotValidError as wrong:
            raise ValidationError(
                str(_l("This e-mail address is not complete. It looks like name@example.be."))
            ) from wrong


def first_name(missing: Any, *, autocomplete: str = "given-name") -> StringField:
    too_long = _l("A first name has at most 100 letters here.")
    return _name(_l("First name"), missing, too_long, autocomplete)


def last_name(missing: Any, *, autocomplete: str = "family-name") -> StringField:
    too_long = _l("A last name has at most 100 letters here.")
    return _name(_l("Last name"), missing, too_long, autocomplete)


def mail_address(
    missing: Any, *, label: Any = None, description: Any = "", autocomplete: str = "email"
) -> StringField:
    return StringField(
        label or _l("E-mail address"),
        description=description,
        filters=[tidy],
        validators=[
            DataRequired(missing),
            Length(max=254, message=_l("This e-mail address is too long.")),
            PlainText(),
            MailAddress(),
        ],
        render_kw={"autocomplete": autocomplete, "inputmode": "email", "type": "email"},
    )


def _name(label: Any, missing: Any, too_long: Any, autocomplete: str) -> StringField:
    return StringField(
        label,
        filters=[tidy],
        validators=[DataRequired(missing), Length(max=100, message=too_long), NameText()],
        render_kw={"autocomplete": autocomplete},
    )
