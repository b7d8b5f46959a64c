"""What happens to a questionnaire, in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class QuestionnaireSent:
    """To whoever reads the messages of this file; a guest has a link in a mail instead."""

    response_id: UUID
    patient_id: UUID
    appointment_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class QuestionnaireAnswered:
    response_id: UUID
    patient_id: UUID
    appointment_id: UUID | None
    by: str
    at: datetime
    at_desk: bool = False  # written down by the practice itself: it need not be told
