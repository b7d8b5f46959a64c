"""What happens to patients that other rooms may want to know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AccountConnected:
    """An account and a file of the open practice belong together from here on."""

    account_id: UUID
    patient_id: UUID
    dependant: UUID | None
    at: datetime
