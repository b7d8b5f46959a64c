"""What the team writes in a file: notes, corrected data, and its history on one page."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.desk import timeline
from app.desk.record_forms import DetailsForm, NoteForm
from app.kernel import clock
from app.kernel.errors import Refusal
from app.patients import actions, file_queries, queries
from app.patients.models import Patient, PatientNote
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, page_of, single_args
from app.web.outside import services

bp = Blueprint("record", __name__)
FILE = "/desk/patients/<uuid:patient_id>"


@bp.get(f"{FILE}/notes")
@desk("patients:read")
def notes(patient_id: UUID) -> str:
    return _notes(queries.patient(patient_id))


@bp.post(f"{FILE}/notes")
@checks_its_token
@desk("patients:read")
def write(patient_id: UUID) -> Any:
    patient, form = queries.patient(patient_id), NoteForm()
    if not form.validate():
        return _notes(patient, form=form), 422
    actions.add_note(
        patient,
        form.text.data or "",
        pinned=bool(form.pinned.data),
        member=g.staff,
        by=g.person.actor,
        now=services().clock.now(),
    )
    return go(_address(patient, "notes"))


@bp.post(f"{FILE}/notes/<uuid:note_id>")
@checks_its_token
@desk("patients:read")
def correct(patient_id: UUID, note_id: UUID) -> Any:
    patient, form = queries.patient(patient_id), NoteForm()
    note = file_queries.note_of(patient, note_id)
    if not form.validate():
        return _notes(patient, editing=form, about=note.id), 422
    try:
        actions.edit_note(
            note, form.text.data or "", member=g.staff, by=g.person.actor, now=services().clock.now()
        )
    except Refusal as no:
        return _notes(patient, editing=form, refusal=no, about=note.id), no.status
    return go(_address(patient, "notes"))


@bp.post(f"{FILE}/notes/<uuid:note_id>/pin")
@desk("patients:read")
def pin(patient_id: UUID, note_id: UUID) -> Any:
    return _with_note(patient_id, note_id, _turn)


@bp.post(f"{FILE}/notes/<uuid:note_id>/withdrawal")
@desk("patients:read")
def withdraw(patient_id: UUID, note_id: UUID) -> Any:
    return _with_note(patient_id, note_id, actions.withdraw_note)


def _turn(note: PatientNote, **more: Any) -> None:
    actions.pin_note(note, not note.pinned, **more)


def _with_note(patient_id: UUID, note_id: UUID, act: Any) -> Any:
    BaseForm()  # content type and single values
    patient = queries.patient(patient_id)
    try:
        act(file_queries.note_of(patient, note_id), by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _notes(patient, refusal=no), no.status
    return go(_address(patient, "notes"))


@bp.get(f"{FILE}/details")
@desk("patients:manage")
def details(patient_id: UUID) -> str:
    patient = queries.patient(patient_id)
    form = _details_form(patient, formdata=None)
    form.show(patient)
    return _details(patient, form)


@bp.post(f"{FILE}/details")
@checks_its_token
@desk("patients:manage")
def change(patient_id: UUID) -> Any:
    patient = queries.patient(patient_id)
    form = _details_form(patient)
    if not form.validate():
        return _details(patient, form), 422
    try:
        actions.change_details(
            patient,
            form.values(),
            seen=form.seen.data or "",
            sealer=services().sealer,
            by=g.person.actor,
            now=services().clock.now(),
        )
    except Refusal as no:
        return _details(queries.patient(patient_id), form, refusal=no), no.status
    return go(url_for("patients.record", patient_id=patient.id, done="changed"))


@bp.get(f"{FILE}/history")
@desk("patients:read")
def history(patient_id: UUID) -> str:
    patient, page = queries.patient(patient_id), page_of(single_args())
    _look(patient, "history")
    moments = timeline.of(patient, practice=g.practice, now=services().clock.now())
    shown = moments[page * timeline.SHOWN : (page + 1) * timeline.SHOWN]
    return render_template(
        "desk/patient_history.html",
        patient=patient,
        moments=shown,
        page=page,
        more=len(moments) > (page + 1) * timeline.SHOWN,
    )


def _details_form(_patient: Patient, **more: Any) -> DetailsForm:
    return DetailsForm(today=clock.today(services().clock.now(), g.practice.timezone), **more)


def _details(patient: Patient, form: DetailsForm, refusal: Refusal | None = None) -> str:
    """After a refusal the page knows the newest state: what was typed stays, and is saved with the next press."""
    _look(patient, "record")
    if refusal is not None or not form.seen.data:
        form.seen.data = actions.state_of(patient)
    g.here = url_for("record.details", patient_id=patient.id)
    return render_template("desk/patient_details.html", patient=patient, form=form, refusal=refusal)


def _notes(patient: Patient, form: NoteForm | None = None, **more: Any) -> str:
    _look(patient, "record")
    found = file_queries.notes_of(patient)
    g.here = _address(patient, "notes")
    return render_template(
        "desk/patient_notes.html",
        patient=patient,
        notes=found,
        earlier=file_queries.earlier_texts(found),
        withdrawn=file_queries.withdrawn_notes(patient),
        form=form or NoteForm(formdata=None),
        **more,
    )


def _look(patient: Patient, what: str) -> None:
    now = services().clock.now()
    actions.journal_look([patient], member=g.staff, what=what, why="record", now=now)


def _address(patient: Patient, page: str) -> str:
    return f"/desk/patients/{patient.id}/{page}"
