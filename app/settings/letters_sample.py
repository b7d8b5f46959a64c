"""A message as it would leave, with invented people: the templates are the real ones."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template

from app.booking import calendar_file
from app.directory.models import Location
from app.kernel import clock
from app.kernel.i18n import _, clock_label, day_label, gettext, speaking, when_label
from app.kernel.owners import Practice
from app.messaging import short
from app.practice import wordings
from app.web.door import practice_url
from app.web.outside import config, services

TEMPLATES = {
    "booked": "appointment_booked",
    "moved": "appointment_moved",
    "cancelled": "appointment_cancelled",
    "reminder": "appointment_reminder",
    "requested": "request_received",
    "approved": "request_approved",
    "refused": "request_refused",
    "waiting-offer": "waiting_offer",
}


@dataclass(frozen=True)
class Sample:
    language: str
    subject: str
    text: str
    sms: str = ""
    places: int = 0  # of 160 to an SMS
    parts: int = 0


def samples(practice: Practice, kind: str, form: Any) -> list[Sample]:
    """What the fields of the form say now, in each language; a field that is refused is left out."""
    return [_sample(practice, kind, code, _typed(form, code)) for code in form.spoken]


def _typed(form: Any, code: str) -> dict[str, str]:
    fields = {part: form[f"{part}-{code}"] for part in form.parts}
    return {part: (field.data or "") if not field.errors else "" for part, field in fields.items()}


def _sample(practice: Practice, kind: str, code: str, typed: dict[str, str]) -> Sample:
    moment = clock.local(clock.to_minutes(services().clock.now() + timedelta(days=8)), practice.timezone)
    moment = moment.replace(hour=10, minute=30)
    with speaking(code):
        site = Location.select().order_by(Location.position).first()
        values = {
            "practice": practice.name,
            "patient": "Camille",
            "day": day_label(moment.date(), code),
            "hour": clock_label(moment, code),
            "practitioner": "Dominique Exemple",
            "place": calendar_file.place_line(site, practice, code) if site else "",
            "phone": practice.profile.get("phone") or "",
        }
        own = wordings.said(
            typed.get("subject", ""), typed.get("paragraph", ""), typed.get("sms", ""), values
        )
        when = when_label(moment, code)
        url = practice_url(f"{practice.slug}.{config().app_host}", "/…")
        links = dict.fromkeys(
            ("page_url", "cancel_url", "move_url", "site_url", "offer_url", "stop_url"), url
        )
        text = render_template(
            f"emails/{TEMPLATES[kind]}.txt",
            practice=practice,
            when=when,
            place=values["place"],
            until=when,
            before=when,
            ends=clock_label(moment + timedelta(minutes=30), code),
            own=own.paragraph,
            language=code,
            _=gettext,
            **links,
        )
        subject = own.subject or _subject(kind) % {"practice": practice.name, "when": when}
        if kind not in wordings.WITH_SMS:
            return Sample(code, subject, _calm(text))
        sms = short.fitted(_sms(kind), own.sms, practice=practice.name, when=when, phone=values["phone"])
        return Sample(code, subject, _calm(text), sms, short.places(sms), short.parts(sms))


def _calm(text: str) -> str:
    """As a person reads it: no three empty lines in a row."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1]))


def _subject(kind: str) -> str:
    """The product's own, as the composers have it."""
    return {
        "booked": _("Your appointment at %(practice)s, %(when)s"),
        "moved": _("Appointment moved: %(practice)s, %(when)s"),
        "cancelled": _("Appointment cancelled: %(practice)s, %(when)s"),
        "reminder": gettext("Reminder: %(practice)s, %(when)s"),
        "requested": _("Your request to %(practice)s, %(when)s"),
        "approved": _("Your appointment is confirmed: %(practice)s, %(when)s"),
        "refused": _("Your request to %(practice)s, %(when)s"),
        "waiting-offer": gettext("A time has come free: %(when)s"),
    }[kind]


def _sms(kind: str) -> str:
    sentence = {
        "reminder": _("%(practice)s: your appointment is on %(when)s."),
        "moved": _("%(practice)s: your appointment was moved to %(when)s."),
        "cancelled": _("%(practice)s: your appointment on %(when)s is cancelled."),
    }[kind]
    return sentence + " " + _("Questions? %(phone)s")
