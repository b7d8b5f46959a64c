"""The texts in force."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.consent.models import PolicyText
from app.kernel.owners import Practice


@dataclass(frozen=True)
class Text:
    id: UUID
    kind: str
    version: int
    language: str
    body: str
    sha256: str

    def reference(self) -> dict[str, Any]:
        """What a consent keeps of it."""
        return {"kind": self.kind, "version": self.version, "language": self.language, "sha256": self.sha256}


def in_force(practice: Practice, kind: str, language: str) -> Text | None:
    """The newest version of a text in `language`, else in the practice's first language that has it."""
    texts = _newest(practice.id, practice.catalogue_version)
    for code in (language, *practice.languages):
        if (kind, code) in texts:
            return texts[kind, code]
    return None


@lru_cache(maxsize=512)
def _newest(practice_id: UUID, version: int) -> dict[tuple[str, str], Text]:
    found: dict[tuple[str, str], Text] = {}
    for row in PolicyText.select().order_by(PolicyText.version):
        found[row.kind, row.language] = Text(
            row.id, row.kind, row.version, row.language, row.body, row.sha256
        )
    return found


def version(practice: Practice, kind: str, number: int, language: str) -> PolicyText | None:
    """An old version, as it was accepted."""
    return PolicyText.get_or_none(kind=kind, version=number, language=language)


def version_of(reference: dict[str, Any]) -> PolicyText | None:
    """The text a consent refers to, as it was."""
    return PolicyText.get_or_none(
        kind=reference["kind"], version=reference["version"], language=reference["language"]
    )
