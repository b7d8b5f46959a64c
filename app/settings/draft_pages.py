"""What the pages of the draft and of the versions of the booking rules show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking import impact, rule_difference, rulebooks
from app.booking.actions import drafting
from app.booking.models import PolicyDraft, PolicyVersion
from app.booking.rule_difference import Names, Told
from app.booking.rulebook import Rulebook, applied
from app.kernel.owners import Practice
from app.settings import changes

LISTED = 50  # versions of the list, the newest first


@dataclass(frozen=True)
class Line:
    """A version in the list: who made it, and what it said otherwise than the one before it."""

    version: PolicyVersion
    by: str  # nothing for whoever is gone, and for the rules a practice began with
    told: list[Told]


def draft(practice: Practice, kept: PolicyDraft | None, *, now: datetime) -> dict[str, Any]:
    before, names = rulebooks.in_force(), rule_difference.names(practice)
    after = applied(before, rulebooks.changes_of(kept))
    told = rule_difference.told(before, after, names)
    return {
        "draft": kept,
        "starts": drafting.begins(kept.publish_on, practice.timezone) if kept and kept.publish_on else None,
        "by": changes.names([kept.updated_by]).get(kept.updated_by, "") if kept else "",
        "count": len(told),
        "places": [
            (_addresses(where, those), name, those) for where, name, those in rule_difference.by_place(told)
        ],
        "touched": impact.of_rules(before, after, now=now) if told else None,
        "versions": _lines(rulebooks.versions(LISTED + 1), names)[:LISTED],
    }


def _addresses(where: tuple[str | None, str | None], told: list[Told]) -> list[str]:
    """Where the draft's values of a place are written: the page of its rules, and that of an agenda's limits."""
    service, agenda = (key and str(UUID(key)) for key in where)
    parts = ([f"agenda/{agenda}"] if agenda else []) + ([f"service/{service}"] if service else [])
    found = [] if all(one.is_limit for one in told) else [f"/settings/policy/{'/'.join(parts) or 'practice'}"]
    return found + ([f"/settings/policy/limits/{agenda}"] if any(one.is_limit for one in told) else [])


def _lines(found: list[PolicyVersion], names: Names) -> list[Line]:
    people = changes.names({one.published_by for one in found})
    older: list[PolicyVersion | None] = [*found[1:], *([None] if found else [])]
    return [
        Line(one, people.get(one.published_by, ""), _between(before, one, names))
        for one, before in zip(found, older, strict=True)
    ]


def _between(before: PolicyVersion | None, after: PolicyVersion, names: Names) -> list[Told]:
    """The first version has none before it."""
    if before is None:
        return []
    return rule_difference.told(rulebooks.content(before), rulebooks.content(after), names)


def version(practice: Practice, number: int, *, now: datetime) -> dict[str, Any]:
    """One version: what it changed, and what would change if it held again. NotFound."""
    found, before = rulebooks.version(number), rulebooks.before(number)
    names, in_force = rule_difference.names(practice), rulebooks.in_force()
    back: Rulebook = rulebooks.existing(rulebooks.content(found))
    told = rule_difference.told(in_force, back, names)
    return {
        "found": found,
        "newest": rulebooks.newest(),
        "by": changes.names([found.published_by]).get(found.published_by, ""),
        "before": before,
        "changed": rule_difference.by_place(_between(before, found, names)),
        "back": rule_difference.by_place(told),
        "touched": impact.of_rules(in_force, back, now=now) if told else None,
    }
