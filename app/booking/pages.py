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
from app.booking.catalogue import Catalogue, Offer, horizon_end
from app.booking.forms import GuestForm
from app.consent import queries as consent
from app.kernel.clock import local, to_minutes, today
from app.kernel.errors import NotFound
from app.kernel.i18n import _, day_label, language, month_label, short_day
from app.kernel.owners import Practice
from app.web.outside import config

SPANS = ("day", "week", "month")
DAYS_OF = {"day": 1, "week": 7, "month": 35}
TAG_MINUTES = 5  # how coarse «now» is in an ETag: a start that has just passed may be shown this much longer
TOKEN_AGE = 7 * 86_400
SHOWN_TEXTS = ("conditions", "cancellation", "privacy")


@dataclass(frozen=True)
class DayChoice:
    """One day of the strip or the month."""

    url: str
    weekday: str
    number: str
    label: str  # in full, for who cannot see the strip
    count: int
    current: bool
    past: bool


@dataclass(frozen=True)
class MenuLine:
    """A service as the practice's page and the first step list it."""

    service: Any
    duration: str
    price: str


@dataclass(frozen=True)
class FreeLine:
    """A first free time, with the way to it."""

    offer: Offer
    start: int
    moment: datetime


@dataclass(frozen=True)
class SiteLine:
    """A site where a service can be had."""

    location: Any
    offers: Sequence[Offer]
    first_free: FreeLine | None
    price: str


def menu(catalogue: Catalogue) -> list[MenuLine]:
    lines = []
    for service in catalogue.services:
        offers = catalogue.of_service(service.id)
        lines.append(MenuLine(service, labels.duration_span(offers), labels.price_span(offers)))
    return lines


def site_line(offers: Sequence[Offer], *, now: datetime) -> SiteLine:
    soonest = queries.soonest(offers, now=now)
    return SiteLine(
        offers[0].location, offers, free_line(soonest) if soonest else None, labels.price_span(offers)
    )


def free_line(soonest: tuple[int, Offer]) -> FreeLine:
    start, offer = soonest
    return FreeLine(offer, start, local(start, offer.location.timezone))


def tag(offers: Sequence[Offer], now: datetime) -> str:
    catalogue = offers[0].agenda.version
    version = catalogue[1] if isinstance(catalogue, tuple) else 0
    return f"{version}.{queries.availability_tag(offers)}.{to_minutes(now) // TAG_MINUTES}"


def times(
    offers: Sequence[Offer],
    chosen: Sequence[Offer],
    *,
    span: str | None,
    day: str | None,
    begin: str | None,
    now: datetime,
) -> dict[str, Any]:
    """Everything `_times.html` shows: the day asked for, else the first free one, of the span that begins at `begin` if any."""
    span = span if span in SPANS else "week"
    zone = chosen[0].location.timezone
    first_possible, last_possible = today(now, zone), horizon_end(chosen, today(now, zone))
    asked, begins = _day(day), _day(begin)
    if asked is None and begins is None and span != "day":
        asked = first_free_day(chosen, now=now)
    wanted = min(max(asked or begins or first_possible, first_possible), last_possible)
    start = _start_of(span, wanted, first_possible)
    end = start + timedelta(days=DAYS_OF[span] - 1)
    free = queries.free_times(chosen, first_day=start, last_day=end, now=now)
    if asked is None and begins is not None:
        wanted = next((found for found, starts in free.days.items() if starts), wanted)
    starts = free.of(wanted)
    later = None
    if not starts:
        later = queries.next_free_day(chosen, after=wanted, until=last_possible, now=now)
    schedule = "any" if len(chosen) == len(offers) and len(offers) > 1 else str(chosen[0].schedule.id)
    here, code = f"?schedule={schedule}&span={span}&", language()
    return {
        "span": span,
        "day": wanted,
        "days": [_choice(found, len(free.of(found)), wanted, first_possible, here) for found in free.days],
        "groups": grouped(starts, chosen, wanted),
        "count": len(starts),
        "offers": offers,
        "chosen": chosen,
        "offer": chosen[0],
        "schedule": schedule,
        "here": here,
        "title": day_label(wanted, code) if span == "day" else month_label(start, code, end),
        "people": _people(offers, schedule, f"&span={span}&day={wanted}") if len(offers) > 1 else None,
        "facts": " · ".join(filter(None, (labels.duration_span(chosen), labels.price_span(chosen)))),
        "earlier": max(start - timedelta(days=DAYS_OF[span]), first_possible) if start > first_possible else None,
        "later": end + timedelta(days=1) if end < last_possible else None,
        "next_free": later,
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


def _people(offers: Sequence[Offer], schedule: str, rest: str) -> list[dict[str, Any]]:
    """Whom one can choose; «anyone» first."""
    anyone = {"id": "any", "url": f"?schedule=any{rest}", "name": _("Anyone"), "icon": "users", "current": schedule == "any"}
    people = [
        {
            "id": str(offer.schedule.id),
            "url": f"?schedule={offer.schedule.id}{rest}",
            "name": offer.practitioner.name,
            "initials": f"{offer.practitioner.given_name} {offer.practitioner.family_name}",
            "current": schedule == str(offer.schedule.id),
        }
        for offer in offers
    ]
    return [anyone, *people]


def _choice(day: date, count: int, chosen: date, first: date, here: str) -> DayChoice:
    code = language()
    weekday, number, _month = short_day(day, code)
    return DayChoice(
        url=f"{here}day={day}",
        weekday=weekday,
        number=number,
        label=day_label(day, code),
        count=count,
        current=day == chosen,
        past=day < first,
    )


def grouped(
    starts: Sequence[tuple[int, tuple[str, ...]]], offers: Sequence[Offer], day: date
) -> list[tuple[str, str, Markup]]:
    """[("morning", «Matin», the radio buttons as markup)], empty parts left out.

    The buttons are joined here from labels that are kept: a loop in the template costs five times as much.
    They are those of `time_grid` in components/booking.html.
    """
    code, zone = language(), offers[0].location.timezone
    names = {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}
    minutes = offers[0].rules.duration
    if len(offers) == 1:
        who = offers[0].practitioner.name
        rest = _("%(minutes)s minutes, with %(who)s", minutes=minutes, who=who)
        detail = _("%(duration)s with %(who)s", duration=labels.duration_label(minutes), who=who)
    else:
        rest = _("%(minutes)s minutes", minutes=minutes)
        detail = labels.duration_span(offers)
    before = escape(f"{day_label(day, code)}, ")
    middle = f'" data-detail="{escape(detail)}"><span class="time-face"><span class="visually-hidden">{before}</span>'
    after = f'</span><span class="visually-hidden">, {escape(rest)}</span></span></label>'
    parts: dict[str, list[str]] = {}
    for start, _who in starts:
        part, clock, when = labels.start_label(start, zone, code)
        parts.setdefault(part, []).append(
            f'<label class="time"><input type="radio" name="start" value="{start}" required data-chosen="{when}'
            f'{middle}<span class="time-clock">{clock}{after}'
        )
    for buttons in parts.values():
        buttons[0] = buttons[0].replace("<input ", '<input id="first-time" ')  # where the error summary leads
        break
    return [(part, names[part], Markup("".join(buttons))) for part, buttons in parts.items()]


def asked(form: GuestForm, offer: Offer, start: int, attempt: UUID, practice: Practice, *, now: datetime) -> Asked:
    """The form as the action takes it, with the texts and the sentence this person had before their eyes."""
    code = language()
    shown = (consent.in_force(practice, kind, code) for kind in SHOWN_TEXTS)
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
