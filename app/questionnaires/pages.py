"""What the two ways to a questionnaire have in common: one's account, and the link of a mail."""

from typing import Any

from flask import render_template

from app.kernel.errors import Refusal
from app.kernel.tenancy import practice_context
from app.questionnaires import actions, items, labels, queries
from app.questionnaires.forms import AnswerForm
from app.questionnaires.items import Answer
from app.questionnaires.models import QuestionnaireResponse
from app.web.outside import services


def shown(found: QuestionnaireResponse, given: dict[str, Answer], form: AnswerForm | None) -> dict[str, Any]:
    """For questionnaires/answer.html: a form while it can be answered, the answers once they are sent."""
    form = form or AnswerForm(items.read(found.asked.items), given)
    open_still = found.status == "in-progress"
    with practice_context(found.practice):
        author = queries.authors_of([found.id] if not open_still else []).get(found.id)
    asked = labels.asked(found.asked, form.given if open_still else given, found.practice)
    return {
        "found": found,
        "author": labels.written_down(author),
        "form": form,
        "asked": asked,
        "names": labels.names(asked),
        "title": labels.said(found.asked.title, found.practice),
        "intro": labels.said(found.asked.intro, found.practice),
    }


def take(found: QuestionnaireResponse, form: AnswerForm, *, send: bool, by: str) -> None:
    """Sent, or kept as it stands: also what is not right yet is never lost."""
    now, sealer = services().clock.now(), services().sealer
    if send:
        actions.submit(found, form.answers, by=by, sealer=sealer, now=now)
    else:
        actions.keep_draft(found, form.given, sealer=sealer, now=now)


def kept(found: QuestionnaireResponse, form: AnswerForm) -> Any:
    """The line under the form that says when it was last kept."""
    now = services().clock.now()
    try:
        actions.keep_draft(found, form.given, sealer=services().sealer, now=now)
    except Refusal as no:
        return render_template("questionnaires/_kept.html", refusal=no), no.status
    return render_template("questionnaires/_kept.html", at=now)
