"""«My questionnaires»: answered from one's account, kept while it is written, sent once, shown back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.tenancy import practice_context
from app.patients import readers
from app.patients.files import File
from app.questionnaires import actions, items, labels, pages, queries
from app.questionnaires.actions.sending import SCOPE
from app.questionnaires.forms import AnswerForm
from app.web.access import checks_its_token, person
from app.web.door import go
from app.web.outside import services

bp = Blueprint("questionnaires", __name__)
HERE = "/questionnaires"
DONE = {
    "saved": _l("What you filled in is kept. You can go on at any time."),
    "sent": _l("Your answers are sent. Thank you."),
}


@bp.get(HERE)
@person
def overview() -> str:
    mine = _files()
    found = queries.of_files(mine or [])
    return render_template("questionnaires/mine.html", found=found, allowed=mine is not None, words=labels)


@bp.get(f"{HERE}/<uuid:response_id>")
@person
def one(response_id: UUID) -> Any:
    return _page(_mine(response_id))


@bp.post(f"{HERE}/<uuid:response_id>")
@person
@checks_its_token
def answer(response_id: UUID) -> Any:
    found = _mine(response_id)
    g.here = f"{HERE}/{response_id}"
    form = AnswerForm(items.read(found.asked.items))
    if not form.validate():  # the page was open for too long: nothing is written, nothing is lost
        return _page(found, form=form), 422
    send = "keep" not in request.form
    fine = form.check() if send else True
    try:
        with practice_context(found.practice):
            pages.take(found, form, send=send and fine, by=g.person.actor)
    except Refusal as no:
        return _page(_mine(response_id), refusal=no), no.status
    if not fine:
        return _page(found, form=form), 422
    return go(f"{HERE}/{response_id}?done={'sent' if send else 'saved'}")


@bp.post(f"{HERE}/<uuid:response_id>/draft")
@person
def keep(response_id: UUID) -> Any:
    """Asked by the page itself while somebody types."""
    found = _mine(response_id)
    form = AnswerForm(items.read(found.asked.items))
    with practice_context(found.practice):
        return pages.kept(found, form)


def _files() -> list[File] | None:
    who = g.person
    now = services().clock.now()
    return readers.files_of(who.account, who.acting_for, scope=SCOPE, practice=g.practice, now=now)


def _mine(response_id: UUID) -> Any:
    found = queries.of_files_one(_files() or [], response_id)
    if found.status == "stopped":
        raise NotFound
    return found


def _page(found: Any, **more: Any) -> str:
    given = actions.answers_of(found, sealer=services().sealer)
    return render_template(
        "questionnaires/answer.html",
        **pages.shown(found, given, more.pop("form", None)),
        action=f"{HERE}/{found.id}",
        done=DONE.get(request.args.get("done", "")),
        **more,
    )
