"""«Share my values»: with which practitioner, which parameter, until when; a cross becomes a tick and back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.kernel.clock import HOME, today
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.record import actions, labels, queries, whose
from app.record.forms import ShareForm
from app.record.kinds import KINDS
from app.record.queries import WithWhom
from app.record.whose import Subject
from app.web.access import checks_its_token, person
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("health_sharing", __name__)
HERE = "/me/health/sharing"
DONE = {"shared": _l("Shared."), "stopped": _l("No longer shared.")}


@bp.get(HERE)
@person
def overview() -> str:
    subject, day = whose.of(g.person), today(services().clock.now(), HOME)
    files = whose.files(subject, today=day, practice=g.practice)
    people = queries.practitioners(subject, files, today=day)
    return render_template("record/sharing.html", people=people, subject=subject)


@bp.get(f"{HERE}/<uuid:practitioner_id>")
@person
def one(practitioner_id: UUID) -> str:
    subject = whose.of(g.person)
    form = ShareForm(formdata=None)
    form.earlier.data = True
    return _page(_whom(subject, practitioner_id), form, subject)


@bp.post(f"{HERE}/<uuid:practitioner_id>")
@person
@checks_its_token
def turn(practitioner_id: UUID) -> Any:
    """One press on one parameter: `share` or `stop` names it."""
    subject, form, now = whose.of(g.person), ShareForm(), services().clock.now()
    whom = _whom(subject, practitioner_id)
    give, stop = KINDS.get(request.form.get("share", "")), KINDS.get(request.form.get("stop", ""))
    if give is None and stop is None:
        raise NotFound
    if stop is not None:
        form.insist()
        actions.stop_sharing(subject, whom, stop, now=now)
        return go(url_for(".one", practitioner_id=practitioner_id, done="stopped") + f"#{stop.key}")
    if not form.validate() or give is None:
        return _page(whom, form, subject), 422
    try:
        actions.share(subject, whom, give, earlier=bool(form.earlier.data), until_day=form.until.day, now=now)
    except Refusal as no:
        return _page(whom, form, subject, refusal=no), no.status
    return go(url_for(".one", practitioner_id=practitioner_id, done="shared") + f"#{give.key}")


def _whom(subject: Subject, practitioner_id: UUID) -> WithWhom:
    day = today(services().clock.now(), HOME)
    files = whose.files(subject, today=day, practice=g.practice)
    return queries.practitioner(subject, files, practitioner_id, today=day)


def _page(whom: WithWhom, form: ShareForm, subject: Subject, *, refusal: Refusal | None = None) -> str:
    g.here = url_for(".one", practitioner_id=whom.practitioner.id)
    return render_template(
        "record/share.html", whom=whom, form=form, subject=subject, refusal=refusal, kinds=KINDS.values(),
        words=labels, done=DONE.get(single_args().get("done", "")),
    )  # fmt: skip
