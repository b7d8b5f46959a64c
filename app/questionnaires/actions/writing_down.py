"""Answers said by the patient and written down by a member of the practice, at the counter or on the telephone."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer
from app.patients.models import Patient
from app.questionnaires.actions.answering import cell_of
from app.questionnaires.actions.sending import target
from app.questionnaires.events import QuestionnaireAnswered
from app.questionnaires.items import Answer
from app.questionnaires.models import QuestionnaireAuthor, QuestionnaireResponse, QuestionnaireVersion
from app.questionnaires.queries import is_offered, outstanding
from app.questionnaires.refusals import BegunByThem, NotOffered
from app.staff.models import Member


def write_down(
    version: QuestionnaireVersion,
    patient: Patient,
    answers: Mapping[str, Answer],
    *,
    member: Member,
    way: str,
    sealer: Sealer,
    now: datetime,
) -> UUID:
    """Answers what waits for this person, or one that was never sent. Raises NotOffered, BegunByThem."""
    by = audit.of_id("account", member.account_id)
    R = QuestionnaireResponse
    with write_tx():
        # first of all: it locks the end of the journal, so that two colleagues do not write down the same twice
        audit.record(
            by=by, verb="questionnaire.write-down", target=f"patient:{patient.id}", at=now,
            detail={"version": version.id.hex, "way": way},
        )  # fmt: skip
        response = _open_one(version, patient, by, now)
        sealed = sealer.seal(json.dumps(answers, ensure_ascii=False), cell=cell_of(response))
        done = {
            "status": "completed",
            "completed_at": now,
            "completed_by": by,
            "saved_at": now,
            "read_at": now,
        }
        untouched = (R.id == response.id) & (R.status == "in-progress") & R.answers_sealed.is_null()
        if not R.update(answers_sealed=sealed, **done).where(untouched).execute():
            raise BegunByThem
        QuestionnaireAuthor.create(response=response.id, member=member.id, way=way)
        audit.record(by=by, verb="questionnaire.answer", target=target(response.id), at=now)
        publish(
            QuestionnaireAnswered(response.id, patient.id, response.appointment_id, by, now, at_desk=True)
        )
    return UUID(str(response.id))


def _open_one(
    version: QuestionnaireVersion, patient: Patient, by: str, now: datetime
) -> QuestionnaireResponse:
    waiting = outstanding(patient.id, version.questionnaire_id)
    if waiting is not None:
        if waiting.asked_id != version.id:
            raise NotOffered
        return waiting
    if not is_offered(version):
        raise NotOffered
    return QuestionnaireResponse.create(
        id=uuid7(),
        asked=version.id,
        patient=patient.id,
        language=patient.language,
        sent_at=now,
        sent_by=by,
    )
