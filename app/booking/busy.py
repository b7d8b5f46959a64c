"""What already takes a practitioner's time: appointments, and holds still running, as constant SQL."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.models import OCCUPYING, Appointment, Hold
from app.booking.slots import Busy
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed

NOBODY = "0" * 32
# written out, not bound: SQLite takes the partial index only when it can read the condition
LIVE = tuple(pw.SQL(f"'{status}'") for status in OCCUPYING)
Timelines = dict[str, list[Busy]]  # practitioner id (hex) -> what is taken


@lru_cache(maxsize=16)
def statement(people: int) -> ConstantSQL:
    """Busy time of `people` practitioners between two instants; no booking lasts over a day."""
    return ConstantSQL(lambda: _busy(people))


def _busy(people: int) -> Any:
    who = [param(f"who{number}") for number in range(people)]
    first, last = param("first"), param("last")
    appointments = Appointment.select(
        Appointment.practitioner,
        Appointment.starts,
        Appointment.ends,
        Appointment.buffer_before,
        Appointment.buffer_after,
        Appointment.capacity,
        Appointment.schedule,
        Appointment.service,
    ).where(  # fmt: skip
        Appointment.practitioner.in_(who),
        Appointment.starts > first,
        Appointment.starts < last,
        Appointment.status.in_(LIVE),
    )
    used = Appointment.select(Appointment.id).where(Appointment.idempotency_key == Hold.id)
    holds = Hold.select(
        Hold.practitioner,
        Hold.starts,
        Hold.ends,
        Hold.buffer_before,
        Hold.buffer_after,
        Hold.capacity,
        Hold.schedule,
        Hold.service,
    ).where(  # fmt: skip
        Hold.practitioner.in_(who),
        Hold.starts > first,
        Hold.starts < last,
        Hold.expires > param("now"),
        Hold.id != param("mine"),
        ~pw.fn.EXISTS(used),
    )
    return appointments.union_all(holds)


def timelines(
    practitioner_ids: Iterable[UUID], *, first: int, last: int, now: int, mine: UUID | None = None
) -> Timelines:
    """Busy rows per practitioner from `first` to `last` (UTC minutes); the hold `mine` does not count."""
    ids = sorted({hexed(found) for found in practitioner_ids})
    size = 1 << max(len(ids) - 1, 0).bit_length()
    padded = {f"who{number}": value for number, value in enumerate(ids + [NOBODY] * (size - len(ids)))}
    rows = statement(size).rows(
        first=first - 1440 - 240, last=last + 240, now=now, mine=hexed(mine) if mine else NOBODY, **padded
    )
    found: Timelines = {who: [] for who in ids}
    for who, starts, ends, before, after, capacity, schedule, service in rows:
        session = None if capacity == 1 else f"{hexed(service)}@{hexed(schedule)}"  # slots.group_key
        found[hexed(who)].append(Busy(starts, ends, before, after, session, 1, capacity))
    return found
