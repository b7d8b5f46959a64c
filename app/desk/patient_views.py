"""The patients of the practice: found, read, confirmed and invited. Every look is written where they read it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.desk import file_pages, found, patient_file, seen
from app.desk.patient_forms import IdentityForm, ReasonForm
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.patients import actions, niss, queries, search
from app.patients.labels import DOCUMENTS
from app.patients.models import Patient
from app.web import limits
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.htmx import wants_fragment
from app.web.outside import services

bp = Blueprint("patients", __name__)
bp.record_once(lambda state: seen.install(state.app))

DONE = {
    "series": ("ok", _l("The appointments are booked. One mail confirms all of them.")),
    "changed": ("ok", _l("The data are changed. What stood there before is in the history.")),
    "merged": ("ok", _l("The two files are one. You can undo this for a day.")),
    "parted": ("ok", _l("The two files are as they were before.")),
    "invited": ("ok", _l("The invitation is on its way.")),
    "confirmed": ("ok", _l("The identity is confirmed.")),
    "locked": (
        "ok",
        _l("The identity is confirmed. The patient can no longer change the number in their account."),
    ),
    "differs": (
        "warning",
        _l(
            "The number is confirmed here. But the connected account says another name or number: ask the patient."
        ),
    ),
}
DONE |= {
    "card": ("ok", _l("The identity card is noted in this file: read by the practice.")),
    "declared": ("notice", _l("The card's data are in the file as declared. They prove nothing.")),
    "card-differs": (
        "warning",
        _l("The card is noted. But the connected account says another name or number: ask the patient."),
    ),
}
CAME_FROM = {
    "day": "agenda",
    "search": "found",
    "duplicate": "duplicate",
    "request": "requests",
    "waiting": "waiting",
}


@bp.app_template_global("file_pages")
def pages_of(patient_id: UUID) -> list[file_pages.Tab]:
    """For the row of links on every page of a file."""
    return file_pages.tabs(patient_id, member=g.staff, path=request.path)


@bp.get("/desk/patients")
@desk("patients:read")
def find() -> str:
    asked, now = single_args().get("q", "")[:100], services().clock.now()
    hits = _found(asked, now) if asked.strip() else search.Listed()
    asked = "" if hits.problem == "number" else asked
    if wants_fragment():
        return found.fragment(hits, asked=asked, now=now)
    shown = {"more": hits.more, "problem": hits.problem, "rows": found.rows(hits.rows, now=now)}
    return render_template("desk/patients.html", asked=asked, **shown)


def _found(asked: str, now: datetime) -> search.Listed:
    """Whoever has searched too often is sent away before anything is read, and what is read is journaled."""
    limits.spend("desk-search", account=g.staff.account_id)
    hits = search.look_up(asked, today=clock.today(now, g.practice.timezone))
    shown = [one.key for one in hits.rows]
    seen.journal(shown, what="search", why="search", target="patients:search", now=now)
    return hits


@bp.get("/desk/patients/<uuid:patient_id>")
@desk("patients:read")
def record(patient_id: UUID) -> Any:
    kept = queries.kept_of(patient_id)
    if kept is not None:  # an address from before the merge
        return go(url_for(".record", patient_id=kept))
    patient = queries.patient(patient_id)
    return _opened(patient, why=CAME_FROM.get(request.args.get("from", ""), "record"))


@bp.post("/desk/patients/<uuid:patient_id>/number")
@checks_its_token
@desk("patients:read")
def number(patient_id: UUID) -> Any:
    """Shown once, on the answer itself: there is no address to come back to."""
    patient, form = queries.patient(patient_id), ReasonForm()
    if not form.validate():
        return _opened(patient, asking=form), 422
    limits.hit("desk-number", account=g.staff.account_id)
    digits = actions.niss_of(patient, sealer=services().sealer)
    _look(patient, "niss", form.reason.data or "")
    return _opened(patient, number=niss.grouped(digits) if digits else None)


@bp.post("/desk/patients/<uuid:patient_id>/invitation")
@desk("patients:manage")
def invite(patient_id: UUID) -> Any:
    BaseForm()  # content type and single values
    patient, now = queries.patient(patient_id), services().clock.now()
    limits.hit("invite", practice=g.practice.id)
    try:
        actions.invite(patient, by=g.person.actor, sealer=services().sealer, now=now)
    except Refusal as no:
        return _opened(patient, refusal=no), no.status
    _look(patient, "invitation", "invitation")
    return go(_address(patient, "invited"))


@bp.post("/desk/patients/<uuid:patient_id>/identity")
@checks_its_token
@desk("patients:manage")
def confirm(patient_id: UUID) -> Any:
    patient, form = queries.patient(patient_id), IdentityForm()
    if not form.validate():
        return _opened(patient, confirming=form), 422
    try:
        came = actions.confirm_identity(
            patient,
            by=g.person.actor,
            document=form.document.data,
            sealer=services().sealer,
            now=services().clock.now(),
            seen=form.seen.data or "",
        )
    except Refusal as no:
        return _opened(patient, refusal=no), no.status
    _look(patient, "identity", "identity")
    return go(_address(patient, "differs" if came.differs else "locked" if came.locked else "confirmed"))


def _look(patient: Patient, what: str, why: str) -> None:
    actions.journal_look([patient], member=g.staff, what=what, why=why, now=services().clock.now())


def _address(patient: Patient, done: str = "") -> str:
    return url_for(".record", patient_id=patient.id, **({"done": done} if done else {}))


def _opened(patient: Patient, *, why: str = "record", **shown: Any) -> str:
    """The page of a file; whoever sees it has looked at it."""
    _look(patient, "record", why)
    g.here = _address(patient)
    file = patient_file.of(patient, now=services().clock.now())
    others = [one.patient for one in file.duplicates]
    actions.journal_look(
        others,
        member=g.staff,
        what="search",
        why="duplicate",
        now=services().clock.now(),
        target=f"patient:{patient.id}",
    )
    asking, confirming = shown.pop("asking", None), shown.pop("confirming", None)
    form = confirming or IdentityForm(formdata=None)
    form.seen.data = actions.mark(patient)
    return render_template(
        "desk/patient.html",
        patient=patient,
        file=file,
        asking=asking or ReasonForm(formdata=None),
        confirming=form,
        documents=[
            {"value": key, "title": words, "checked": form.document.data == key}
            for key, words in DOCUMENTS.items()
        ],
        wrong=asking or confirming,
        done=DONE.get(request.args.get("done", "")),
        **shown,
    )
