"""Who changed what in a section of the settings, and when: read from the journal."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import peewee as pw

from app.kernel.audit import AuditEvent
from app.kernel.owners import Account
from app.settings.sections import SECTIONS, Section

MOST = 8  # changes shown under a section


@dataclass(frozen=True)
class Change:
    at: datetime
    by: str  # a name; nothing for the operator and for somebody who is gone
    what: str  # in the reader's language
    changes: tuple[str, ...]  # sentences in the language the practice keeps its journal in


def at(path: str) -> Section | None:
    """The section a page belongs to."""
    return next((one for one in SECTIONS if path == one.href or path.startswith(f"{one.href}/")), None)


def of(section: Section | None, *, targets: Collection[str] = (), most: int = MOST) -> list[Change]:
    """The newest first; of these targets alone when some are named. Two statements: the journal, and the names."""
    if section is None:
        return []
    wanted = AuditEvent.verb.in_(list(section.verbs))
    if targets:
        wanted &= AuditEvent.target.in_(list(targets))
    query = AuditEvent.select().where(wanted).order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
    return _worded(query.limit(most), SECTIONS)


def under(path: str) -> list[Change]:
    """What the pages of a section show beneath themselves."""
    return of(at(path))


def newest(sections: Iterable[Section]) -> dict[str, Change]:
    """The last change of each section, by its address. Three statements for all of them."""
    owners = {verb: one.href for one in sections for verb in one.verbs}
    last = pw.fn.MAX(AuditEvent.seq)
    each = AuditEvent.select(last).where(AuditEvent.verb.in_(list(owners))).group_by(AuditEvent.verb)
    # as numbers: PostgreSQL may ask for the whole of a subquery at every line of the journal
    ends = [row[0] for row in each.tuples()]
    rows = list(AuditEvent.select().where(AuditEvent.seq.in_(ends)).order_by(AuditEvent.seq.desc()))
    found: dict[str, Change] = {}
    for row, change in zip(rows, _worded(rows, SECTIONS), strict=True):
        found.setdefault(owners[row.verb], change)
    return found


def _worded(rows: Iterable[AuditEvent], sections: Iterable[Section]) -> list[Change]:
    rows = list(rows)
    words = {verb: text for one in sections for verb, text in one.verbs.items()}
    known = names({row.actor for row in rows})
    return [
        Change(row.at, known.get(row.actor, ""), str(words[row.verb]), tuple(row.detail.get("changes", ())))
        for row in rows
    ]


def names(actors: Iterable[str]) -> dict[str, str]:
    """actor -> name, of people; one statement."""
    ids = [UUID(rest) for kind, _colon, rest in (one.partition(":") for one in actors) if kind == "account"]
    people = Account.select().where(Account.id.in_(ids)) if ids else ()
    return {f"account:{one.id}": one.name for one in people}
