"""The mails of the waiting list: practice, day and hour; never the treatment."""

from typing import Any
from uuid import UUID

from flask import render_template

from app.booking import calendar_file, labels, tokens
from app.kernel import clock
from app.kernel.clock import to_minutes
from app.kernel.i18n import _, clock_label, day_label, gettext, speaking
from app.kernel.owners import Practice
from app.kernel.ports import Letter
from app.practice import brand, wordings
from app.practice.queries import primary_host
from app.waiting import labels as words
from app.waiting import queries
from app.waiting.actions.serving import token_of
from app.waiting.models import WaitEntry, WaitOffer
from app.web.door import practice_url
from app.web.outside import services

ENTRY = "waiting entry"


def joined(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when the wish was withdrawn before it left."""
    entry = queries.entry(UUID(payload["entry"]))
    if entry.state != "waiting":
        return None
    with speaking(entry.language):
        shown = {
            "wished": words.wished(entry),
            "page_url": _url(entry, f"/waiting/{tokens.token(ENTRY, entry.id)}"),
        }
        subject = _("You are on the waiting list of %(practice)s", practice=entry.practice.name)
        return _letter(entry, "waiting_joined", subject, message_id, shown)


def offered(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it is over: a mail that comes too late would only disappoint."""
    offer, now = queries.offer(UUID(payload["offer"])), services().clock.now()
    if offer.state != "open" or to_minutes(now) >= offer.expires:
        return None
    entry, zone = queries.entry(offer.entry_id), offer.entry.location.timezone
    with speaking(entry.language):
        own = wordings.of("waiting-offer", entry.language, lambda: _values(entry, offer))
        held = queries.swapped(entry, now=now)
        shown = {
            "when": labels.when(offer.starts, zone),
            "until": labels.when(offer.expires, zone),
            "place": calendar_file.place_line(entry.location, entry.practice, entry.language),
            "swap": labels.when(held.starts, zone) if held is not None else "",
            "own": own.paragraph,
            "offer_url": _url(entry, f"/waiting/offers/{token_of(offer.id)}"),
        }
        subject = own.subject or _("A time has come free: %(when)s", when=labels.when(offer.starts, zone))
        return _letter(entry, "waiting_offer", subject, message_id, shown)


def _values(entry: WaitEntry, offer: WaitOffer) -> dict[str, str]:
    moment, code = clock.local(offer.starts, entry.location.timezone), entry.language
    return {
        "practice": entry.practice.name,
        "patient": entry.patient.given_name,
        "day": day_label(moment.date(), code),
        "hour": clock_label(moment, code),
        "practitioner": offer.practitioner.name,
        "place": calendar_file.place_line(entry.location, entry.practice, code),
        "phone": entry.practice.profile.get("phone") or "",
    }


def _url(entry: WaitEntry, path: str) -> str:
    return practice_url(primary_host(entry.practice_id), path)


def _letter(entry: WaitEntry, template: str, subject: str, message_id: str, shown: dict[str, Any]) -> Letter:
    practice: Practice = entry.practice
    shown |= {
        "practice": practice,
        "colour": brand.palette(practice.brand_color).light,
        "site_url": _url(entry, "/"),
        "language": entry.language,
    }
    return Letter(
        to=entry.contact_email,
        subject=subject,
        text=render_template(f"emails/{template}.txt", **shown, _=gettext),
        html=render_template(f"emails/{template}.html", **shown),
        message_id=message_id,
        sender_name=practice.name,
        reply_to=practice.profile.get("email") or None,
        language=entry.language,
    )
