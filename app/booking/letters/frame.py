"""A mail about an appointment as all of them are made: whose, in which language, with which links and calendar file."""

from collections.abc import Callable
from typing import Any

from flask import render_template

from app.booking import calendar_file, labels, links, pages, rights, wording
from app.booking.models import REQUESTED, Appointment
from app.kernel import clock
from app.kernel.i18n import clock_label, gettext, language, speaking, when_label
from app.kernel.ports import Attachment, Letter
from app.practice import brand
from app.practice.queries import primary_host
from app.practice.wordings import NOTHING
from app.web.door import practice_url
from app.web.outside import services

# templates whose subject a practice may word, and to which it may add a paragraph
OWN = {
    "appointment_booked": "booked",
    "appointment_moved": "moved",
    "appointment_cancelled": "cancelled",
    "request_received": "requested",
    "request_approved": "approved",
    "request_refused": "refused",
}
Words = Callable[[], Any]  # looked up while the recipient's language is spoken


def to_person(
    appointment: Appointment, template: str, message_id: str, *, subject: Words, ics: bool = True, **more: Any
) -> Letter | None:
    """To whoever booked, in their language; None where no address is known."""
    if not appointment.contact_email:
        return None
    return _letter(
        appointment,
        template,
        message_id,
        to=appointment.contact_email,
        code=appointment.language,
        subject=subject,
        ics=ics,
        more=more,
    )


def to_practice(
    appointment: Appointment, template: str, message_id: str, *, subject: Words, **more: Any
) -> Letter | None:
    """To the practice's own address, in its first language: that something waits, and nothing of whom or what."""
    address = appointment.practice.profile.get("email")
    if not address:
        return None
    return _letter(
        appointment,
        template,
        message_id,
        to=address,
        code=appointment.practice.languages[0],
        subject=subject,
        ics=False,
        more=more,
    )


def _letter(
    appointment: Appointment,
    template: str,
    message_id: str,
    *,
    to: str,
    code: str,
    subject: Words,
    ics: bool,
    more: dict[str, Any],
) -> Letter:
    practice, host = appointment.practice, primary_host(appointment.practice_id)
    zone, now = appointment.location.timezone, services().clock.now()
    with speaking(code):
        own = wording.of(appointment, OWN[template], code) if template in OWN else NOTHING
        shown = {
            "practice": practice,
            "own": own.paragraph,
            "colour": brand.palette(practice.brand_color).light,
            "appointment": appointment,
            "when": when_label(clock.local(appointment.starts, zone), code),
            "place": calendar_file.place_line(appointment.location, practice, code),
            "sentence": labels.cancellation_sentence(
                appointment.cancel_until,
                appointment.late_fee_cents,
                zone,
                clock.to_minutes(now),
                move=appointment.move_until,
            ),
            "page_url": practice_url(host, f"/appointments/{pages.token(appointment.id)}"),
            "site_url": practice_url(host),
            "language": code,
            **_ways(appointment, host),
            **{name: value() if callable(value) else value for name, value in more.items()},
        }
        return Letter(
            to=to,
            subject=own.subject or subject() % {"practice": practice.name, "when": shown["when"]},
            # in plain text nothing is escaped: an apostrophe stays one
            text=render_template(f"emails/{template}.txt", **shown, _=gettext),
            html=render_template(f"emails/{template}.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=practice.profile.get("email") or None,
            language=code,
            attachments=(_ics(appointment, host, code),) if ics else (),
        )


def when_of(minutes: int, appointment: Appointment) -> Words:
    """A moment at the appointment's site, in words."""
    return lambda: labels.when(minutes, appointment.location.timezone)


def clock_of(minutes: int, appointment: Appointment) -> Words:
    """«10 h 15» on the wall of the appointment's site."""
    return lambda: clock_label(clock.local(minutes, appointment.location.timezone), language())


def link_url(appointment: Appointment, action: str, *, expires: int | None = None) -> str:
    token = links.make(appointment, action, sealer=services().sealer, expires=expires)
    return practice_url(primary_host(appointment.practice_id), f"/action/{token}")


def _ways(appointment: Appointment, host: str) -> dict[str, str]:
    """The links to cancel and to move, as far as the rules let them lead anywhere."""
    now = services().clock.now()
    may = rights.of(appointment, appointment.practice, now=now)
    live = appointment.status in ("booked", *REQUESTED)
    return {
        "cancel_url": link_url(appointment, "cancel") if live and may.cancel else "",
        "move_url": link_url(appointment, "move") if may.move else "",
    }


def _ics(appointment: Appointment, host: str, code: str) -> Attachment:
    method = "CANCEL" if appointment.status == "cancelled" else "PUBLISH"
    return Attachment(
        filename="rendez-vous.ics",
        mime=f"text/calendar; method={method}",
        content=calendar_file.of(appointment, appointment.practice, host=host, code=code),
    )
