"""Which appointments to come other rules would be about; each keeps the rules it was made under."""

from dataclasses import dataclass
from datetime import datetime

import peewee as pw

from app.booking.models import STILL, Appointment
from app.booking.rulebook import Rulebook, bookable, concerns
from app.kernel.clock import to_minutes


@dataclass(frozen=True)
class Touched:
    """`affected` appointments are where other rules would hold; `closed` of them could not be made online any more."""

    affected: int = 0
    closed: int = 0


def of_rules(before: Rulebook, after: Rulebook, *, now: datetime) -> Touched:
    """One statement. Deadline and fee were told with the appointment and stay: only numbers are of interest."""
    made = (Appointment.service, Appointment.schedule, Appointment.level)
    rows = (
        Appointment.select(*made, pw.fn.COUNT(Appointment.id))
        .where(Appointment.starts >= to_minutes(now), Appointment.status.in_(STILL))
        .group_by(*made)
        .tuples()
    )
    affected = closed = 0
    for service, schedule, level, count in rows:
        where = {"service": service.hex, "agenda": schedule.hex, "level": level}
        if concerns(before, after, **where):
            affected += count
            if bookable(before, **where) and not bookable(after, **where):
                closed += count
    return Touched(affected, closed)
