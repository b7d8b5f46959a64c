"""A questionnaire that was sent becomes a message to its patient, in the transaction in which it is."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.kernel.ids import uuid7
from app.messaging.models import Communication
from app.patients.queries import accounts_of


class Sent(Protocol):
    """What is read of the event; messaging knows nothing else of questionnaires."""

    @property
    def response_id(self) -> UUID: ...
    @property
    def patient_id(self) -> UUID: ...
    @property
    def appointment_id(self) -> UUID | None: ...
    @property
    def at(self) -> datetime: ...


def questionnaire_sent(event: Sent) -> None:
    """Nobody reads the messages of a patient without an account: none is written."""
    if not accounts_of(event.patient_id):
        return
    Communication.insert(
        id=uuid7(),
        patient=event.patient_id,
        sender="practice",
        kind="questionnaire",
        appointment=event.appointment_id,
        payload={"questionnaire": str(event.response_id)},
        created_at=event.at,
    ).execute()
