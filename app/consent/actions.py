"""Publishing a text, and keeping what was accepted."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.consent.models import Consent, PolicyText
from app.consent.queries import Text
from app.kernel.db import database
from app.kernel.ids import hexed, uuid7
from app.kernel.tenancy import current_practice_id


def publish(kind: str, version: int, language: str, body: str, *, now: datetime) -> PolicyText:
    """A published version never changes: the same one with another body raises."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    known = PolicyText.get_or_none(kind=kind, version=version, language=language)
    if known is None:
        return PolicyText.create(
            kind=kind, version=version, language=language, body=body, sha256=digest, published_at=now
        )
    if known.sha256 != digest:
        raise ValueError(f"{kind} {version} {language} is published and cannot change: give it a new version")
    return known


def record(
    *,
    appointment_id: UUID,
    patient_id: UUID,
    texts: Sequence[Text],
    sentence: str,
    accepted: bool,
    channel: str,
    language: str,
    at: datetime,
) -> None:
    """The policy snapshot of one booking: what was shown, whether it was accepted, when and how."""
    marks = ", ".join([database.param] * 10)
    database.execute_sql(
        'INSERT INTO "consent" ("id", "practice_id", "appointment_id", "patient_id", "texts", "sentence", "accepted", '
        f'"channel", "language", "at") VALUES ({marks})',
        (
            uuid7().hex,
            hexed(current_practice_id()),
            appointment_id.hex,
            patient_id.hex,
            Consent.texts.db_value([text.reference() for text in texts]),
            sentence[:500],
            accepted,
            channel,
            language,
            Consent.at.db_value(at),
        ),
    )
