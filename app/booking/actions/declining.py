"""Somebody for whom an appointment was made by telephone does not accept the conditions they then read."""

from datetime import datetime, timedelta

from app.booking.actions import changes
from app.booking.models import Appointment
from app.booking.refusals import AlreadyCancelled, TooLateToDecline
from app.kernel.clock import to_minutes

DECLINE = timedelta(hours=24)


def decline_until(appointment: Appointment) -> int:
    """A day after it was made, and never later than it begins: minutes since 1970."""
    return min(to_minutes(appointment.created_at + DECLINE), appointment.starts)


def decline(appointment: Appointment, *, by: str, now: datetime) -> None:
    """It ends free of charge, whatever its own deadline: the person never agreed to one.

    AlreadyCancelled, TooLateToDecline.
    """
    if appointment.status == "cancelled":
        raise AlreadyCancelled
    if appointment.status != "booked" or to_minutes(now) >= decline_until(appointment):
        raise TooLateToDecline
    changes.end(appointment, by=by, now=now, verb="appointment.decline")
