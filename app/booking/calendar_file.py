"""An appointment as a calendar file (RFC 5545): stable UID, rising SEQUENCE, the practice's zone spelled out."""

from datetime import timedelta
from typing import Any

from app.booking.models import Appointment
from app.kernel import clock
from app.kernel.i18n import NBSP
from app.kernel.owners import Practice, pick


def of(appointment: Appointment, practice: Practice, *, host: str, code: str) -> bytes:
    """METHOD:PUBLISH, or CANCEL once cancelled. The title names the practice and nothing of the treatment."""
    from icalendar import Calendar, Event, vText

    location = appointment.location
    cancelled = appointment.status == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", "-//Parvis//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
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
    if not cancelled:
        event.add_component(_reminder(practice))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


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
