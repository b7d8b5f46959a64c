"""The prescriptions of a patient at the desk: what is left of each, a new one noted, one ended."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.booking import budget_words, prescriptions
from app.desk.prescription_forms import PrescriptionForm
from app.directory.models import Practitioner
from app.kernel import clock
from app.kernel.i18n import language
from app.kernel.owners import pick
from app.patients import actions as patients
from app.patients import queries
from app.patients.models import Patient
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("prescriptions", __name__)


@bp.get("/desk/patients/<uuid:patient_id>/prescriptions")
@desk("booking:manage")
def listed(patient_id: UUID) -> str:
    return _page(queries.patient(patient_id), _form())


@bp.post("/desk/patients/<uuid:patient_id>/prescriptions")
@checks_its_token
@desk("booking:manage")
def note(patient_id: UUID) -> Any:
    patient, form = queries.patient(patient_id), _form()
    if not form.validate():
        return _page(patient, form), 422
    prescriptions.note(patient, by=g.person.actor, now=services().clock.now(), **form.values)
    return go(url_for(".listed", patient_id=patient.id))


@bp.post("/desk/patients/<uuid:patient_id>/prescriptions/<uuid:prescription_id>/end")
@desk("booking:manage")
def end(patient_id: UUID, prescription_id: UUID) -> Any:
    BaseForm()  # content type and single values
    patient = queries.patient(patient_id)
    prescriptions.end(patient, prescription_id, by=g.person.actor, now=services().clock.now())
    return go(url_for(".listed", patient_id=patient.id))


def _form() -> PrescriptionForm:
    code, spoken = language(), g.practice.languages
    people = Practitioner.select().order_by(Practitioner.position)
    return PrescriptionForm(
        quotas=[(str(row.id), pick(row.name, code, spoken)) for row in prescriptions.quotas()],
        practitioners=[(str(row.id), row.name) for row in people],
        today=clock.today(services().clock.now(), g.practice.timezone),
    )


def _page(patient: Patient, form: PrescriptionForm) -> str:
    now = services().clock.now()
    patients.journal_look([patient], member=g.staff, what="record", why="record", now=now)
    rows = prescriptions.of_patient(patient.id, practice=g.practice, now=now, ended=True)
    lines = [budget_words.line(row, g.practice) for row in rows]
    return render_template("desk/prescriptions.html", patient=patient, rows=lines, form=form)
