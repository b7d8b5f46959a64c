"""What a person comes for next, wherever it is: one constant statement, that never reads what is over."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.booking.models import Appointment
from app.booking.queries.mine import STILL, File
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel.clock import to_minutes
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.tenancy import across_practices

MOST = 5  # a list of the next few; who has more follows the link to all of them
LONGEST = 1440  # minutes of one appointment: what still runs began at most so long ago


@dataclass(frozen=True)
class Ahead:
    """An appointment to come as a list shows it; instants in minutes since 1970."""

    id: UUID
    patient_id: UUID
    starts: int
    ends: int
    status: str
    service_id: UUID
    service: dict[str, str]
    practitioner: str
    street: str
    postcode: str
    town: dict[str, str]
    lat: float
    lon: float
    timezone: str
    cancel_until: int
    move_until: int | None


def ahead(files: Sequence[File], *, now: datetime) -> list[Ahead]:
    """The next MOST, soonest first; requests too. `files`: (practice, patient)."""
    if not files:
        return []
    minutes = to_minutes(now)
    given: dict[str, Any] = {"now": minutes, "since": minutes - LONGEST}
    for at, (practice, patient) in enumerate(files):
        given |= {f"practice{at}": practice.hex, f"patient{at}": patient.hex}
    with across_practices(reason="a person's own appointments, wherever they are"):
        rows = _ahead(len(files)).rows(**given)
    return [_read(row) for row in rows]


@lru_cache(maxsize=64)
def _ahead(files: int) -> ConstantSQL:
    """For so many files. The start stands within each, so that its index skips what was before."""

    def build() -> Any:
        A, S, P, L = Appointment, HealthcareService, Practitioner, Location
        of_one = [
            (A.practice == param(f"practice{at}"))
            & (A.patient == param(f"patient{at}"))
            & (A.starts > param("since"))
            for at in range(files)
        ]
        whose = of_one[0]
        for more in of_one[1:]:
            whose = whose | more
        return (
            A.select(
                *(A.id, A.patient, A.starts, A.ends, A.status, A.service, S.name),
                *(P.title, P.given_name, P.family_name),
                *(L.street, L.postcode, L.town, L.lat, L.lon, L.timezone, A.cancel_until, A.move_until),
            )
            .join_from(A, S)
            .join_from(A, P)
            .join_from(A, L)
            .where(whose, A.ends > param("now"), A.status.in_(STILL))
            .order_by(A.starts, A.id)
            .limit(MOST)
        )

    return ConstantSQL(build, tenant=False)


def _read(row: tuple[Any, ...]) -> Ahead:
    ident, patient, starts, ends, status, service_id, service, title, given, family, *rest = row
    street, postcode, town, lat, lon, zone, cancel_until, move_until = rest
    return Ahead(
        _uuid(ident), _uuid(patient), starts, ends, status, _uuid(service_id), json.loads(service),
        " ".join(filter(None, (title, given, family))),
        street, postcode, json.loads(town), lat, lon, zone, cancel_until, move_until,
    )  # fmt: skip


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
