"""What happened to one appointment, in sentences: from the journal, where nothing is ever changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.booking import labels
from app.booking.models import Appointment
from app.desk.why_not import words_of
from app.kernel.audit import AuditEvent, of_id
from app.kernel.i18n import _, language, money_label
from app.kernel.i18n import lazy_gettext as _l
from app.staff.queries import name_of

SENTENCES: dict[str, Any] = {
    "appointment.book": _l("Booked"),
    "appointment.approve": _l("The request was approved"),
    "appointment.ask": _l("The person was asked something first"),
    "appointment.answer": _l("The person answered"),
    "appointment.refuse": _l("The request was refused"),
    "appointment.expire": _l("Nobody answered the request in time"),
    "appointment.undo": _l("Taken back within three minutes"),
    "appointment.cancel": _l("Cancelled"),
    "appointment.decline": _l("Declined: the conditions were not accepted"),
    "appointment.booked": _l("Noted as booked again"),
    "appointment.arrived": _l("Noted as arrived"),
    "appointment.checked-in": _l("Noted as in treatment"),
    "appointment.fulfilled": _l("Noted as done"),
    "appointment.noshow": _l("Noted as missed"),
    "appointment.entered-in-error": _l("Noted as entered by mistake"),
    "fee.propose": _l("A fee was proposed"),
    "fee.keep": _l("The fee was kept"),
    "fee.waive": _l("The fee was waived"),
    "proof.read": _l("The proof of what was accepted was printed"),
}
WHO = {
    "guest": _l("the patient"),
    "worker": _l("the portal"),
    "portal": _l("the portal"),
    "operator": _l("the portal"),
}
A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    """One sentence, and below it what was broken and why."""

    what: str
    who: str
    at: datetime
    broken: tuple[str, ...] = ()
    because: str = ""


def of(appointment: Appointment) -> list[Line]:
    """Oldest first. From the day it was made: the journal is read by time."""
    events = (
        AuditEvent.select()
        .where(
            AuditEvent.at >= appointment.created_at - A_MOMENT,
            AuditEvent.target == of_id("appointment", appointment.id),
        )
        .order_by(AuditEvent.at, AuditEvent.seq)
    )
    return [_line(event, appointment) for event in events if event.verb != "appointment.read"]


def _line(event: AuditEvent, appointment: Appointment) -> Line:
    detail = event.detail
    who = str(WHO.get(event.actor, "")) or name_of(event.actor)
    broken = tuple(words_of(code) for code in detail.get("broken", ()))
    return Line(_what(event, appointment), who, event.at, broken, str(detail.get("because", "")))


def _what(event: AuditEvent, appointment: Appointment) -> str:
    detail, zone = event.detail, appointment.location.timezone
    if event.verb == "appointment.move":
        return _(
            "Moved from %(before)s to %(after)s",
            before=labels.when(detail["from"], zone),
            after=labels.when(detail["to"], zone),
        )
    if event.verb == "appointment.resize":
        return _(
            "Lasts %(after)s instead of %(before)s",
            before=labels.duration_label(detail["from"]),
            after=labels.duration_label(detail["to"]),
        )
    said = str(SENTENCES.get(event.verb, _("Changed")))
    if event.verb == "appointment.cancel":
        by_practice = detail.get("kind") == "practice"
        said = _("Cancelled by the practice") if by_practice else _("Cancelled for the patient")
        return f"{said}, {_('after the deadline')}" if detail.get("late") else said
    if "cents" in detail:
        return f"{said} ({money_label(detail['cents'], language())})"
    return said
