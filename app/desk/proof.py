"""The proof of one booking on one page of paper: what was shown, what was accepted, when and through which channel."""

from datetime import datetime
from pathlib import Path

from flask import g, render_template

from app.booking import labels, queries
from app.booking.models import Appointment
from app.desk import appointment_page
from app.kernel import clock
from app.kernel.i18n import lazy_gettext as _l
from app.patients import niss
from app.patients.actions import niss_of
from app.practice import brand
from app.practice.queries import primary_host
from app.web.door import practice_url
from app.web.outside import services

STYLES = Path(__file__).resolve().parents[2] / "static" / "css" / "proof.css"
KINDS = {
    "conditions": _l("Conditions"),
    "cancellation": _l("Cancellation"),
    "privacy": _l("Privacy statement"),
    "welcome": _l("Welcome"),
}


def pdf(appointment: Appointment, *, now: datetime) -> bytes:
    """Raises Unavailable where this system cannot print."""
    colour = brand.palette(g.practice.brand_color).light.brand_ink
    styles = STYLES.read_text().replace("BRAND", colour)
    return bytes(services().printer.pdf(html(appointment, now=now), styles=styles))


def html(appointment: Appointment, *, now: datetime) -> str:
    zone, practice = appointment.location.timezone, g.practice
    kept = queries.consent_of(appointment)
    digits = niss_of(appointment.patient, sealer=services().sealer)
    return render_template(
        "desk/proof.html",
        appointment=appointment,
        moment=clock.local(appointment.starts, zone),
        state=labels.STATES[appointment.status],
        origin=appointment_page.ORIGINS[appointment.origin],
        channel=appointment_page.CHANNELS[kept.channel] if kept else "",
        kept=kept,
        kinds=KINDS,
        number=niss.masked(digits) if digits else "",
        texts_url=practice_url(primary_host(practice.id), "/texts"),
        printed_at=now,
    )
