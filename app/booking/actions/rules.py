"""The owner changes who may book what: rows of the matrix, and how much of an agenda the public may take."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from app.booking import rule_words, rulebooks
from app.booking.actions import publishing
from app.booking.policy import Key
from app.booking.refusals import RulesEdited
from app.booking.rulebook import Line, Rulebook, applied, in_order
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.i18n import _, speaking
from app.kernel.owners import Practice

Who = tuple[int | None, bool | None]  # level of trust, known
EVERYBODY: Who = (None, None)
Said = Mapping[Who, Mapping[str, Any]]  # by row of one place, what it says itself


@dataclass(frozen=True)
class Place:
    """Where rules hold: rows of the directory, None is «everywhere»."""

    service: Any = None
    schedule: Any = None

    @property
    def target(self) -> str:
        """As the journal names it; the practice as a whole is just that."""
        if self.schedule is None:
            return "practice" if self.service is None else f"service:{self.service.id}"
        if self.service is None:
            return f"agenda:{self.schedule.id}"
        return f"agenda:{self.schedule.id.hex}/{self.service.id.hex}"

    @property
    def key(self) -> tuple[str | None, str | None]:
        return self.service and self.service.id.hex, self.schedule and self.schedule.id.hex


@dataclass(frozen=True, order=True)
class LimitRow:
    """One limit of an agenda as it is typed."""

    service: UUID | None
    period: str
    unit: str
    most: int


def rows(place: Place, book: Rulebook) -> dict[Who, Mapping[str, Any]]:
    """What the place says itself in this book, row by row."""
    return {key[2:]: said for key, said in book.values.items() if key[:2] == place.key}


def stamp(place: Place, book: Rulebook) -> str:
    """Changes with every rule of this place, and with nothing else: what a form was filled from."""
    return _digest({f"{who}": dict(said) for who, said in rows(place, book).items()})


def limits(schedule: Any, book: Rulebook) -> list[LimitRow]:
    lines = book.limits.get(schedule.id.hex, ())
    return sorted((LimitRow(one.service and UUID(one.service), *one[1:]) for one in lines), key=str)


def limits_stamp(schedule: Any, book: Rulebook) -> str:
    return _digest([str(row) for row in limits(schedule, book)])


def _digest(said: Any) -> str:
    return str(crc32(json.dumps(said, sort_keys=True).encode()))


def wanted_book(place: Place, wanted: Said) -> Rulebook:
    """What a form says, as changes."""
    return Rulebook({_row(place, who): dict(values) for who, values in wanted.items()})


def wanted_limits(schedule: Any, wanted: Collection[LimitRow]) -> Rulebook:
    lines = (Line(row.service and row.service.hex, row.period, row.unit, row.most) for row in wanted)
    return Rulebook({}, {schedule.id.hex: in_order(lines)})


def _row(place: Place, who: Who) -> Key:
    return (*place.key, *who)


def change(practice: Practice, place: Place, wanted: Said, *, seen: str, by: str, now: datetime) -> list[str]:
    """The given fields of the given rows, from now on; what changed, in the practice's words. RulesEdited when
    somebody was quicker: `seen` is the stamp of what the form was filled from."""
    with write_tx():
        publishing.bump(practice)
        before = rulebooks.in_force()
        if stamp(place, before) != seen:
            raise RulesEdited
        after = applied(before, wanted_book(place, wanted))
        changed = publishing.put_in_force(practice, before, after, by=by, now=now)
        told = [
            (key[2:], name, before.values.get(key, {}).get(name), value)
            for key, values in changed.values.items()
            for name, value in values.items()
        ]
        return _record(practice, place, told, by=by, now=now)


def _record(practice: Practice, place: Place, changed: list[Any], *, by: str, now: datetime) -> list[str]:
    with speaking(practice.languages[0]):
        words = [
            _(
                "%(who)s – %(what)s: %(before)s, now %(after)s",
                who=rule_words.who(*who),
                what=str(rule_words.FIELDS[name]),
                before=rule_words.value(name, before),
                after=rule_words.value(name, after),
            )
            for who, name, before, after in changed
        ]
    if words:
        audit.record(by=by, verb="rules.change", target=place.target, at=now, detail={"changes": words})
    return words


def change_limits(
    practice: Practice, schedule: Any, wanted: Collection[LimitRow], *, seen: str, by: str, now: datetime
) -> None:
    """An agenda has exactly these limits from now on. RulesEdited when somebody was quicker."""
    with write_tx():
        publishing.bump(practice)
        before = rulebooks.in_force()
        if limits_stamp(schedule, before) != seen:
            raise RulesEdited
        after = applied(before, wanted_limits(schedule, wanted))
        if publishing.put_in_force(practice, before, after, by=by, now=now):
            agenda = schedule.id.hex
            detail = {
                "before": [list(line) for line in before.limits.get(agenda, ())],
                "after": [list(line) for line in after.limits.get(agenda, ())],
            }
            audit.record(by=by, verb="limits.change", target=f"agenda:{schedule.id}", at=now, detail=detail)
