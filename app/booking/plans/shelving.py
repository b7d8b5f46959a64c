"""What every change of sites, people, services and agendas has in common: keys, order, the shop window, the journal."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.impact import Difference, Impact, Trace, save
from app.directory import listing
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.kernel.sealing import folded

UP, DOWN = -1, 1


class NameTaken(Refusal):
    message = _l("There is one of this name already.")


class LastDayPassed(Refusal):
    message = _l("This day has passed. Choose yesterday or a later day.")


def keep(
    practice: Practice,
    write: Callable[[], Any],
    *,
    trace: Trace,
    now: datetime,
    seen: str = "",
    change: Difference | None = None,
    people: Iterable[UUID] = (),
    untouched: Iterable[Any] = (),
) -> Impact:
    """`impact.save`, and the shop window follows in the same transaction. NotSeen."""

    def write_all() -> None:
        write()
        listing.rebuild(Practice.get_by_id(practice.id), now=now)

    nothing = Difference(span=(0, 0))
    who = {"trace": trace, "now": now, "seen": seen, "people": people, "untouched": untouched}
    return save(practice, change or nothing, write_all, **who)


def found(model: Any, identifier: UUID) -> Any:
    """NotFound when it is not of the open practice."""
    row = model.get_or_none(model.id == identifier)
    if row is None:
        raise NotFound
    return row


def shelf(model: Any) -> list[Any]:
    """In the order of the practice."""
    return list(model.select().order_by(model.position, model.key))


def last_place(model: Any) -> int:
    highest = model.select(pw.fn.MAX(model.position)).scalar()
    return 0 if highest is None else highest + 1


def free_key(model: Any, words: str) -> str:
    """A key nobody has yet, from the words people read: it is the name of this thing in the practice's folder."""
    spelled = re.sub(r"[^a-z0-9]+", "-", "-".join(folded(word) for word in words.split())).strip("-")
    base = spelled[:50].strip("-") or model._meta.table_name.replace("_", "-")
    taken = {row.key for row in model.select(model.key)}
    numbers = (f"{base}-{number}" for number in range(2, 10_000))
    return base if base not in taken else next(key for key in numbers if key not in taken)


def refuse_double(model: Any, name: Mapping[str, str], *, but: UUID | None = None) -> None:
    """NameTaken when another one that is still given reads the same in some language."""
    for row in model.select():
        over = getattr(row, "archived", False)
        if row.id != but and not over and any(_same(row.name.get(code), text) for code, text in name.items()):
            raise NameTaken


def _same(one: str | None, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def mark(values: Any) -> str:
    """What something was when a page showed it."""
    return sha256(repr(values).encode()).hexdigest()[:16]


def move(practice: Practice, row: Any, step: int, *, by: str, now: datetime) -> None:
    """One place up or down in the order of the practice; beyond the ends nothing happens."""
    model = type(row)
    with write_tx():
        rows = shelf(model)
        at = next(place for place, one in enumerate(rows) if one.id == row.id)
        to = at + step
        if not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for place, one in enumerate(rows):
            if one.position != place:
                model.update(position=place).where(model.id == one.id).execute()
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
            Practice.id == practice.id
        ).execute()
        table = model._meta.table_name
        audit.record(by=by, verb=f"{table}.order", target=audit.of_id(table, row.id), at=now)
        listing.rebuild(Practice.get_by_id(practice.id), now=now)


def told(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """{field: [before, after]} of what differs, for the journal."""
    return {
        name: [_plain(before.get(name)), _plain(value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    return list(value) if isinstance(value, tuple) else value
