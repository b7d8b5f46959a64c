"""The questionnaires of the practice: composed as a draft, looked at as the patient will, published, archived."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, render_template, request, url_for

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.questionnaires import actions, labels, queries
from app.questionnaires.actions.composing import one_of
from app.questionnaires.forms import AnswerForm, RevisionForm, item_form, new_form, words_form
from app.questionnaires.items import KINDS
from app.questionnaires.queries import Known
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.outside import services

bp = Blueprint("compose", __name__)
HERE = "/desk/questionnaires"
DONE = {
    "saved": _l("The draft is saved. Patients see it once you publish it."),
    "published": _l("It is published: from now on it can be sent."),
    "archived": _l("It is archived: it is no longer offered. What was sent can still be answered."),
    "back": _l("It can be sent again."),
}


@bp.get(HERE)
@desk("care:manage")
def overview() -> str:
    return _overview()


@bp.post(HERE)
@checks_its_token
@desk("care:manage")
def create() -> Any:
    form = new_form(g.practice.languages)()
    if not form.validate():
        return _overview(form), 422
    told = {"by": g.person.actor, "now": services().clock.now(), "attempt": form.attempt_id}
    made = actions.create(form.texts("title"), **told)
    return go(_address(made))


@bp.get(f"{HERE}/<uuid:questionnaire_id>")
@desk("care:manage")
def compose(questionnaire_id: UUID) -> str:
    return _page(queries.known(questionnaire_id))


@bp.post(f"{HERE}/<uuid:questionnaire_id>")
@checks_its_token
@desk("care:manage")
def reword(questionnaire_id: UUID) -> Any:
    known, form = queries.known(questionnaire_id), words_form(g.practice.languages)()
    if not form.validate():
        return _page(known, form=form), 422
    try:
        actions.reword(
            known,
            form.texts("title"),
            form.texts("intro"),
            seen=form.seen,
            by=g.person.actor,
            now=services().clock.now(),
        )
    except Refusal as no:
        _renew(form, known)
        return _page(known, form=form, refusal=no), no.status
    return go(f"{_address(questionnaire_id)}?done=saved")


@bp.get(f"{HERE}/<uuid:questionnaire_id>/preview")
@desk("care:manage")
def preview(questionnaire_id: UUID) -> str:
    """As the patient sees it; nothing can be sent from here."""
    known = queries.known(questionnaire_id)
    return render_template(
        "questionnaires/preview.html",
        known=known,
        form=AnswerForm(known.items),
        asked=labels.asked(known.shown, {}, g.practice),
        title=labels.said(known.shown.title, g.practice),
        intro=labels.said(known.shown.intro, g.practice),
    )


@bp.get(f"{HERE}/<uuid:questionnaire_id>/questions/new")
@desk("care:manage")
def new_item(questionnaire_id: UUID) -> str:
    known, kind = queries.known(questionnaire_id), _kind(request.args.get("kind", ""))
    form = item_form(kind, g.practice.languages)(formdata=None)
    _renew(form, known)
    return _item_page(known, form)


@bp.post(f"{HERE}/<uuid:questionnaire_id>/questions")
@checks_its_token
@desk("care:manage")
def add_item(questionnaire_id: UUID) -> Any:
    known, kind = queries.known(questionnaire_id), _kind(request.form.get("kind", ""))
    form = item_form(kind, g.practice.languages)()
    if not form.validate():
        return _item_page(known, form), 422
    try:
        actions.add_item(known, form.item(), seen=form.seen, by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        _renew(form, known)
        return _item_page(known, form, refusal=no), no.status
    return go(f"{_address(questionnaire_id)}?done=saved#questions")


@bp.get(f"{HERE}/<uuid:questionnaire_id>/questions/<uuid:item_id>")
@desk("care:manage")
def item(questionnaire_id: UUID, item_id: UUID) -> str:
    known = queries.known(questionnaire_id)
    found = one_of(known, str(item_id))
    made = item_form(found.kind, g.practice.languages)
    form = made(formdata=None, **made.filled(found, g.practice.languages))
    _renew(form, known)
    return _item_page(known, form, item_id=item_id)


@bp.post(f"{HERE}/<uuid:questionnaire_id>/questions/<uuid:item_id>")
@checks_its_token
@desk("care:manage")
def change_item(questionnaire_id: UUID, item_id: UUID) -> Any:
    known = queries.known(questionnaire_id)
    form = item_form(one_of(known, str(item_id)).kind, g.practice.languages)()
    if not form.validate():
        return _item_page(known, form, item_id=item_id), 422
    new, now = form.item(str(item_id)), services().clock.now()
    try:
        actions.change_item(known, new, seen=form.seen, by=g.person.actor, now=now)
    except Refusal as no:
        _renew(form, known)
        return _item_page(known, form, item_id=item_id, refusal=no), no.status
    return go(f"{_address(questionnaire_id)}?done=saved#questions")


@bp.post(f"{HERE}/<uuid:questionnaire_id>/questions/<uuid:item_id>/<any(up,down,removal):what>")
@desk("care:manage")
def rearrange(questionnaire_id: UUID, item_id: UUID, what: str) -> Any:
    known, form = queries.known(questionnaire_id), RevisionForm()
    told = {"seen": form.seen, "by": g.person.actor, "now": services().clock.now()}
    try:
        if what == "removal":
            actions.remove_item(known, str(item_id), **told)
        else:
            actions.move_item(known, str(item_id), -1 if what == "up" else 1, **told)
    except Refusal as no:
        return _page(queries.known(questionnaire_id), refusal=no), no.status
    return go(f"{_address(questionnaire_id)}#questions")


@bp.post(f"{HERE}/<uuid:questionnaire_id>/<any(publication,draft,archive,return):what>")
@desk("care:manage")
def turn(questionnaire_id: UUID, what: str) -> Any:
    known, form = queries.known(questionnaire_id), RevisionForm()
    told = {"by": g.person.actor, "now": services().clock.now()}
    try:
        match what:
            case "publication":
                actions.publish_draft(known, seen=form.seen, **told)
            case "draft":
                actions.start_draft(known, **told)
            case "archive":
                actions.archive(known, **told)
            case _:
                actions.bring_back(known, **told)
    except Refusal as no:
        return _page(known, refusal=no), no.status
    done = {"publication": "published", "archive": "archived", "return": "back"}.get(what, "")
    return go(_address(questionnaire_id) + (f"?done={done}" if done else ""))


def _kind(text: str) -> str:
    return text if text in KINDS else abort(404)


def _address(questionnaire_id: UUID) -> str:
    return url_for("compose.compose", questionnaire_id=questionnaire_id)


def _renew(form: Any, known: Known) -> None:
    """Saved again, what stands in the form counts."""
    form.version.raw_data, form.version.data = None, str(known.shown.revision)


def _overview(form: Any = None) -> str:
    g.here = HERE
    new = queries.unread()
    seen = {one.patient_id for one in new}
    journal_look(
        seen,
        member=g.staff,
        what="questionnaires",
        why="care",
        now=services().clock.now(),
        target="questionnaires",
    )
    return render_template(
        "questionnaires/desk/overview.html",
        found=queries.overview(),
        new=new,
        form=form or new_form(g.practice.languages)(formdata=None),
        done=DONE.get(request.args.get("done", "")),
    )


def _page(known: Known, form: Any = None, **more: Any) -> str:
    g.here = _address(known.row.id)
    if form is None:
        shown = known.shown
        texts = {f"title_{code}": shown.title.get(code) for code in g.practice.languages}
        texts |= {f"intro_{code}": shown.intro.get(code) for code in g.practice.languages}
        form = words_form(g.practice.languages)(formdata=None, **texts)
        _renew(form, known)
    return render_template(
        "questionnaires/desk/compose.html",
        known=known,
        form=form,
        kinds=labels.KINDS,
        ties=queries.titled_ties(questionnaire_id=known.row.id),
        done=DONE.get(request.args.get("done", "")),
        **more,
    )


def _item_page(known: Known, form: Any, **more: Any) -> str:
    g.here = _address(known.row.id)
    return render_template(
        "questionnaires/desk/item.html", known=known, form=form, kinds=labels.KINDS, **more
    )
