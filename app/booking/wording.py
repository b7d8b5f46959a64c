"""What a practice's own sentences may speak of, taken from an appointment."""

from app.booking import calendar_file
from app.booking.models import Appointment
from app.kernel import clock
from app.kernel.i18n import clock_label, day_label
from app.practice import wordings
from app.practice.wordings import Own


def of(appointment: Appointment, kind: str, code: str) -> Own:
    """In the language `code`, which is being spoken."""
    return wordings.of(kind, code, lambda: values(appointment, code))


def values(appointment: Appointment, code: str) -> dict[str, str]:
    moment = clock.local(appointment.starts, appointment.location.timezone)
    return {
        "practice": appointment.practice.name,
        "patient": appointment.patient.given_name,
        "day": day_label(moment.date(), code),
        "hour": clock_label(moment, code),
        "practitioner": appointment.practitioner.name,
        "place": calendar_file.place_line(appointment.location, appointment.practice, code),
        "phone": appointment.practice.profile.get("phone") or "",
    }
