"""Two files of one person at the desk: found, compared value by value, merged, and parted again within a day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.desk import booking, merging, patient_file
from app.desk.record_forms import MergeForm
from app.kernel import clock
from app.kernel.errors import NotFound, Refusal
from app.patients import actions, file_queries, queries, search
from app.patients.models import Patient
from app.web import limits
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("merge", __name__)
FILE = "/desk/patients/<uuid:patient_id>"


@bp.get(f"{FILE}/merge")
@desk("patients:manage")
def compare(patient_id: UUID) -> str:
    kept, args = queries.patient(patient_id), single_args()
    gone = booking.chosen_patient(args.get("other"))
    if gone is not None and gone.id != kept.id:
        return _compared(kept, gone, MergeForm(formdata=None))
    return _searched(kept, args.get("q", "")[:100])


@bp.post(f"{FILE}/merge")
@checks_its_token
@desk("patients:manage")
def merge(patient_id: UUID) -> Any:
    kept, gone = queries.patient(patient_id), booking.chosen_patient(request.form.get("other"))
    if gone is None:
        raise NotFound
    form = MergeForm()
    if not form.validate():
        return _compared(kept, gone, form), 422
    try:
        actions.merge(
            kept,
            gone,
            from_gone=form.from_gone,
            seen=(form.seen_kept.data or "", form.seen_gone.data or ""),
            sealer=services().sealer,
            by=g.person.actor,
            now=services().clock.now(),
        )
    except Refusal as no:
        return _compared(kept, gone, form, refusal=no), no.status
    _look([kept, gone], why="merge")
    return go(url_for("patients.record", patient_id=kept.id, done="merged"))


@bp.post(f"{FILE}/merges/<uuid:merge_id>/undo")
@desk("patients:manage")
def undo(patient_id: UUID, merge_id: UUID) -> Any:
    BaseForm()  # content type and single values
    patient = queries.patient(patient_id)
    made = file_queries.merge_of(patient, merge_id)
    _look([patient, made.gone_id], why="merge")
    try:
        actions.undo_merge(made, by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _searched(patient, "", refusal=no), no.status
    return go(url_for("patients.record", patient_id=patient.id, done="parted"))


def _compared(kept: Patient, gone: Patient, form: MergeForm, refusal: Refusal | None = None) -> str:
    now = services().clock.now()
    actions.journal_look([kept, gone], member=g.staff, what="search", why="merge", now=now)
    form.other.data = str(gone.id)
    form.seen_kept.data, form.seen_gone.data = actions.state_of(kept), actions.state_of(gone)
    g.here = url_for(".compare", patient_id=kept.id, other=gone.id)
    return render_template(
        "desk/merge.html",
        patient=kept,
        other=gone,
        choices=merging.choices(kept, gone, chosen=form.from_gone if form.is_submitted() else None, now=now),
        follows=merging.follows(gone),
        form=form,
        refusal=refusal,
    )


def _searched(kept: Patient, asked: str, refusal: Refusal | None = None) -> str:
    now = services().clock.now()
    if asked.strip():
        limits.hit("desk-search", account=g.staff.account_id)
    found = search.find(asked, today=clock.today(now, g.practice.timezone))
    others = [one for one in found.rows if one.id != kept.id]
    alike = queries.possible_duplicates(kept)
    actions.journal_look(
        [kept, *others, *alike],
        member=g.staff,
        what="search",
        why="merge",
        now=now,
        target=f"patient:{kept.id}",
    )
    g.here = url_for(".compare", patient_id=kept.id)
    return render_template(
        "desk/merge_search.html",
        patient=kept,
        asked="" if found.problem == "number" else asked,
        found=found,
        lines=[patient_file.line(one, now=now) for one in others],
        alike=[patient_file.line(one, now=now) for one in alike],
        refusal=refusal,
    )


def _look(patients: Any, *, why: str) -> None:
    actions.journal_look(patients, member=g.staff, what="merge", why=why, now=services().clock.now())
