"""The rules of the open practice as one value: those in force, those a draft would make of them, and every version."""

from typing import Any
from zlib import crc32

import peewee as pw

from app.booking import as_rules
from app.booking.models import AgendaLimit, BookingPolicy, PolicyDraft, PolicyVersion
from app.booking.rulebook import Rulebook, applied, between, read, spelled
from app.directory.models import HealthcareService, Schedule
from app.kernel.errors import NotFound

FARTHEST = 1_000_000  # numbers no practice gets to


def in_force() -> Rulebook:
    """Two statements."""
    return as_rules.rulebook(BookingPolicy.select().order_by(BookingPolicy.id), AgendaLimit.select())


def draft() -> PolicyDraft | None:
    """There is at most one."""
    found: PolicyDraft | None = PolicyDraft.get_or_none()
    return found


def changes_of(kept: PolicyDraft | None) -> Rulebook:
    """What a draft changes, of services and agendas that are still there."""
    return existing(read(kept.changes)) if kept is not None else Rulebook()


def existing(book: Rulebook) -> Rulebook:
    """Less what is gone since it was kept. No statement where it names no service and no agenda."""
    named = [one for place in book.places() for one in place if one is not None]
    named += [line.service for lines in book.limits.values() for line in lines if line.service is not None]
    if not named:
        return book
    here = {row.hex for model in (HealthcareService, Schedule) for (row,) in model.select(model.id).tuples()}
    return book.without({one for one in named if one not in here}, ())


def waiting() -> Rulebook:
    """What the draft changes that waits for its day; nothing without one."""
    kept = draft()
    return changes_of(kept) if kept is not None and kept.publish_on is not None else Rulebook()


def drafted(now: Rulebook, kept: PolicyDraft | None) -> Rulebook:
    """What the draft would change of the rules in force: what they say by now already is no change."""
    return between(now, applied(now, changes_of(kept)))


def versions(most: int) -> list[PolicyVersion]:
    """The newest first."""
    return list(PolicyVersion.select().order_by(PolicyVersion.number.desc()).limit(most))


def newest() -> int:
    """The number of the version in force; 0 where the rules never changed."""
    return PolicyVersion.select(pw.fn.MAX(PolicyVersion.number)).scalar() or 0


def version(number: int) -> PolicyVersion:
    """NotFound where there is none of this number."""
    found = PolicyVersion.get_or_none(PolicyVersion.number == number) if number < FARTHEST else None
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def before(number: int) -> PolicyVersion | None:
    """The version it came after; None for the first."""
    older: PolicyVersion | None = PolicyVersion.get_or_none(PolicyVersion.number == number - 1)
    return older


def content(kept: Any) -> Rulebook:
    """All rules of a version."""
    return read(kept.content)


def draft_stamp(now: Rulebook, kept: PolicyDraft | None) -> str:
    """Another one as soon as the draft, its day or what it changes of the rules in force is another."""
    if kept is None:
        return ""
    shown = spelled(drafted(now, kept)), spelled(now), kept.publish_on
    return str(crc32(repr(shown).encode()))
