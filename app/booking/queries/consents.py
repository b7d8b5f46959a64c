"""What a person was shown and accepted with an appointment: the snapshot of the policy that stands on its row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking.models import CHANNELS, Appointment


@dataclass(frozen=True)
class Consent:
    """`texts` are what consent.queries.version_of finds again; `sentence` is the computed policy, as it was read."""

    texts: list[dict[str, Any]]
    sentence: str
    accepted: bool
    channel: str  # web, phone, desk
    language: str
    at: datetime


def consent_of(appointment: Appointment) -> Consent | None:
    """None where no snapshot was kept."""
    if appointment.policy_texts is None:
        return None
    return Consent(
        texts=appointment.policy_texts,
        sentence=appointment.policy_sentence or "",
        accepted=bool(appointment.accepted),
        channel=CHANNELS.get(appointment.origin, "desk"),
        language=appointment.language,
        at=appointment.created_at,
    )
