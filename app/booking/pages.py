"""What the booking pages show, prepared from queries: the days of a span, the times of a day, the words of a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup, escape

from app.booking import labels, queries
from app.booking.actions import Asked
from app.booking.catalogue import Offer, horizon_end
from app.booking.forms import GuestForm
from app.consent import queries as consent
from app.kernel.clock import to_minutes, today
from app.kernel.errors import NotFound
from app.kernel.i18n import _, day_label, language, short_day
from app.kernel.owners import Practice
from app.web.outside import config

SPANS = ("day", "week", "month")
DAYS_OF = {"day": 1, "week": 7, "month": 35}
TAG_MINUTES = 5  # how coarse «now» is in an ETag: a start that has just passed may be shown this much longer
TOKEN_AGE = 7 * 86_400


@dataclass(frozen=True)
class DayChoice:
    """One day of the strip or the month."""

    day: date
    weekday: str
    number: str
    month: str
    count: int
    chosen: bool
    past: bool
    today: bool
    spoken: str


def tag(offers: Sequence[Offer], now: datetime) -> str:
    catalogue = offers[0].agenda.version
    version = catalogue[1] if isinstance(catalogue, tuple) else 0
    return f"{version}.{queries.availability_tag(offers)}.{to_minutes(now) // TAG_MINUTES}"


def times(
    offers: Sequence[Offer], chosen: Sequence[Offer], *, span: str | None, day: str | None, now: datetime
) -> dict[str, Any]:
    """Everything `_times.html` shows. The first free day is chosen unless one was asked for."""
    span = span if span in SPANS else "week"
    zone = chosen[0].location.timezone
    first_possible, last_possible = today(now, zone), horizon_end(chosen, today(now, zone))
    asked = _day(day)
    if asked is None and span != "day":
        asked = first_free_day(chosen, now=now)
    wanted = min(max(asked or first_possible, first_possible), last_possible)
    start = _start_of(span, wanted, first_possible)
    end = start + timedelta(days=DAYS_OF[span] - 1)
    free = queries.free_times(chosen, first_day=start, last_day=end, now=now)
    starts = free.of(wanted)
    later = None
    if not starts:
        later = queries.next_free_day(chosen, after=wanted, until=last_possible, now=now)
    return {
        "span": span,
        "day": wanted,
        "days": [_choice(found, len(free.of(found)), wanted, first_possible) for found in free.days],
        "groups": grouped(starts, chosen, wanted),
        "count": len(starts),
        "offers": offers,
        "chosen": chosen,
        "offer": chosen[0],
        "schedule": "any" if len(chosen) == len(offers) and len(offers) > 1 else str(chosen[0].schedule.id),
        "earlier": max(start - timedelta(days=DAYS_OF[span]), first_possible) if start > first_possible else None,
        "later": end + timedelta(days=1) if end < last_possible else None,
        "next_free": later,
        "first_possible": first_possible,
        "last_possible": last_possible,
    }


def first_free_day(offers: Sequence[Offer], *, now: datetime) -> date | None:
    zone = offers[0].location.timezone
    start = today(now, zone)
    return queries.next_free_day(offers, after=start - timedelta(days=1), until=horizon_end(offers, start), now=now)


def _start_of(span: str, wanted: date, first: date) -> date:
    """A week starts today or a multiple of seven days later; a month on a Monday, so that columns are weekdays."""
    if span == "day":
        return wanted
    if span == "week":
        return first + timedelta(days=(wanted - first).days // 7 * 7)
    monday = first - timedelta(days=first.weekday())
    return monday + timedelta(days=(wanted - monday).days // 35 * 35)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == 10 and text.isascii() else None
    except ValueError:
        return None


def _choice(day: date, count: int, chosen: date, first: date) -> DayChoice:
    weekday, number, month = short_day(day, language())
    return DayChoice(
        day, weekday, number, month, count, day == chosen, day < first, day == first, day_label(day, language())
    )


def grouped(starts: Sequence[tuple[int, tuple[str, ...]]], offers: Sequence[Offer], day: date) -> list[tuple[str, Any]]:
    """[(«Matin», the radio buttons as markup)], empty parts left out.

    The buttons are joined here from labels that are kept: a loop in the template costs five times as much.
    """
    code, zone = language(), offers[0].location.timezone
    names = {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}
    minutes = offers[0].rules.duration
    spoken = escape(f"{day_label(day, code)}, ")
    lasting = escape(f", {_('%(minutes)s minutes', minutes=minutes)}")
    parts: dict[str, list[str]] = {}
    for start, _who in starts:
        part, clock = labels.start_label(start, zone, code)
        parts.setdefault(part, []).append(
            f'<label class="time"><input type="radio" name="start" value="{start}" required>'
            f'<span class="time__label"><span class="visually-hidden">{spoken}</span>{clock}'
            f'<span class="visually-hidden">{lasting}</span></span></label>'
        )
    return [(names[part], Markup("".join(buttons))) for part, buttons in parts.items()]


def asked(form: GuestForm, offer: Offer, start: int, attempt: UUID, practice: Practice, *, now: datetime) -> Asked:
    """The form as the action takes it, with the texts and the sentence this person had before their eyes."""
    code = language()
    shown = (consent.in_force(practice, kind, code) for kind in ("conditions", "cancellation", "privacy"))
    return Asked(
        start=start,
        attempt=attempt,
        person=form.person(code),
        accepted=bool(form.accept.data),
        sentence=labels.policy_sentence(offer, start, to_minutes(now)),
        texts=tuple(text for text in shown if text is not None),
    )


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(config().secret_key, salt="appointment page")


def token(appointment_id: UUID) -> str:
    """The address of the page that confirms a booking: unguessable, and void after a week."""
    return str(_serializer().dumps(appointment_id.hex))


def of_token(text: str) -> UUID:
    try:
        return UUID(_serializer().loads(text, max_age=TOKEN_AGE))
    except (BadSignature, ValueError, TypeError) as broken:
        raise NotFound from broken
