"""Forms: shape and format only, with CSRF, one value a field, and text that both databases can keep."""

import unicodedata
from typing import Any
from uuid import UUID, uuid4

from flask import abort, current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, ValidationError

from app.kernel.i18n import lazy_gettext as _l

UNREADABLE = "\ufffd"  # what stands where bytes were not text
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class TokenWhenShown(_FlaskFormCSRF):
    """Checks the token, and leaves making a new one to the page that shows it: most forms are sent to succeed."""

    def generate_csrf_token(self, _field: Any) -> str:
        return ""


class BaseForm(FlaskForm):
    """Reads request.form only; a field given twice or another content type is no form a browser sent."""

    PAGE: tuple[str, ...] = ()  # names as they stand on the page, where that is not as they were declared

    class Meta(FlaskForm.Meta):
        locales = False
        csrf_class = TokenWhenShown

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if request.method == "POST":
            if request.mimetype not in FORM_TYPES:
                abort(415)
            if any(len(values) > 1 for _, values in request.form.lists()):
                abort(400)
        super().__init__(*args, **kwargs)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if (
            "csrf_token" in self and self.csrf_token.errors
        ):  # the library's own words are English and about tokens
            self.csrf_token.errors = [
                _l("This page was open for too long. Please press the button once more.")
            ]
        return bool(valid)

    def insist(self) -> None:
        """For a button that asks for none of the fields: without its token, what the door answers."""
        current_app.extensions["csrf"].protect()

    def problems(self) -> list[tuple[str, str]]:
        """(field id, message) in the order of the page, for the summary."""
        order = {name: at for at, name in enumerate(self.PAGE)}
        wrong = sorted(
            (field for field in self if field.errors), key=lambda one: order.get(one.short_name, 0)
        )
        return [(field.id, str(field.errors[0])) for field in wrong]


class Versioned:
    """Mixed into the form of a record two tabs can have open: `version` says what it was filled from."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """A version nobody could have been shown is stale."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class Attempted:
    """Mixed into a form whose effect counts once: `attempt` names it, however often it is sent."""

    attempt = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attempt.data = self.attempt.data or str(uuid4())

    @property
    def attempt_id(self) -> UUID:
        """A fresh one for whoever took theirs away."""
        try:
            return UUID(self.attempt.data or "")
        except ValueError:
            return uuid4()

    @property
    def attempt_sent(self) -> UUID:
        """The same, where nothing is done for a form that is none of ours."""
        try:
            return UUID(self.attempt.data or "")
        except ValueError:
            abort(400)


def tidy(value: str | None) -> str | None:
    """One way to write a text: composed accents, single spaces, nothing around."""
    if value is None:
        return None
    return " ".join(unicodedata.normalize("NFC", value).split())


def tidy_lines(value: str | None) -> str | None:
    """The same for a text of several lines: at most one empty line in a row."""
    if value is None:
        return None
    lines = [tidy(line) or "" for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()


def plain_lines(value: str | None) -> str | None:
    """A text whose spaces mean something, as Markdown: composed accents and one kind of line end."""
    if value is None:
        return None
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")


class PlainText:
    """Refuses control characters and halves of surrogate pairs: no keyboard types them, no mail header takes them."""

    message = _l("Please use ordinary letters and signs only.")

    def __call__(self, _form: Any, field: Any) -> None:
        if any(
            unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or c == UNREADABLE for c in field.data or ""
        ):
            raise ValidationError(str(self.message))


class Lines(PlainText):
    """A text of several lines: a line break is the one control character in it."""

    def __call__(self, form: Any, field: Any) -> None:
        whole = field.data
        field.data = (whole or "").replace("\n", " ")
        try:
            super().__call__(form, field)
        finally:
            field.data = whole


class NameText(PlainText):
    """A name has no signs of code; %ED and the like are what is left of bytes that were no text."""

    message = _l("Please use ordinary letters only: this does not look like a name.")

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if any(sign in "<>{}[]|\\%=@" for sign in field.data or ""):
            raise ValidationError(str(self.message))


def single_args() -> MultiDict[str, str]:
    """The query of a GET, where a repeated key is a mistake rather than a choice."""
    args = request.args
    if sum(map(len, dict.values(args))) > len(args):
        abort(400)
    return args


MOST_PAGES = 1000


def page_of(args: Any) -> int:
    """The page of a list, counted from nought; nonsense is the first one."""
    text = args.get("page", "")
    return min(int(text), MOST_PAGES) if text.isascii() and text.isdigit() and len(text) < 6 else 0
