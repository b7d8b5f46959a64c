"""The visit itself, noted at the desk: arrived, in treatment, done, did not come; and corrections."""

from datetime import datetime
from typing import Any

import peewee as pw

from app.booking.actions import place
from app.booking.events import MissTakenBack, PatientMissed
from app.booking.models import OCCUPYING, Appointment
from app.booking.refusals import CannotBeChanged, TooSoonToMiss
from app.booking.states import may_become
from app.booking.walls import WALL_NAMES
from app.kernel import audit
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.events import publish

STEPS = ("booked", "arrived", "checked-in", "fulfilled", "noshow", "entered-in-error")

MISSED_AFTER = 15  # minutes after the start, somebody is not late any more


def miss(appointment: Appointment, *, by: str, now: datetime) -> None:
    """Nobody came, which one knows a quarter of an hour after the start. TooSoonToMiss, and what `note` raises."""
    if may_become(appointment.status, "noshow") and to_minutes(now) < appointment.starts + MISSED_AFTER:
        raise TooSoonToMiss
    note(appointment, "noshow", by=by, now=now)


def note(appointment: Appointment, status: str, *, by: str, now: datetime) -> None:
    """One step of the visit, or one back. CannotBeChanged where states.TRANSITIONS has no such step, somebody was
    quicker, or a place given up by mistake has been taken since."""
    if status not in STEPS or not may_become(appointment.status, status):
        raise CannotBeChanged
    try:
        _note(appointment, status, by=by, now=now)
    except pw.IntegrityError as wall:
        if any(name in str(wall) for name in WALL_NAMES):
            raise CannotBeChanged from wall
        raise


def _note(appointment: Appointment, status: str, *, by: str, now: datetime) -> None:
    with write_tx():
        if (appointment.status in OCCUPYING) != (status in OCCUPYING):
            place.bump([appointment.practitioner_id])
        clock = _stopwatch(status, to_minutes(now))
        change = Appointment.update(status=status, version=Appointment.version + 1, **clock).where(
            Appointment.id == appointment.id,
            Appointment.status == appointment.status,
            Appointment.version == appointment.version,
        )
        if not change.execute():
            raise CannotBeChanged
        audit.record(
            by=by,
            verb=f"appointment.{status}",
            target=audit.of_id("appointment", appointment.id),
            at=now,
            detail={"from": appointment.status},
        )
        if status == "noshow":
            publish(PatientMissed(appointment.id, appointment.practitioner_id, now))
        if appointment.status == "noshow":
            publish(MissTakenBack(appointment.id, appointment.practitioner_id, by, now))


def _stopwatch(status: str, minute: int) -> dict[str, Any]:
    """When the treatment began and ended; a step back takes away what it noted, and «done» alone began at no time."""
    if status == "checked-in":
        return {"treated_from": pw.fn.COALESCE(Appointment.treated_from, minute), "treated_until": None}
    if status == "fulfilled":
        return {"treated_until": minute}
    return {"treated_from": None, "treated_until": None}
