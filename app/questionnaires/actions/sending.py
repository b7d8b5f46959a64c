"""A questionnaire goes to one patient: as a message to their account, or as a link to the address they gave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from app.booking.models import Appointment
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer, hashed
from app.patients.models import Patient
from app.patients.readers import readers_of
from app.questionnaires.events import QuestionnaireSent
from app.questionnaires.models import QuestionnaireResponse, QuestionnaireVersion
from app.questionnaires.queries import is_offered, outstanding
from app.questionnaires.refusals import AnsweredAlready, AskedAlready, NoAddress, NotOffered

LINK_LIVES = timedelta(days=30)
SCOPE = "health"


def _one_after_another(send: Callable[..., UUID]) -> Callable[..., UUID]:
    """Two who press at once: the second sees what the first has sent."""

    @wraps(send)
    def in_line(*args: Any, **more: Any) -> UUID:
        with write_tx():
            audit.stand_in_line()
            return send(*args, **more)

    return in_line


@_one_after_another
def send(
    version: QuestionnaireVersion,
    patient: Patient,
    *,
    by: str,
    sealer: Sealer,
    now: datetime,
    appointment: Appointment | None = None,
    may_wait: bool = False,
    due_at: datetime | None = None,
) -> UUID:
    """Raises NotOffered, AskedAlready, NoAddress; `may_wait`: without an address it waits in the file instead.

    `due_at` is when the mail leaves, where that is not at once."""
    if not is_offered(version):
        raise NotOffered
    if outstanding(patient.id, version.questionnaire_id) is not None:
        raise AskedAlready
    readers = readers_of(patient.id, scope=SCOPE, now=now)
    given = appointment.contact_email if appointment is not None else None
    address = given or patient.email
    if not readers and not address and not may_wait:
        raise NoAddress
    identity = uuid7()
    link = _link(identity, address, sealer, now) if address and not readers else {}
    language = readers[0].language if readers else appointment.language if appointment else patient.language
    with write_tx():
        QuestionnaireResponse.create(
            id=identity,
            asked=version.id,
            patient=patient.id,
            appointment=appointment.id if appointment is not None else None,
            language=language,
            sent_at=now,
            sent_by=by,
            **link,
        )
        audit.record(by=by, verb="questionnaire.send", target=target(identity), at=now)
        if readers or address:
            key = f"questionnaire:{identity.hex}"
            outbox.post("questionnaire", {"response": identity.hex}, key=key, now=now, due_at=due_at)
        publish(
            QuestionnaireSent(identity, patient.id, appointment.id if appointment is not None else None, now)
        )
    return identity


def can_reach(patient: Patient, *, now: datetime) -> bool:
    return bool(patient.email or has_reader(patient, now=now))


def has_reader(patient: Patient, *, now: datetime) -> bool:
    """Whether an account finds it under «My questionnaires» today."""
    return bool(readers_of(patient.id, scope=SCOPE, now=now))


def _link(identity: UUID, address: str, sealer: Sealer, now: datetime) -> dict[str, object]:
    token = token_of(identity, sealer=sealer)
    return {"contact_email": address, "token_hash": hashed(token), "expires_at": now + LINK_LIVES}


def token_of(response_id: UUID, *, sealer: Sealer) -> str:
    """Of the link of somebody without an account; made again when the mail is written."""
    return sealer.link_token("questionnaire", response_id.hex)


def take_back(response: QuestionnaireResponse, *, by: str, now: datetime) -> None:
    """It need not be answered any more, and what was drafted goes. Raises AnsweredAlready."""
    R = QuestionnaireResponse
    mine = (R.id == response.id) & (R.status == "in-progress")
    with write_tx():
        ended = {"status": "stopped", "stopped_at": now, "answers_sealed": None, "saved_at": None}
        if R.update(**ended).where(mine).execute():
            audit.record(by=by, verb="questionnaire.take-back", target=target(response.id), at=now)
        elif response.status == "completed" or R.get_by_id(response.id).status == "completed":
            raise AnsweredAlready


def target(response_id: UUID) -> str:
    return audit.of_id("response", response_id)
