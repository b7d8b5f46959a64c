"""One mail for all dates of a series: booked, moved or cancelled together, with one calendar file."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template

from app.booking import calendar_file, labels, series_pages, tokens
from app.booking.models import Appointment
from app.kernel import clock
from app.kernel.i18n import _, gettext, speaking
from app.kernel.ports import Attachment, Letter
from app.practice import brand
from app.practice.queries import primary_host
from app.web.door import practice_url
from app.web.outside import services


def booked(payload: dict[str, Any], message_id: str) -> Letter | None:
    """What is still booked when it leaves; None when nothing is."""
    found = [one for one in series_pages.of(UUID(payload["series"])) if one.status == "booked"]
    return _letter(found, "booked", message_id) if found else None


def moved(payload: dict[str, Any], message_id: str) -> Letter | None:
    found = [one for one in _named(payload) if one.status == "booked"]
    return _letter(found, "moved", message_id) if found else None


def cancelled(payload: dict[str, Any], message_id: str) -> Letter | None:
    found = [one for one in _named(payload) if one.status == "cancelled"]
    return _letter(found, "cancelled", message_id) if found else None


def _named(payload: dict[str, Any]) -> list[Appointment]:
    ids = {UUID(one) for one in payload["appointments"]}
    first = Appointment.get_by_id(next(iter(ids)))
    return [one for one in series_pages.of(first.series_id) if one.id in ids]


def _letter(found: Sequence[Appointment], kind: str, message_id: str) -> Letter | None:
    first = found[0]
    if not first.contact_email:
        return None
    practice, host, code = first.practice, primary_host(first.practice_id), first.language
    zone, now = first.location.timezone, clock.to_minutes(services().clock.now())
    with speaking(code):
        titles = {
            "booked": _("Your appointments are booked"),
            "moved": _("Your appointments are moved"),
            "cancelled": _("Your appointments are cancelled"),
        }
        openings = {
            "booked": _("Your appointments at %(practice)s:", practice=practice.name),
            "moved": _(
                "These are the new times of your appointments at %(practice)s:", practice=practice.name
            ),
            "cancelled": _("These appointments at %(practice)s are cancelled:", practice=practice.name),
        }
        shown = {
            "practice": practice,
            "colour": brand.palette(practice.brand_color).light,
            "title": titles[kind],
            "opening": openings[kind],
            "dates": [labels.when(one.starts, zone) for one in found],
            "place": calendar_file.place_line(first.location, practice, code),
            "sentence": ""
            if kind == "cancelled"
            else labels.cancellation_sentence(first.cancel_until, first.late_fee_cents, zone, now),
            "page_url": practice_url(host, f"/series/{tokens.token(series_pages.KIND, first.series_id)}"),
            "site_url": practice_url(host),
            "language": code,
        }
        method = "CANCEL" if kind == "cancelled" else "PUBLISH"
        content = calendar_file.of_many(((one, practice, host) for one in found), code=code, method=method)
        return Letter(
            to=first.contact_email,
            subject=f"{titles[kind]}: {practice.name}",
            text=render_template("emails/series.txt", **shown, _=gettext),
            html=render_template("emails/series.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=practice.profile.get("email") or None,
            language=code,
            attachments=(Attachment("rendez-vous.ics", f"text/calendar; method={method}", content),),
        )
