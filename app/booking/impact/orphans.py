"""The queue of appointments without a place: they stay in it until somebody settles each of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.models import STILL, Appointment
from app.booking.refusals import CannotBeChanged
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel import audit
from app.kernel.constant_sql import ConstantSQL
from app.kernel.db import write_tx
from app.patients.models import Patient

MOST = 300


ORPHANS = ConstantSQL(lambda: Appointment.select(pw.fn.COUNT(Appointment.id)).where(_is_orphan()))


def waiting() -> int:
    """How many there are: a number in the navigation of the desk."""
    return int((ORPHANS.row() or (0,))[0])


def _is_orphan() -> Any:
    # written out, not bound: SQLite takes the partial index only when it can read the condition
    return (Appointment.fit == pw.SQL("'orphaned'")) & Appointment.status.in_(
        [pw.SQL(f"'{status}'") for status in STILL]
    )


def queue(ids: list[UUID] | None = None) -> list[Any]:
    """All of them, those of the past too, in the order of the clock; or those among `ids`."""
    query = (
        Appointment.select(Appointment, Patient, Practitioner, HealthcareService, Location, Schedule)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .join_from(Appointment, Schedule)
        .where(_is_orphan())
        .order_by(Appointment.starts, Appointment.id)
        .limit(MOST)
    )
    return list(query if ids is None else query.where(Appointment.id.in_(ids)))


def settle(appointment: Appointment, *, by: str, now: datetime) -> None:
    """It takes place all the same, for instance with somebody who stands in. CannotBeChanged when it is no orphan."""
    with write_tx():
        change = Appointment.update(fit="supported").where(
            Appointment.id == appointment.id, Appointment.fit == "orphaned", Appointment.status.in_(STILL)
        )
        if not change.execute():
            raise CannotBeChanged
        target = audit.of_id("appointment", appointment.id)
        audit.record(by=by, verb="appointment.settle", target=target, at=now)
