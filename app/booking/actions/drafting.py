"""A draft of the rules: kept, given its day, taken back, thrown away. Nobody meets any of it before it is published."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from app.booking import rulebooks
from app.booking.actions import publishing, rules
from app.booking.actions.rules import LimitRow, Place, Said
from app.booking.models import PolicyDraft
from app.booking.refusals import RulesEdited
from app.booking.rulebook import Rulebook, applied, between, plain
from app.kernel import audit
from app.kernel.clock import day_bounds
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.owners import Practice


def keep(practice: Practice, place: Place, wanted: Said, *, seen: str, by: str, now: datetime) -> None:
    """The given fields of the given rows are part of the draft. RulesEdited when somebody was quicker: `seen` is the
    stamp of what the form was filled from, which is the draft put onto what is in force."""
    wish = rules.wanted_book(place, wanted)
    _keep(practice, wish, partial(rules.stamp, place), seen=seen, target=place.target, by=by, now=now)


def keep_limits(
    practice: Practice, schedule: Any, wanted: list[LimitRow], *, seen: str, by: str, now: datetime
) -> None:
    """The same for all limits of an agenda."""
    wish, stamp = rules.wanted_limits(schedule, wanted), partial(rules.limits_stamp, schedule)
    _keep(practice, wish, stamp, seen=seen, target=f"agenda:{schedule.id}", by=by, now=now)


def _keep(
    practice: Practice,
    wish: Rulebook,
    stamp: Callable[[Rulebook], str],
    *,
    seen: str,
    target: str,
    by: str,
    now: datetime,
) -> None:
    with write_tx():
        _line_up(practice)
        before, kept = rulebooks.in_force(), rulebooks.draft()
        there = applied(before, rulebooks.changes_of(kept))
        if stamp(there) != seen:
            raise RulesEdited
        _store(practice, kept, between(before, applied(there, wish)), target=target, by=by, now=now)


def plan(practice: Practice, day: date | None, *, seen: str, by: str, now: datetime) -> None:
    """The draft holds from 0:00 on that day of the practice; None takes it back and keeps it as a draft.

    NotFound without a draft or without anything in it; RulesEdited when it is another than the page showed.
    """
    with write_tx():
        publishing.bump(practice)  # from then on every offer knows until when it holds
        before, kept = rulebooks.in_force(), rulebooks.draft()
        if kept is None:
            raise NotFound
        if rulebooks.draft_stamp(before, kept) != seen:
            raise RulesEdited
        if not rulebooks.drafted(before, kept):
            raise NotFound
        PolicyDraft.update(publish_on=day, updated_at=now, updated_by=by).where(
            PolicyDraft.id == kept.id
        ).execute()
        starts = None if day is None else begins(day, practice.timezone)
        Practice.update(turns_at=starts).where(Practice.id == practice.id).execute()
        detail = {} if day is None else {"day": day.isoformat()}
        verb = "rules.take-back" if day is None else "rules.plan"
        audit.record(by=by, verb=verb, target="rules:draft", at=now, detail=detail)


def discard(practice: Practice, *, by: str, now: datetime) -> None:
    """What is in force stands; nothing where there is no draft."""
    with write_tx():
        publishing.bump(practice)
        if PolicyDraft.delete().execute():
            Practice.update(turns_at=None).where(Practice.id == practice.id).execute()
            audit.record(by=by, verb="rules.discard", target="rules:draft", at=now, detail={})


def begins(day: date, zone: str) -> datetime:
    """The first instant of a day on the wall of the practice."""
    return datetime.fromtimestamp(day_bounds(day, zone)[0] * 60, UTC)


def _line_up(practice: Practice) -> None:
    """One writer at a time. The number stays while the draft has no day: whoever is booking goes on undisturbed."""
    Practice.update(turns_at=Practice.turns_at).where(Practice.id == practice.id).execute()


def _store(
    practice: Practice, kept: PolicyDraft | None, changes: Rulebook, *, target: str, by: str, now: datetime
) -> None:
    """A draft that changes nothing any more is none."""
    if kept is None and not changes:
        return
    if kept is not None and kept.publish_on is not None:
        publishing.bump(practice)
    values = {"changes": plain(changes), "updated_at": now, "updated_by": by}
    if not changes:
        PolicyDraft.delete().execute()
        Practice.update(turns_at=None).where(Practice.id == practice.id).execute()
    elif kept is None:
        PolicyDraft.create(**values)
    else:
        PolicyDraft.update(**values).where(PolicyDraft.id == kept.id).execute()
    audit.record(by=by, verb="rules.draft" if changes else "rules.discard", target=target, at=now, detail={})
