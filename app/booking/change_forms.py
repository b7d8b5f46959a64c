"""What a person types about an appointment they have: why they cancel, and answers to what the practice asks."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from app.booking.models import RequestQuestion
from app.booking.refusals import ReasonWanted
from app.kernel.i18n import lazy_gettext as _l
from app.web.forms import BaseForm, PlainText, Versioned, tidy


class CancelForm(BaseForm):
    """`wanted` is what the practice's rules say: off, optional or required."""

    reason = TextAreaField(
        _l("Why do you cancel?"),
        filters=[tidy],
        validators=[Length(max=500, message=_l("Say it in at most 500 letters.")), PlainText()],
        render_kw={"rows": 2, "maxlength": 500},
    )

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def validate_reason(self, field: Any) -> None:
        if self.wanted == "required" and not field.data:
            raise ValidationError(str(ReasonWanted.message))

    @property
    def said(self) -> str:
        """Nothing where the practice does not ask."""
        return "" if self.wanted == "off" else self.reason.data or ""


class MoveForm(Versioned, BaseForm):
    """The new time, the hold on it, and the appointment as it was on the page."""

    start = HiddenField()
    schedule = HiddenField()
    attempt = HiddenField()


class AnswersForm(BaseForm):
    """One field a question; made by `answers_form`."""

    def by_question(self, questions: Sequence[RequestQuestion]) -> dict[Any, str]:
        return {one.id: self[f"answer_{one.position}"].data for one in questions}


def answers_form(questions: Sequence[RequestQuestion], **kwargs: Any) -> AnswersForm:
    """For the questions that wait for an answer."""
    fields: dict[str, Any] = {
        f"answer_{one.position}": TextAreaField(
            one.question,
            filters=[tidy],
            validators=[
                DataRequired(_l("Answer this question, or write that you do not know.")),
                Length(max=1000, message=_l("Say it in at most 1000 letters.")),
                PlainText(),
            ],
            render_kw={"rows": 2, "maxlength": 1000},
        )
        for one in questions
    }
    made: AnswersForm = type("TheseAnswers", (AnswersForm,), fields)(**kwargs)
    return made
