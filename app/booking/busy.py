"""What already takes a practitioner's time: appointments, and holds still running, as constant SQL."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.models import OCCUPYING, Appointment, Hold
from app.booking.slots.terms import BusyRow
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed

NOBODY = "0" * 32
LONGEST = 1440  # minutes; walls.py relies on it too
LONGEST_SERVICE = 720  # as HealthcareService holds; one that starts before midnight may end after it
WIDEST_BUFFER = 240
# written out, not bound: SQLite takes the partial index only when it can read the condition
LIVE = tuple(pw.SQL(f"'{status}'") for status in OCCUPYING)
ONE = pw.SQL("1")
Timelines = dict[str, list[BusyRow]]  # practitioner id (hex) -> what is taken


@lru_cache(maxsize=16)
def statement(people: int) -> ConstantSQL:
    """Busy time of `people` practitioners between two instants; no booking lasts over a day."""
    return ConstantSQL(lambda: _busy(people))


def _busy(people: int) -> Any:
    who = [param(f"who{number}") for number in range(people)]
    first, last = param("first"), param("last")
    appointments = Appointment.select(*_columns(Appointment, people)).where(
        Appointment.practitioner.in_(who),
        Appointment.starts > param("earliest"),
        Appointment.starts < last,
        Appointment.ends > first,
        Appointment.status.in_(LIVE),
    )
    used = Appointment.select(Appointment.id).where(Appointment.idempotency_key == Hold.id)
    holds = Hold.select(*_columns(Hold, people)).where(
        Hold.practitioner.in_(who),
        Hold.starts > param("earliest"),
        Hold.starts < last,
        Hold.ends > first,
        Hold.expires > param("now"),
        Hold.id != param("mine"),
        ~pw.fn.EXISTS(used),
    )
    return appointments.union_all(holds)


def _columns(model: Any, people: int) -> list[Any]:
    """In the order of slots.Busy, so that a row of one practitioner is taken as it comes."""
    service, schedule = (
        pw.fn.REPLACE(field.cast("TEXT"), pw.SQL("'-'"), pw.SQL("''"))
        for field in (model.service, model.schedule)
    )
    key = service.concat(pw.SQL("'@'")).concat(schedule)  # slots.group_key
    group = pw.Case(None, [(model.capacity > ONE, key)])
    columns = [model.starts, model.ends, model.buffer_before, model.buffer_after, group, ONE, model.capacity]
    return columns if people == 1 else [*columns, model.practitioner]


def timelines(
    practitioner_ids: Iterable[UUID], *, first: int, last: int, now: int, mine: UUID | None = None
) -> Timelines:
    """Busy rows per practitioner from `first` to `last` (UTC minutes); the hold `mine` does not count."""
    ids = sorted({hexed(found) for found in practitioner_ids})
    size = 1 << max(len(ids) - 1, 0).bit_length()
    padded = {f"who{number}": value for number, value in enumerate(ids + [NOBODY] * (size - len(ids)))}
    rows = statement(size).rows(
        earliest=first - WIDEST_BUFFER - LONGEST,
        first=first - WIDEST_BUFFER,
        last=last + LONGEST_SERVICE + WIDEST_BUFFER,
        now=now,
        mine=hexed(mine) if mine else NOBODY,
        **padded,
    )
    if size == 1:
        return {ids[0]: rows}
    found: Timelines = {who: [] for who in ids}
    for row in rows:
        found[hexed(row[7])].append(row[:7])
    return found
