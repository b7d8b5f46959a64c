"""A questionnaire is filled in together: the patient says the answers, a member of the practice writes them down."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.kernel.errors import Refusal
from app.patients import queries as patients
from app.patients.actions import journal_look
from app.patients.models import Patient
from app.questionnaires import actions, items, labels, queries
from app.questionnaires.forms import WrittenDownForm
from app.questionnaires.models import QuestionnaireVersion
from app.questionnaires.refusals import BegunByThem
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.outside import services

bp = Blueprint("together", __name__)
HERE = "/desk/patients/<uuid:patient_id>/questionnaires/together/<uuid:version_id>"


@bp.get(HERE)
@desk("questionnaires:send")
def fill(patient_id: UUID, version_id: UUID) -> Any:
    patient, version = patients.patient(patient_id), queries.published(version_id)
    waiting = queries.outstanding(patient.id, version.questionnaire_id)
    if (
        waiting is not None and waiting.asked_id != version.id
    ):  # they were sent an older one: that is answered
        return go(url_for(".fill", patient_id=patient.id, version_id=waiting.asked_id))
    if waiting is not None and waiting.answers_sealed is not None:
        return _page(patient, version, refusal=BegunByThem()), BegunByThem.status
    return _page(patient, version)


@bp.post(HERE)
@checks_its_token
@desk("questionnaires:send")
def write_down(patient_id: UUID, version_id: UUID) -> Any:
    patient, version = patients.patient(patient_id), queries.published(version_id)
    form = WrittenDownForm(items.read(version.items))
    if not form.validate() or not form.check():
        return _page(patient, version, form=form), 422
    told = {"member": g.staff, "way": form.way.data, "sealer": services().sealer}
    try:
        made = actions.write_down(version, patient, form.answers, now=services().clock.now(), **told)
    except Refusal as no:
        return _page(patient, version, form=form, refusal=no), no.status
    if g.staff.may("care:manage"):
        return go(url_for("patient_questionnaires.answers", patient_id=patient.id, response_id=made))
    return go(url_for("patient_questionnaires.overview", patient_id=patient.id, done="written"))


def _page(
    patient: Patient, version: QuestionnaireVersion, form: WrittenDownForm | None = None, **more: Any
) -> str:
    now = services().clock.now()
    journal_look([patient], member=g.staff, what="written-down", why="care", now=now)
    g.here = url_for(".fill", patient_id=patient.id, version_id=version.id)
    form = form or WrittenDownForm(items.read(version.items))
    asked = labels.asked(version, form.given, g.practice)
    return render_template(
        "questionnaires/desk/together.html",
        patient=patient,
        form=form,
        asked=asked,
        names=labels.names(asked),
        title=labels.said(version.title, g.practice),
        intro=labels.said(version.intro, g.practice),
        **more,
    )
