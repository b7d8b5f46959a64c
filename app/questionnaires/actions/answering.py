"""Answers are kept while they are written, sent once, and read by the practice; sealed all the while."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.sealing import Sealer
from app.questionnaires.actions.sending import target
from app.questionnaires.events import QuestionnaireAnswered
from app.questionnaires.items import Answer
from app.questionnaires.models import QuestionnaireResponse
from app.questionnaires.refusals import AnsweredAlready, TakenBack


def keep_draft(
    response: QuestionnaireResponse, given: Mapping[str, Answer], *, sealer: Sealer, now: datetime
) -> None:
    """What was typed so far, as it stands. Raises AnsweredAlready, TakenBack."""
    _write(response, given, sealer=sealer, saved_at=now)


def submit(
    response: QuestionnaireResponse,
    answers: Mapping[str, Answer],
    *,
    by: str,
    sealer: Sealer,
    now: datetime,
) -> None:
    """Once: the practice reads it from here on. Raises AnsweredAlready, TakenBack."""
    with write_tx():
        done = {"status": "completed", "completed_at": now, "completed_by": by, "saved_at": now}
        _write(response, answers, sealer=sealer, **done)
        audit.record(by=by, verb="questionnaire.answer", target=target(response.id), at=now)
        publish(QuestionnaireAnswered(response.id, response.patient_id, response.appointment_id, by, now))


def _write(
    response: QuestionnaireResponse, given: Mapping[str, Answer], *, sealer: Sealer, **changes: object
) -> None:
    R = QuestionnaireResponse
    sealed = sealer.seal(json.dumps(given, ensure_ascii=False), cell=cell_of(response))
    mine = (R.id == response.id) & (R.status == "in-progress")
    with write_tx():
        if not R.update(answers_sealed=sealed, **changes).where(mine).execute():
            raise TakenBack if R.get_by_id(response.id).status == "stopped" else AnsweredAlready


def answers_of(response: QuestionnaireResponse, *, sealer: Sealer) -> dict[str, Answer]:
    """By the key of the question; of a draft as it was typed."""
    if response.answers_sealed is None:
        return {}
    return dict(json.loads(sealer.unseal(bytes(response.answers_sealed), cell=cell_of(response))))


def cell_of(response: QuestionnaireResponse) -> str:
    """Where its answers stand: what they are sealed for."""
    return f"{response.practice_id.hex}|questionnaire_response|answers|{response.id.hex}"


def mark_read(response: QuestionnaireResponse, *, now: datetime) -> None:
    """The first opening at the practice counts."""
    R = QuestionnaireResponse
    if response.status == "completed" and response.read_at is None:
        with write_tx():
            R.update(read_at=now).where(R.id == response.id, R.read_at.is_null()).execute()


def forget_drafts(patient_ids: Iterable[UUID]) -> None:
    """Of somebody who leaves the portal: what they never sent is theirs, and goes."""
    R = QuestionnaireResponse
    mine = R.patient.in_(list(patient_ids)) & (R.status == "in-progress")
    R.update(answers_sealed=None, saved_at=None).where(mine).execute()
