"""Publishing a text."""

import hashlib
from datetime import datetime

from app.consent.models import PolicyText


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
