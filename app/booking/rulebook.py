"""All rules of a practice as one value: what two of them say differently, and one with changes made. Pure.

A set of changes is a rulebook too. There None means «inherits again», and an agenda without limits is named with none.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.booking.policy import FIELDS, Key, Policy, Rule, Standing, inherited, resolve


class Line(NamedTuple):
    """A limit of an agenda; `service` is hexadecimal, None stands for everything."""

    service: str | None
    period: str
    unit: str
    most: int


Lines = tuple[Line, ...]


@dataclass(frozen=True)
class Rulebook:
    """`values`: by row of the matrix what it says itself; `limits`: by agenda all it has, in order."""

    values: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)
    limits: Mapping[str, Lines] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.limits)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """For `resolve` and `inherited`."""
        return tuple(
            Rule(*key, values=dict.fromkeys(FIELDS) | dict(said)) for key, said in self.values.items()
        )

    def places(self) -> set[tuple[str | None, str | None]]:
        """(service, agenda) of everything it speaks about; limits are about an agenda."""
        return {key[:2] for key in self.values} | {(None, agenda) for agenda in self.limits}

    def without(self, services: Iterable[str], agendas: Iterable[str]) -> "Rulebook":
        """Less what is about any of these: they are gone."""
        gone = {*services, *agendas}
        return Rulebook(
            {key: said for key, said in self.values.items() if not gone & {*key[:2]}},
            {
                agenda: tuple(line for line in lines if line.service not in gone)
                for agenda, lines in self.limits.items()
                if agenda not in gone
            },
        )


def in_order(lines: Iterable[Line]) -> Lines:
    return tuple(sorted(lines, key=lambda line: (line.service or "", *line[1:])))


def between(before: Rulebook, after: Rulebook) -> Rulebook:
    """The changes that lead from one to the other; nothing when they say the same."""
    values = {}
    for key in {**before.values, **after.values}:
        was, now = before.values.get(key, {}), after.values.get(key, {})
        told = {name: now.get(name) for name in FIELDS if was.get(name) != now.get(name)}
        if told:
            values[key] = told
    limits = {
        agenda: after.limits.get(agenda, ())
        for agenda in {**before.limits, **after.limits}
        if before.limits.get(agenda, ()) != after.limits.get(agenda, ())
    }
    return Rulebook(values, limits)


def applied(book: Rulebook, changes: Rulebook) -> Rulebook:
    """The book with changes made: whatever they do not name stays as it is."""
    values = {key: dict(said) for key, said in book.values.items()}
    for key, told in changes.values.items():
        values[key] = values.get(key, {}) | dict(told)
    said = {
        key: {name: value for name, value in row.items() if value is not None} for key, row in values.items()
    }
    limits = {**book.limits, **changes.limits}
    return Rulebook(
        {key: row for key, row in said.items() if row},
        {agenda: lines for agenda, lines in limits.items() if lines},
    )


def plain(book: Rulebook) -> dict[str, Any]:
    """As it is kept, in an order that follows from what it says."""
    return {
        "rules": [
            {"row": list(key), "says": {name: said[name] for name in FIELDS if name in said}}
            for key, said in sorted(book.values.items(), key=str)
        ],
        "limits": [
            {"agenda": agenda, "lines": [list(line) for line in lines]}
            for agenda, lines in sorted(book.limits.items())
        ],
    }


def read(kept: Mapping[str, Any]) -> Rulebook:
    """What `plain` wrote."""
    return Rulebook(
        {tuple(one["row"]): dict(one["says"]) for one in kept["rules"]},  # type: ignore[misc]
        {one["agenda"]: tuple(Line(*line) for line in one["lines"]) for one in kept["limits"]},
    )


def spelled(book: Rulebook) -> str:
    """One text for one content: what caches and forms compare."""
    return json.dumps(plain(book), sort_keys=True, separators=(",", ":"))


def unspelled(text: str) -> Rulebook:
    return read(json.loads(text))


# ---- what differs, for people


@dataclass(frozen=True)
class Change:
    """One value of one row: what it was and what it is, with what it inherits on the side where it says nothing."""

    row: Key
    name: str
    before: Any
    after: Any
    inherits_before: bool
    inherits_after: bool


def changes_of(before: Rulebook, after: Rulebook) -> list[Change]:
    """Every value that differs, in the order of the places and of the fields."""
    was, now = before.rules, after.rules
    found = []
    for key, told in sorted(between(before, after).values.items(), key=_everybody_first):
        for name in (name for name in FIELDS if name in told):
            old, new = before.values.get(key, {}).get(name), told[name]
            found.append(
                Change(
                    key,
                    name,
                    inherited(name, was, key)[0] if old is None else old,
                    inherited(name, now, key)[0] if new is None else new,
                    old is None,
                    new is None,
                )
            )
    return found


def _everybody_first(row: tuple[Key, Any]) -> tuple[Any, ...]:
    service, agenda, level, known = row[0]
    return service or "", agenda or "", -1 if level is None else level, -1 if known is None else int(known)


def concerns(before: Rulebook, after: Rulebook, *, service: str, agenda: str, level: int | None) -> bool:
    """Whether somebody of this level would meet other rules; who came before is not asked for one known by name."""
    if before.limits.get(agenda, ()) != after.limits.get(agenda, ()):
        return True
    return any(
        _met(before, service, agenda, one) != _met(after, service, agenda, one) for one in _standings(level)
    )


def bookable(book: Rulebook, *, service: str, agenda: str, level: int | None) -> bool:
    """Whether somebody of this level may book or ask for it online."""
    met = (_met(book, service, agenda, one) for one in _standings(level))
    return any(policy.outcome in ("request", "direct") for policy in met)


def _standings(level: int | None) -> list[Standing]:
    found = level or 0
    return [Standing(found, known=False), Standing(found, known=True)] if found == 1 else [
        Standing(found, known=found > 1)
    ]  # fmt: skip


def _met(book: Rulebook, service: str, agenda: str, standing: Standing) -> Policy:
    return resolve(book.rules, service=service, schedule=agenda, standing=standing)
