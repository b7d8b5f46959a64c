"""Messages in words: what happened, to which appointment, in the language of whoever reads."""

from typing import Any

from app.kernel.clock import local
from app.kernel.i18n import _, language, when_label
from app.kernel.i18n import lazy_gettext as _l
from app.messaging import due

# kind -> (title, icon). A cancelled one is told by who ended it: cancelled.<models.CANCEL_KINDS of booking>
TITLES: dict[str, tuple[Any, str]] = {
    "booked": (_l("Appointment booked"), "calendar-check"),
    "requested": (_l("Request sent to the practice"), "calendar-clock"),
    "approved": (_l("The practice accepted your request"), "calendar-check"),
    "moved": (_l("Appointment moved"), "calendar-clock"),
    "cancelled": (_l("Appointment cancelled"), "calendar-x"),
    "cancelled.practice": (_l("The practice cancelled an appointment"), "calendar-x"),
    "cancelled.refused": (_l("The practice could not accept your request"), "calendar-x"),
    "cancelled.expired": (_l("Your request was not answered in time"), "calendar-x"),
    "reminder": (_l("Reminder of your appointment"), "clock"),
    "questionnaire": (_l("A questionnaire for you"), "list-checks"),
}
SENTENCES: dict[str, Any] = {
    "booked": _l("Your appointment is booked."),
    "requested": _l("The practice has your request and will answer it. The time is kept for you until then."),
    "approved": _l("Your request is accepted: the appointment is booked."),
    "moved": _l("Your appointment has another time."),
    "cancelled": _l("This appointment is cancelled. You need not do anything else."),
    "cancelled.practice": _l(
        "The practice cannot keep this appointment. You can book another time online, or call."
    ),
    "cancelled.refused": _l(
        "The time you asked for is not possible. You can choose another one online, or call."
    ),
    "cancelled.expired": _l(
        "The time you asked for is free again. You can choose another one online, or call."
    ),
    "reminder": _l("You are expected:"),
    "questionnaire": _l(
        "The practice asks you to answer some questions. Only the practice reads your answers."
    ),
}
LEADS: dict[int, Any] = {
    7 * due.DAY: _l("7 days before, at the hour of the appointment"),
    3 * due.DAY: _l("3 days before, at the hour of the appointment"),
    2 * due.DAY: _l("2 days before, at the hour of the appointment"),
    due.DAY: _l("The day before, at the hour of the appointment"),
    240: _l("4 hours before"),
    120: _l("2 hours before"),
}


def key(kind: str, payload: dict[str, Any]) -> str:
    """What TITLES and SENTENCES know it by; a reason of a newer release is told as its kind."""
    full = f"{kind}.{payload['ended']}" if "ended" in payload else kind
    return full if full in TITLES else kind


def when(start: int, zone: str) -> str:
    return when_label(local(start, zone), language())


def title(kind: str, payload: dict[str, Any]) -> str:
    known = TITLES.get(key(kind, payload))
    return str(known[0]) if known else _("Message from the practice")


def icon_of(kind: str, payload: dict[str, Any]) -> str:
    known = TITLES.get(key(kind, payload))
    return known[1] if known else "message-square"


def sentence(kind: str, payload: dict[str, Any]) -> str:
    return str(SENTENCES.get(key(kind, payload), ""))
