"""The link of a mail: somebody without an account answers here; once sent, the page no longer shows what was said."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.kernel.errors import NotFound, Refusal
from app.questionnaires import actions, items, pages, queries
from app.questionnaires.forms import AnswerForm
from app.questionnaires.models import QuestionnaireResponse
from app.questionnaires.patient_views import DONE
from app.web import limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.outside import services

bp = Blueprint("questionnaire_link", __name__)
HERE = "/questionnaires/link/<token>"


@bp.get(HERE)
@practice_only
def show(token: str) -> str:
    return _page(_behind(token), token)


@bp.post(HERE)
@practice_only
@checks_its_token
def answer(token: str) -> Any:
    found = _behind(token)
    g.here = f"/questionnaires/link/{token}"
    form = AnswerForm(items.read(found.asked.items))
    if not form.validate():  # the page was open for too long: nothing is written, nothing is lost
        return _page(found, token, form=form), 422
    send = "keep" not in request.form
    fine = form.check() if send else True
    try:
        pages.take(found, form, send=send and fine, by="guest")
    except Refusal as no:
        return _page(_behind(token), token, refusal=no), no.status
    if not fine:
        return _page(found, token, form=form), 422
    return go(f"{g.here}?done={'sent' if send else 'saved'}")


@bp.post(f"{HERE}/draft")
@practice_only
def keep(token: str) -> Any:
    found = _behind(token)
    return pages.kept(found, AnswerForm(items.read(found.asked.items)))


def _behind(token: str) -> QuestionnaireResponse:
    """Guessing is hopeless, and seen: only links that are none count."""
    try:
        found = queries.of_link(token, now=services().clock.now())
    except NotFound:
        limits.hit("token")
        raise
    if found.status == "stopped":
        raise NotFound
    return found


def _page(found: QuestionnaireResponse, token: str, **more: Any) -> str:
    """A mail stays in a mailbox for years: what was sent is not shown behind its link."""
    closed = found.status == "completed"
    given = {} if closed else actions.answers_of(found, sealer=services().sealer)
    return render_template(
        "questionnaires/answer.html",
        **pages.shown(found, given, more.pop("form", None)),
        action=f"/questionnaires/link/{token}",
        by_link=True,
        done=DONE.get(request.args.get("done", "")),
        **more,
    )
