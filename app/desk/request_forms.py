"""What the desk types about a request: why not and what instead, or what it wants to know first."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.booking.actions.answers import Alternative
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import speaking
from app.web.forms import BaseForm, PlainText, Versioned, tidy

MOST_QUESTIONS = 5
OWN_WORDS = "own"

# usual sentences; the person reads them in their own language
REFUSALS: dict[str, Any] = {
    "time": _l("This time is not possible after all."),
    "full": _l("The practice takes no new patients at the moment."),
    "call": _l("Please call us, so that we find the right appointment together."),
    "other": _l("For this, another kind of appointment is needed. Please choose another one or call us."),
}
QUESTIONS: tuple[Any, ...] = (
    _l("Have you been to our practice before?"),
    _l("Do you have a prescription, and of which date?"),
    _l("Who sends you to us?"),
    _l("On which other days and at which hours can you come?"),
    _l("At which number can we reach you?"),
)


class RefuseForm(Versioned, BaseForm):
    """`offered_n` is a time, `alternative_n` whether it is offered; they were computed when the page was made."""

    PAGE = ("usual", "text", "alternative_0", "alternative_1", "alternative_2")

    usual = RadioField(
        _l("What should the person read?"),
        choices=[
            *(SelectChoice(key, words) for key, words in REFUSALS.items()),
            SelectChoice(OWN_WORDS, _l("Only what I write below")),
        ],
        default=OWN_WORDS,
        validate_choice=False,
    )
    text = TextAreaField(
        _l("In your own words"),
        filters=[tidy],
        validators=[Length(max=400, message=_l("Say it in at most 400 letters.")), PlainText()],
        render_kw={"rows": 3, "maxlength": 400},
    )
    offered_0, offered_1, offered_2 = HiddenField(), HiddenField(), HiddenField()
    alternative_0, alternative_1, alternative_2 = BooleanField(), BooleanField(), BooleanField()

    def validate_text(self, field: Any) -> None:
        if not field.data and self.usual.data not in REFUSALS:
            raise ValidationError(str(_l("Choose a sentence or write one: the person reads it.")))

    def offer(self, found: Sequence[Alternative]) -> None:
        """All of them, unless somebody takes one away."""
        for number, (schedule, start) in enumerate(found[:3]):
            self[f"offered_{number}"].data = f"{schedule}:{start}"
            self[f"alternative_{number}"].data = True

    def times(self) -> list[tuple[int, str, int]]:
        """(number, agenda, start) of everything on the page; what is no time is left out."""
        found = []
        for number in range(3):
            schedule, _colon, start = (self[f"offered_{number}"].data or "").partition(":")
            if start.isascii() and start.isdigit() and len(start) <= 8:
                found.append((number, schedule, int(start)))
        return found

    def kept(self) -> list[Alternative]:
        return [(who, start) for number, who, start in self.times() if self[f"alternative_{number}"].data]

    def said(self, language: str) -> str:
        """In the language of whoever reads it."""
        with speaking(language):
            usual = str(REFUSALS.get(self.usual.data, ""))
        return " ".join(filter(None, (usual, self.text.data)))


class AskForm(Versioned, BaseForm):
    """Up to five questions, in the language of the person."""

    def asked(self) -> list[str]:
        return [text for number in range(MOST_QUESTIONS) if (text := self[f"question_{number}"].data)]

    def validate_question_0(self, field: Any) -> None:
        if not self.asked():
            raise ValidationError(str(_l("Write at least one question.")))


for _number in range(MOST_QUESTIONS):
    setattr(
        AskForm,
        f"question_{_number}",
        StringField(
            _l("Question %(number)s", number=_number + 1),
            filters=[tidy],
            validators=[Length(max=300, message=_l("Say it in at most 300 letters.")), PlainText()],
            render_kw={"maxlength": 300, "autocomplete": "off", "list": "usual-questions"},
        ),
    )


def usual_questions(language: str) -> list[str]:
    with speaking(language):
        return [str(one) for one in QUESTIONS]
