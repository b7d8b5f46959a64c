"""An appointment as a calendar file (RFC 5545): stable UID, rising SEQUENCE, the practice's zone spelled out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from app.booking.models import Appointment
from app.kernel import clock
from app.kernel.i18n import NBSP
from app.kernel.owners import Practice, pick


def of(appointment: Appointment, practice: Practice, *, host: str, code: str) -> bytes:
    """METHOD:PUBLISH, or CANCEL once cancelled. The title names the practice and nothing of the treatment."""
    calendar = _calendar("CANCEL" if appointment.status == "cancelled" else "PUBLISH")
    calendar.add_component(_event(appointment, practice, host=host, code=code))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def of_many(
    entries: Iterable[tuple[Appointment, Practice, str]], *, code: str, method: str = "PUBLISH"
) -> bytes:
    """(appointment, practice, host) of several practices as one calendar, without reminders."""
    calendar = _calendar(method)
    for appointment, practice, host in entries:
        calendar.add_component(_event(appointment, practice, host=host, code=code, remind=False))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Any:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Parvis//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(appointment: Appointment, practice: Practice, *, host: str, code: str, remind: bool = True) -> Any:
    from icalendar import Event, vText

    location = appointment.location
    cancelled = appointment.status == "cancelled"
    event = Event()
    event.add("uid", f"{appointment.id}@{host.split(':')[0]}")
    event.add("sequence", appointment.version - 1)
    event.add("dtstamp", appointment.cancelled_at or appointment.created_at)
    event.add("dtstart", clock.local(appointment.starts, location.timezone))
    event.add("dtend", clock.local(appointment.ends, location.timezone))
    event.add("summary", practice.name)
    event.add("location", vText(place_line(location, practice, code).replace(NBSP, " ")))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if remind and not cancelled:
        event.add_component(_reminder(practice))
    return event


def _reminder(practice: Practice) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", practice.name)
    alarm.add("trigger", timedelta(hours=-2))
    return alarm


def place_line(location: Any, practice: Practice, code: str) -> str:
    town = pick(location.town, code, practice.languages)
    return f"{location.street}, {location.postcode}{NBSP}{town}"
