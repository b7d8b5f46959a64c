"""What happened on the waiting list, in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class TimeOffered:
    """Somebody who waits may take a time until `expires` (minutes since 1970)."""

    offer_id: UUID
    entry_id: UUID
    patient_id: UUID
    expires: int
    at: datetime
