"""The mails of a send: the colleague who takes over, three other times, or that it cannot take place."""

from typing import Any

from flask import render_template

from app.booking import calendar_file, queries
from app.booking.models import STILL, Reoffer
from app.booking.reoffers.sending import token_of
from app.directory.models import Practitioner, Schedule
from app.kernel import clock
from app.kernel.i18n import _, gettext, speaking, when_label
from app.kernel.ports import Letter
from app.practice import brand
from app.practice.queries import primary_host
from app.web.door import practice_url
from app.web.outside import services


def offered(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it no longer applies: the desk did something else with the appointment before it left."""
    return _letter(Reoffer.get_by_id(payload["reoffer"]), message_id)


def called_off(payload: dict[str, Any], message_id: str) -> Letter | None:
    return _letter(Reoffer.get_by_id(payload["reoffer"]), message_id)


def _letter(reoffer: Reoffer, message_id: str) -> Letter | None:
    appointment = queries.appointment(reoffer.appointment_id)
    alive = appointment.status == "cancelled" if reoffer.choice == "cancel" else appointment.status in STILL
    if not appointment.contact_email or not alive or appointment.version != reoffer.version:
        return None
    practice, code = appointment.practice, appointment.language
    zone, host = appointment.location.timezone, primary_host(appointment.practice_id)
    with speaking(code):
        was = when_label(clock.local(reoffer.was_start, zone), code)
        told = {"practice": practice.name, "when": was}
        subject = {
            "colleague": lambda: _("Somebody else receives you: %(practice)s, %(when)s", **told),
            "times": lambda: _("Your appointment needs another time: %(practice)s, %(when)s", **told),
            "cancel": lambda: _("Appointment cancelled: %(practice)s, %(when)s", **told),
        }[reoffer.choice]()
        shown = {
            "practice": practice,
            "colour": brand.palette(practice.brand_color).light,
            "reoffer": reoffer,
            "appointment": appointment,
            "was": was,
            "times": _times(reoffer, zone, code),
            "place": calendar_file.place_line(appointment.location, practice, code),
            "link": practice_url(host, f"/reoffers/{token_of(reoffer.id, sealer=services().sealer)}"),
            "phone": appointment.location.phone or practice.profile.get("phone"),
            "site_url": practice_url(host),
            "language": code,
        }
        return Letter(
            to=appointment.contact_email,
            subject=subject,
            text=render_template("emails/appointment_reoffered.txt", **shown, _=gettext),
            html=render_template("emails/appointment_reoffered.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=practice.profile.get("email") or None,
            language=code,
        )


def _times(reoffer: Reoffer, zone: str, code: str) -> list[tuple[str, str]]:
    """(when, with whom) of every time on offer."""
    rows = Schedule.select(Schedule, Practitioner).join(Practitioner)
    names = {row.id.hex: row.practitioner.name for row in rows}
    return [
        (when_label(clock.local(start, zone), code), names.get(schedule, ""))
        for schedule, start in reoffer.alternatives
    ]
