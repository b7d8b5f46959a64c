"""The forms for what the manual does not answer: they reach whoever runs the portal, not the practice."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.identity import sign_in
from app.kernel.i18n import language
from app.manual import letters
from app.manual.forms import KINDS, QuestionForm
from app.manual.letters import Question
from app.messaging.threads import asking
from app.web import limits
from app.web.access import checks_its_token, public
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("question", __name__)
HERE = "/manual/question"


@bp.get(HERE)
@public
def ask() -> Any:
    args, who = single_args(), sign_in.who()
    form = QuestionForm(formdata=None)
    form.kind.data = args.get("kind") if args.get("kind") in KINDS else "general"
    form.page.data = _path(args.get("page", ""))
    form.browser.data = True
    if who is not None and who.is_open:
        form.name.data, form.email.data = who.account.name, who.account.email
    return _page(form)


@bp.post(HERE)
@public
@checks_its_token
def send() -> Any:
    form, now = QuestionForm(), services().clock.now()
    g.here = HERE
    if not form.validate():
        return _page(form, 422)
    limits.hit("support")
    question = Question(
        kind=form.kind.data,
        name=form.name.data or "",
        email=form.email.data,
        page=_path(form.page.data or ""),
        text=form.text.data,
        browser=request.headers.get("User-Agent", "")[:200] if form.browser.data else "",
        language=language(),
        site=request.host.lower(),
    )
    letters.ask(question, attempt=form.attempt_id.hex, sealer=services().sealer, now=now)
    return go(f"{HERE}/sent")


@bp.get(f"{HERE}/sent")
@public
def sent() -> str:
    return render_template("manual/sent.html")


def _page(form: QuestionForm, status: int = 200) -> Any:
    takes_questions = g.practice is not None and asking.rule().who != "nobody"
    page = render_template("manual/question.html", form=form, kinds=KINDS, takes_questions=takes_questions)
    return page, status


def _path(text: str) -> str:
    """A page without what follows it: an address may hold a token, and a question is read by a person."""
    return text.partition("?")[0].partition("#")[0][:200]
