"""A practice's own words in the messages to its patients: a subject, a paragraph, a sentence of an SMS, by language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel import audit, edits
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.i18n import LANGUAGES
from app.kernel.owners import Practice
from app.practice.models import MessageWording
from app.practice.placeholders import filled

KINDS = ("booked", "moved", "cancelled", "reminder", "requested", "approved", "refused", "waiting-offer")
WITH_SMS = ("moved", "cancelled", "reminder")
PARTS = ("subject", "paragraph", "sms")


@dataclass(frozen=True)
class Own:
    """What the practice says, its places filled. Empty: as the product has it."""

    subject: str = ""
    paragraph: str = ""
    sms: str = ""


NOTHING = Own()


def known(kind: str) -> str:
    """NotFound for what is no kind of message."""
    if kind not in KINDS:
        raise NotFound
    return kind


def of(kind: str, language: str, values: Callable[[], Mapping[str, str]]) -> Own:
    """In this language alone: a sentence in another would stand oddly in the middle of a message. One statement."""
    row = MessageWording.get_or_none(MessageWording.kind == kind, MessageWording.language == language)
    if row is None:
        return NOTHING
    return said(row.subject, row.paragraph, row.sms, values())


def said(subject: str, paragraph: str, sms: str, values: Mapping[str, str]) -> Own:
    """A value never breaks the line it stands in."""
    one_line = {name: " ".join(value.split()) for name, value in values.items()}
    return Own(*(filled(text, one_line) for text in (subject, paragraph, sms)))


def parts_of(kind: str) -> tuple[str, ...]:
    return PARTS if kind in WITH_SMS else PARTS[:2]


def values(practice: Practice, kind: str) -> dict[str, str]:
    """As the form has them: subject-fr, paragraph-fr, sms-fr …"""
    rows = {row.language: row for row in MessageWording.select().where(MessageWording.kind == kind)}
    return {
        f"{part}-{code}": getattr(rows.get(code), part, "")
        for code in practice.languages
        for part in parts_of(kind)
    }


def changed() -> dict[str, set[str]]:
    """Kind -> languages in which the practice has words of its own."""
    found: dict[str, set[str]] = {}
    for row in MessageWording.select(MessageWording.kind, MessageWording.language):
        found.setdefault(row.kind, set()).add(row.language)
    return found


def keep(
    practice: Practice, kind: str, wanted: Mapping[str, Any], *, seen: str, by: str, now: datetime
) -> None:
    """A language that says nothing of its own leaves no row. Edited when somebody was quicker."""
    with write_tx():
        _lock(practice)
        before = values(practice, kind)
        edits.check(seen, before)
        after = {name: (wanted.get(name) or "").replace("\r\n", "\n") for name in before}
        if after == before:
            return
        MessageWording.delete().where(
            MessageWording.kind == kind, MessageWording.language.in_(practice.languages)
        ).execute()
        for code in practice.languages:
            said = {part: after.get(f"{part}-{code}", "") for part in PARTS}
            if any(said.values()):
                MessageWording.create(kind=kind, language=code, **said)
        names = {name: name.replace("-", " ") for name in before}
        told = edits.changes(before, after, names)
        audit.record(by=by, verb="wording.change", target=f"wording:{kind}", at=now, detail={"changes": told})


def reset(practice: Practice, kind: str, *, by: str, now: datetime) -> None:
    """The message says again what the product says, in every language."""
    with write_tx():
        _lock(practice)
        if MessageWording.delete().where(MessageWording.kind == kind).execute():
            audit.record(by=by, verb="wording.reset", target=f"wording:{kind}", at=now)


def all_rows() -> list[MessageWording]:
    """For the folder: by kind, then language."""
    return sorted(
        MessageWording.select(),
        key=lambda row: (KINDS.index(row.kind), LANGUAGES.index(row.language)),
    )


def _lock(practice: Practice) -> None:
    """Changes of a practice's words wait for each other."""
    Practice.update(status=Practice.status).where(Practice.id == practice.id).execute()
