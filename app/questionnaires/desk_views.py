"""The questionnaires of one patient: sent by hand, read once answered. Every look is written where they read it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.patients import queries as patients
from app.patients.actions import journal_look
from app.patients.models import Patient
from app.questionnaires import actions, labels, queries
from app.questionnaires.forms import SendForm
from app.staff.queries import name_of
from app.web import limits
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.kept import once
from app.web.outside import services

bp = Blueprint("patient_questionnaires", __name__)
HERE = "/desk/patients/<uuid:patient_id>/questionnaires"
DONE = {
    "sent": _l("The questionnaire is on its way: as a message, and by mail."),
    "written": _l("The answers are saved in the file."),
    "taken-back": _l("The questionnaire is taken back: it need not be answered any more."),
}


@bp.app_template_global("answers_to_read")
@once
def answers_to_read() -> int:
    """How many answers nobody here has opened, for the navigation of the desk."""
    return queries.count_unread()


@bp.get(HERE)
@desk("questionnaires:send")
def overview(patient_id: UUID) -> str:
    return _overview(patients.patient(patient_id))


@bp.post(HERE)
@checks_its_token
@desk("questionnaires:send")
def send(patient_id: UUID) -> Any:
    patient, form, now = patients.patient(patient_id), SendForm(), services().clock.now()
    version = form.chosen(queries.offered()) if form.validate() else None
    if version is None:
        return _overview(patient, form=form), 422
    limits.hit("questionnaire", practice=g.practice.id)
    try:
        actions.send(version, patient, by=g.person.actor, sealer=services().sealer, now=now)
    except Refusal as no:
        return _overview(patient, form=form, refusal=no), no.status
    return go(f"{_address(patient)}?done=sent")


@bp.get(f"{HERE}/<uuid:response_id>")
@desk("care:manage")
def answers(patient_id: UUID, response_id: UUID) -> str:
    found, now = queries.of_patient_one(patient_id, response_id), services().clock.now()
    _look(found.patient, "answers")
    actions.mark_read(found, now=now)
    sent = found.status == "completed"  # a draft is not the practice's to read
    given = actions.answers_of(found, sealer=services().sealer) if sent else {}
    return render_template(
        "questionnaires/desk/answers.html",
        found=found,
        patient=found.patient,
        asked=labels.asked(found.asked, given, g.practice),
        title=labels.said(found.asked.title, g.practice),
        sender=name_of(found.sent_by),
        author=labels.written_down(queries.authors_of([found.id]).get(found.id)),
        words=labels,
    )


@bp.post(f"{HERE}/<uuid:response_id>/withdrawal")
@desk("questionnaires:send")
def take_back(patient_id: UUID, response_id: UUID) -> Any:
    BaseForm()  # content type and single values
    found = queries.of_patient_one(patient_id, response_id)
    try:
        actions.take_back(found, by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _overview(found.patient, refusal=no), no.status
    return go(f"{_address(found.patient)}?done=taken-back")


def _look(patient: Patient, what: str) -> None:
    journal_look([patient], member=g.staff, what=what, why="care", now=services().clock.now())


def _address(patient: Patient) -> str:
    return url_for("patient_questionnaires.overview", patient_id=patient.id)


def _overview(patient: Patient, **more: Any) -> str:
    _look(patient, "questionnaires")
    g.here, now = _address(patient), services().clock.now()
    offered, found = queries.offered(), queries.of_patient(patient.id)
    form = more.pop("form", None) or SendForm(formdata=None)
    form.questionnaire.choices = [
        ("", ""),
        *((str(one.id), labels.said(one.title, g.practice).words) for one in offered),
    ]
    return render_template(
        "questionnaires/desk/patient.html",
        patient=patient,
        found=found,
        authors=queries.authors_of([one.id for one in found]),
        form=form,
        offered=offered,
        can_reach=actions.can_reach(patient, now=now),
        has_reader=actions.has_reader(patient, now=now),
        words=labels,
        done=DONE.get(request.args.get("done", "")),
        **more,
    )
