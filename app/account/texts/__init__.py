"""What the platform itself asks people to read: its privacy statement and conditions, versioned files beside this one.

<kind>.<version>.<language>.md: a version that was published never changes, a newer one is a new file.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from app.identity.models import AccountConsent
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.tenancy import account_context

KINDS = ("privacy", "conditions")  # what one accepts
READABLE = (*KINDS, "cookies")
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PlatformText:
    kind: str
    version: int
    language: str
    body: str  # Markdown; {contact} stands for the address one writes to
    sha256: str


@lru_cache(maxsize=1)
def _all() -> dict[tuple[str, int, str], PlatformText]:
    found = {}
    for path in FOLDER.glob("*.*.*.md"):
        kind, version, language, _md = path.name.split(".")
        body = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(body.encode()).hexdigest()
        found[kind, int(version), language] = PlatformText(kind, int(version), language, body, digest)
    return found


def newest(kind: str, language: str) -> PlatformText:
    """The version in force; every version exists in every language."""
    return _all()[kind, newest_version(kind), language]


def newest_version(kind: str) -> int:
    return max(version for known, version, _language in _all() if known == kind)


def version(kind: str, number: int, language: str) -> PlatformText | None:
    """An older one, for whoever accepted it."""
    return _all().get((kind, number, language))


def versions(kind: str) -> list[int]:
    """All of them, newest first."""
    return sorted({number for known, number, _language in _all() if known == kind}, reverse=True)


def missing(account: Account) -> list[str]:
    """Kinds whose newest version the person has not accepted yet."""
    with account_context(account):
        rows = AccountConsent.select(AccountConsent.kind, AccountConsent.text_version).tuples()
        accepted = {(kind, number) for kind, number in rows}
    return [kind for kind in KINDS if (kind, newest_version(kind)) not in accepted]


def accept(account: Account, *, language: str, host: str, now: datetime) -> list[str]:
    """The person has read the newest versions and agrees: which kinds were new."""
    fresh = missing(account)
    with account_context(account), write_tx():
        for kind in fresh:
            text = newest(kind, language)
            AccountConsent.create(
                kind=kind,
                text_version=text.version,
                language=text.language,
                sha256=text.sha256,
                at=now,
                host=host,
            )
    return fresh
