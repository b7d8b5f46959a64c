"""The messages of one patient at the desk, and a new one to them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template

from app.desk.message_views import HERE, MAY, who_reads_alone
from app.messaging import readers
from app.messaging.threads import actions, confidential, quick_replies
from app.messaging.threads import queries as threads
from app.messaging.threads.actions import Author
from app.messaging.threads.forms import DeskNewForm
from app.patients import queries
from app.patients.actions import journal_look
from app.patients.models import Patient
from app.web.access import checks_its_token, desk, takes_files
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("patient_messages", __name__)


@bp.get("/desk/patients/<uuid:patient_id>/messages")
@desk(MAY)
def listed(patient_id: UUID) -> str:
    form = DeskNewForm(formdata=None)
    form.offer(who_reads_alone())
    return _page(queries.patient(patient_id), form)


@bp.post("/desk/patients/<uuid:patient_id>/messages")
@checks_its_token
@takes_files
@desk(MAY)
def send(patient_id: UUID) -> Any:
    """NobodyReads where no account reads this file: the page offers no form then."""
    patient, form = queries.patient(patient_id), DeskNewForm()
    form.offer(who_reads_alone())
    if not form.validate():
        return _page(patient, form), 422
    row = actions.begin(
        patient,
        form.subject.data,
        form.draft(),
        by=Author(g.person.actor, g.staff.name, g.staff),
        language=patient.language,
        files=services().files,
        now=services().clock.now(),
        practitioner=form.alone,
        alone=form.alone is not None,
    )
    if confidential.may_read(row.thread_id, member=g.staff):
        return go(f"{HERE}/{row.thread_id}?done=begun")
    return go(f"{HERE}?done=begun-alone")


def _page(patient: Patient, form: DeskNewForm) -> str:
    now = services().clock.now()
    journal_look([patient], member=g.staff, what="messages", why="messages", now=now)
    before = single_args().get("before", "")
    rows, older = threads.of_patient(patient.id, member=g.staff, sealer=services().sealer, before=before)
    g.here = f"/desk/patients/{patient.id}/messages"
    return render_template(
        "desk/patient_messages.html",
        patient=patient,
        rows=rows,
        older=older,
        form=form,
        readers=readers.of_patient(patient.id, now=now),
        replies=quick_replies.for_language(patient.language),
    )
