"""A practice's own words of one kind of message, in each of its languages."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from app.kernel.i18n import LANGUAGES, NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.practice import placeholders
from app.practice.wordings import PARTS
from app.settings.editing import EditForm
from app.settings.fitting import FitsTheFolder
from app.web.forms import Lines, PlainText, tidy, tidy_lines

MOST = {"subject": 120, "paragraph": 1000, "sms": 80}
TOO_LONG = {
    "subject": _l("A subject has at most 120 letters."),
    "paragraph": _l("At most 1000 letters: people read the first lines of a mail."),
    "sms": _l("At most 80 letters: an SMS has little room."),
}
LABELS = {
    "subject": lambda name: _l("Subject of the mail (%(language)s)", language=name),
    "paragraph": lambda name: _l("A paragraph of yours (%(language)s)", language=name),
    "sms": lambda name: _l("A sentence after the SMS (%(language)s)", language=name),
}


class Places:
    """Refuses braces around anything that is not one of our names."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = allowed

    def __call__(self, _form: Any, field: Any) -> None:
        wrong = placeholders.unknown(field.data or "", self.allowed)
        if wrong:
            there = " ".join(f"{{{name}}}" for name in self.allowed)
            shown = wrong[0] if wrong[0][:1] in "{}" and wrong[0] else f"{{{wrong[0]}}}"
            raise ValidationError(
                _(
                    "%(wrong)s is nothing Parvis can fill in here. These are: %(there)s",
                    wrong=shown,
                    there=there,
                )
            )


class WordingForm(EditForm):
    """`spoken`: the languages of the practice; `parts`: what this kind of message has."""

    PAGE = tuple(f"{part}-{code}" for code in LANGUAGES for part in PARTS)

    def __init__(self, *args: Any, spoken: Sequence[str], parts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spoken, self.parts = list(spoken), list(parts)
        for code in LANGUAGES:
            for part in PARTS:
                if code not in self.spoken or part not in self.parts:
                    del self[f"{part}-{code}"]


def _declare() -> None:
    for code in LANGUAGES:
        for part in PARTS:
            lines = part == "paragraph"
            made: Any = TextAreaField if lines else StringField
            allowed = placeholders.SMS if part == "sms" else placeholders.MAIL
            field = made(
                LABELS[part](NATIVE[code]),
                filters=[tidy_lines if lines else tidy],
                validators=[
                    Optional(),
                    Length(max=MOST[part], message=TOO_LONG[part]),
                    Lines() if lines else PlainText(),
                    Places(allowed),
                    FitsTheFolder(),
                ],
                render_kw={"lang": code, **({"rows": 4} if lines else {})},
            )
            setattr(WordingForm, f"{part}-{code}", field)


_declare()
