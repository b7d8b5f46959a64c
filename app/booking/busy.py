"""What already takes time: of practitioners, of rooms, of an agenda's limits and of one person; one constant statement.

Every branch has the same eight columns: those of slots.Busy, and whose the row is. Keys of practitioners, rooms,
agendas and patients never meet, so that the rows are told apart by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.models import OCCUPYING, Appointment, Hold, ResourceUse
from app.booking.slots.terms import BusyRow
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import is_sqlite
from app.kernel.ids import hexed
from app.patients.models import Patient

NOBODY = "0" * 32
LONGEST = 1440  # minutes; walls.py relies on it too
LONGEST_SERVICE = 720  # as HealthcareService holds; one that starts before midnight may end after it
WIDEST_BUFFER = 240
# written out, not bound: SQLite takes the partial index only when it can read the condition
LIVE = tuple(pw.SQL(f"'{status}'") for status in OCCUPYING)
ONE, ZERO = pw.SQL("1"), pw.SQL("0")
Timelines = dict[str, list[BusyRow]]  # whose (hex) -> what is taken


@dataclass(frozen=True)
class Moving:
    """An appointment whose own time does not count; `session` is None while others stay in its group."""

    attempt: UUID  # its idempotency key, which the index holds
    session: UUID | None


@dataclass(frozen=True)
class Wanted:
    """Whose time to read, between `first` and `last` (UTC minutes); the hold `mine` does not count.

    `agendas` are those with a limit, read from `limits_first` to `limits_last`: the service stands as `session`.
    `person` is a patient's id, or the identity key of one: their appointments that are not over, and recent ones; with
    `mail`, those alone that were booked with it: whoever types somebody's number learns nothing of them.
    """

    people: frozenset[str]
    first: int
    last: int
    now: int
    mine: UUID | None = None
    moving: Moving | None = None  # an appointment that is about to leave its place
    units: frozenset[str] = frozenset()
    agendas: frozenset[str] = frozenset()
    limits_first: int = 0
    limits_last: int = 0
    person: UUID | str | None = None
    mail: str | None = None
    freed: bool = True  # whether times kept for the waiting list count; at the desk they do not


@dataclass
class Taken:
    of: Timelines = field(default_factory=dict)  # practitioners, units and agendas, by their id
    own: list[BusyRow] = field(default_factory=list)  # the person's; `session` is the service

    def __getitem__(self, whose: str) -> list[BusyRow]:
        return self.of.get(whose) or []


RECENT = 400 * 1440  # how far back the person's own appointments count towards a cap


def read(wanted: Wanted) -> Taken:
    """Everything asked for, in one statement."""
    if not (wanted.units or wanted.agendas or wanted.person):
        return Taken(timelines(wanted.people, first=wanted.first, last=wanted.last, now=wanted.now,
                               mine=wanted.mine, moving=wanted.moving, freed=wanted.freed))  # fmt: skip
    sizes = tuple(map(_size, (wanted.people, wanted.units, wanted.agendas)))
    whose = None if wanted.person is None else "file" if isinstance(wanted.person, UUID) else "key"
    whose = "guest" if whose == "key" and wanted.mail is not None else whose
    rows = _statement(*sizes, whose).rows(
        **_span(wanted.first, wanted.last, wanted.now, wanted.mine, wanted.moving, wanted.freed),
        **_padded("who", wanted.people, sizes[0]),
        **_padded("unit", wanted.units, sizes[1]),
        **_padded("agenda", wanted.agendas, sizes[2]),
        limits_first=wanted.limits_first,
        limits_last=wanted.limits_last,
        person=hexed(wanted.person) if whose == "file" else wanted.person,
        mail=wanted.mail,
        recent=wanted.now - RECENT,
    )
    return _told_apart(rows, {*wanted.people, *wanted.units, *wanted.agendas})


def _told_apart(rows: Sequence[Any], known: set[str]) -> Taken:
    """By whose they are; a key that is none of the known ones is the person's."""
    by_key: dict[Any, list[BusyRow]] = {}
    for row in rows:
        if (key := row[7]) in by_key:
            by_key[key].append(row)
        else:
            by_key[key] = [row]
    found = Taken()
    for key, taken in by_key.items():
        if (whose := hexed(key)) in known:
            found.of[whose] = taken
        else:
            found.own += taken
    return found


def timelines(
    practitioner_ids: Iterable[UUID | str],
    *,
    first: int,
    last: int,
    now: int,
    mine: UUID | None = None,
    moving: Moving | None = None,
    freed: bool = True,
) -> Timelines:
    """Busy rows per practitioner from `first` to `last` (UTC minutes)."""
    ids = sorted({hexed(found) for found in practitioner_ids})
    size = _size(ids)
    rows = _statement(size, 0, 0, None).rows(
        **_span(first, last, now, mine, moving, freed), **_padded("who", ids, size)
    )
    if size == 1:
        return {ids[0]: rows}  # type: ignore[dict-item]
    return {**{who: [] for who in ids}, **_told_apart(rows, set(ids)).of}


def _size(ids: Any) -> int:
    """Statements are made for 0, 1, 2, 4, 8 … of a kind; the rest of the places is nobody's."""
    return 1 << (len(ids) - 1).bit_length() if ids else 0


def _padded(name: str, ids: Iterable[str], size: int) -> dict[str, str]:
    known = sorted(ids)
    return {f"{name}{number}": value for number, value in enumerate(known + [NOBODY] * (size - len(known)))}


def _span(
    first: int, last: int, now: int, mine: UUID | None, moving: Moving | None, freed: bool
) -> dict[str, Any]:
    return {
        "earliest": first - WIDEST_BUFFER - LONGEST,
        "first": first - WIDEST_BUFFER,
        "last": last + LONGEST_SERVICE + WIDEST_BUFFER,
        "now": now,
        "mine": hexed(mine) if mine else NOBODY,
        "passed_over": "" if freed else "freed",
        "moving": hexed(moving.attempt) if moving else NOBODY,
        "moving_session": hexed(moving.session) if moving and moving.session else NOBODY,
    }


@lru_cache(maxsize=64)
def _statement(people: int, units: int, agendas: int, person: str | None) -> ConstantSQL:
    return ConstantSQL(lambda: _union(people, units, agendas, person))


def _union(people: int, units: int, agendas: int, person: str | None) -> Any:
    alone = people == 1 and not (units or agendas or person)
    query = _appointments(people, alone).union_all(_holds(people, alone))
    if units:
        query = query.union_all(_units(units))
    if agendas:
        query = query.union_all(_limits(agendas, people))
    if person:
        query = query.union_all(_own(person))
    return query


def _appointments(people: int, alone: bool) -> Any:
    return Appointment.select(*_columns(Appointment, alone)).where(
        Appointment.practitioner.in_(_params("who", people)),
        Appointment.starts > param("earliest"),
        Appointment.starts < param("last"),
        Appointment.ends > param("first"),
        Appointment.status.in_(LIVE),
        Appointment.idempotency_key != param("moving"),
    )


def _holds(people: int, alone: bool) -> Any:
    used = Appointment.select(Appointment.id).where(Appointment.idempotency_key == Hold.id)
    return Hold.select(*_columns(Hold, alone)).where(
        Hold.practitioner.in_(_params("who", people)),
        Hold.starts > param("earliest"),
        Hold.starts < param("last"),
        Hold.ends > param("first"),
        Hold.expires > param("now"),
        Hold.id != param("mine"),
        Hold.kind != param("passed_over"),
        ~pw.fn.EXISTS(used),
    )


def _units(units: int) -> Any:
    """A use of a hold counts while the hold runs and no appointment came of it."""
    use = ResourceUse
    used = Appointment.select(Appointment.id).where(Appointment.idempotency_key == use.hold)
    running = (use.expires > param("now")) & (use.hold != param("mine")) & ~pw.fn.EXISTS(used)
    columns = [use.starts, use.ends, use.core_start - use.starts, ZERO, use.group_key, ONE, ONE, use.resource]
    return use.select(*columns).where(
        use.resource.in_(_params("unit", units)),
        use.starts > param("earliest") - 2 * WIDEST_BUFFER,
        use.starts < param("last"),
        use.ends > param("first"),
        use.session_key != param("moving_session"),
        use.hold.is_null() | running,
    )


def _limits(agendas: int, people: int) -> Any:
    """Their practitioners are named too: the index is theirs."""
    a = Appointment
    return a.select(a.starts, a.ends, ZERO, ZERO, _hex(a.service), ONE, ONE, a.schedule).where(
        a.practitioner.in_(_params("who", people)),
        a.schedule.in_(_params("agenda", agendas)),
        a.starts >= param("limits_first"),
        a.starts < param("limits_last"),
        a.status.in_(LIVE),
        a.idempotency_key != param("moving"),
    )


def _own(person: str) -> Any:
    a = Appointment
    mine = a.patient == param("person")
    if person != "file":
        mine = a.patient.in_(Patient.select(Patient.id).where(Patient.identity_key == param("person")))
    if person == "guest":
        mine &= a.contact_email == param("mail")
    return a.select(a.starts, a.ends, ZERO, ZERO, _hex(a.service), ONE, ONE, a.patient).where(
        mine, a.starts > param("recent"), a.status.in_(LIVE), a.idempotency_key != param("moving")
    )


def _params(name: str, count: int) -> list[Any]:
    return [param(f"{name}{number}") for number in range(count)]


def _columns(model: Any, alone: bool) -> list[Any]:
    """In the order of slots.Busy, so that a row of one practitioner is taken as it comes."""
    key = _hex(model.service).concat(pw.SQL("'@'")).concat(_hex(model.schedule))  # slots.group_key
    group = pw.Case(None, [(model.capacity > ONE, key)])
    columns = [model.starts, model.ends, model.buffer_before, model.buffer_after, group, ONE, model.capacity]
    return columns if alone else [*columns, model.practitioner]


def _hex(column: Any) -> Any:
    """As both databases say it; SQLite keeps ids as the digits they are."""
    if is_sqlite():
        return column
    return pw.fn.REPLACE(column.cast("TEXT"), pw.SQL("'-'"), pw.SQL("''"))
