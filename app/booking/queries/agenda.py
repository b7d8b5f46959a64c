"""What stands in the agendas within a span, as plain rows: the page everybody at the desk looks at all day."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import peewee as pw

from app.booking.models import Appointment, Resource, ResourceUse
from app.directory.models import Practitioner
from app.kernel.audit import AuditHead
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed
from app.kernel.owners import pick
from app.patients.models import Patient

REACH = 240  # minutes a room is taken before the appointment it is for: the longest buffer


class Visit(NamedTuple):
    """One appointment. Ids are 32 hexadecimal signs; instants are minutes since 1970."""

    id: str
    patient: str
    practitioner: str
    schedule: str
    service: str
    session: str
    starts: int
    ends: int
    capacity: int
    status: str
    version: int
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def dashed(self) -> str:
        """The id as addresses write it."""
        text = self.id
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


VISITS = ConstantSQL(lambda: _visits_query())
ROOMS = ConstantSQL(lambda: _rooms_query())
STATE = ConstantSQL(lambda: _state_query())


def _visits_query() -> Any:
    a, p = Appointment, Patient
    return (
        a.select(
            a.id,
            a.patient,
            a.practitioner,
            a.schedule,
            a.service,
            a.session_key,
            a.starts,
            a.ends,
            a.capacity,
            a.status,
            a.version,
            p.given_name,
            p.family_name,
        )
        .join(p, on=(a.patient == p.id) & (a.practice == p.practice))
        .where(a.starts >= param("first"), a.starts < param("last"), a.status != "entered-in-error")
        .order_by(a.starts, a.created_at)
    )


def _rooms_query() -> Any:
    use, room = ResourceUse, Resource
    return (
        use.select(use.session_key, room.name)
        .join(room, on=(use.resource == room.id) & (use.practice == room.practice))
        .where(use.starts >= param("first"), use.starts < param("last"), use.hold.is_null())
        .order_by(room.position, room.key)
    )


def _state_query() -> Any:
    a = Appointment
    free = Practitioner.select(pw.fn.SUM(Practitioner.availability_version))
    journal = AuditHead.select(AuditHead.seq).where(AuditHead.chain == param("practice"))
    return a.select(pw.fn.COUNT(a.id), pw.fn.SUM(a.version), free, journal).where(
        a.starts >= param("first"), a.starts < param("last")
    )


def visits(first: int, last: int) -> list[Visit]:
    """Everything that starts from `first` to before `last` (UTC minutes), cancelled ones too, by the clock."""
    made = Visit._make
    rows = VISITS.rows(first=first, last=last)
    if rows and isinstance(rows[0][0], UUID):  # PostgreSQL's driver reads ids as such
        return [made((*map(hexed, row[:6]), *row[6:])) for row in rows]
    return [made(row) for row in rows]


def rooms(first: int, last: int, *, language: str, languages: Sequence[str]) -> dict[str, str]:
    """session -> the names of the rooms and devices it takes within the span, in the practice's own order."""
    found: dict[str, str] = {}
    for session, names in ROOMS.rows(first=first - REACH, last=last):
        key, name = hexed(session), pick(Resource.name.python_value(names), language, languages)
        found[key] = f"{found[key]}, {name}" if key in found else name
    return found


def state(first: int, last: int) -> tuple[tuple[int, ...], int]:
    """(versions, journal). The first differs as soon as anything within the span did: every change raises a version,
    and none ever falls. The second is the end of the practice's journal, where every change leaves a line."""
    *versions, journal = (int(value or 0) for value in STATE.row(first=first, last=last) or (0,))
    return tuple(versions), journal
