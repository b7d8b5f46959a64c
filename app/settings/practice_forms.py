"""What an owner says of the practice: written as its folder (tenants/README.md) takes it."""

import re
from typing import Any

from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.kernel.i18n import LANGUAGES, NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.practice.folder.identity import EMAIL, PHONE, WEBSITE
from app.settings.editing import EditForm
from app.settings.fitting import FitsTheFolder
from app.web.forms import PlainText, tidy

NAMES: dict[str, Any] = {
    "name": _l("Name of the practice"),
    "email": _l("E-mail address"),
    "phone": _l("Telephone"),
    "website": _l("Website"),
    "first": _l("First language"),
    **{f"speaks-{code}": NATIVE[code] for code in LANGUAGES},
    **{
        f"tagline-{code}": _l("Sentence of welcome (%(language)s)", language=NATIVE[code])
        for code in LANGUAGES
    },
}
INTERNATIONAL = re.compile(r"0[1-9][0-9 ./-]{6,14}")


class Written:
    """Refuses what the pattern does not cover."""

    def __init__(self, pattern: re.Pattern[str], message: Any) -> None:
        self.pattern, self.message = pattern, message

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data and not self.pattern.fullmatch(field.data):
            raise ValidationError(str(self.message))


def belgian(value: str | None) -> str | None:
    """«081/12.34.56» as people write it here becomes «+32 81 12 34 56»."""
    text = tidy(value) or ""
    if not INTERNATIONAL.fullmatch(text):
        return text
    digits = "".join(sign for sign in text if sign.isdigit())[1:]
    head, rest = (digits[:-6], digits[-6:]) if len(digits) in (8, 9) else (digits, "")
    return " ".join(("+32", head, *(rest[at : at + 2] for at in range(0, len(rest), 2)))).strip()


def website(value: str | None) -> str | None:
    text = tidy(value) or ""
    return text.replace("http://", "https://", 1) if text.startswith("http://") else text


class PracticeForm(EditForm):
    """`spoken` are the languages the practice has now: one sentence of welcome for each."""

    PAGE = tuple(NAMES)
    name = StringField(
        NAMES["name"],
        filters=[tidy],
        validators=[
            DataRequired(_l("A practice has a name.")),
            Length(max=120, message=_l("At most 120 letters.")),
            PlainText(),
            FitsTheFolder(),
        ],
    )
    email = StringField(
        NAMES["email"],
        filters=[tidy],
        validators=[
            DataRequired(_l("Answers of patients go to this address.")),
            Length(max=200, message=_l("At most 200 letters.")),
            Written(EMAIL, _l("This e-mail address is not complete. It looks like name@example.be.")),
        ],
        render_kw={"inputmode": "email"},
    )
    phone = StringField(
        NAMES["phone"],
        filters=[belgian],
        validators=[
            DataRequired(_l("Patients need a number to call.")),
            Written(PHONE, _l("Write the number as +32 81 12 34 56.")),
        ],
        render_kw={"inputmode": "tel"},
    )
    website = StringField(
        NAMES["website"],
        filters=[website],
        validators=[
            Optional(),
            Length(max=200, message=_l("At most 200 letters.")),
            Written(WEBSITE, _l("A website begins with https://, for instance https://www.example.be")),
        ],
        render_kw={"inputmode": "url"},
    )
    first = SelectField(NAMES["first"], choices=[SelectChoice(code, NATIVE[code]) for code in LANGUAGES])

    def __init__(self, *args: Any, spoken: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spoken = list(spoken)
        for code in LANGUAGES:
            if code not in self.spoken:
                del self[f"tagline-{code}"]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        speaks = self[f"speaks-{self.first.data}"]
        if not speaks.data and self.first.data in self.spoken:  # it was taken away where it stands first
            self.first.errors = [_("The first language is one of those the practice speaks.")]
            return False
        speaks.data = True
        return True


def _declare() -> None:
    for code in LANGUAGES:
        setattr(PracticeForm, f"speaks-{code}", BooleanField(NAMES[f"speaks-{code}"]))
        setattr(
            PracticeForm,
            f"tagline-{code}",
            StringField(
                NAMES[f"tagline-{code}"],
                filters=[tidy],
                validators=[
                    DataRequired(_l("Say it in this language too: one sentence.")),
                    Length(max=200, message=_l("At most 200 letters.")),
                    PlainText(),
                    FitsTheFolder(),
                    FitsTheFolder(),
                ],
                render_kw={"lang": code},
            ),
        )


_declare()
