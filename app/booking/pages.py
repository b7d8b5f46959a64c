"""What the booking pages show, prepared from queries: the days of a span, the times of a day, the words of a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from app.booking import fragment, labels, queries, told
from app.booking.actions import Asked
from app.booking.catalogue import Catalogue, Offer, horizon_end
from app.booking.forms import GuestForm
from app.booking.menu import MenuLine
from app.booking.questions import ANYBODY, Asking
from app.booking.standing import Seen
from app.booking.told import Told
from app.booking.whose import Whose
from app.consent import queries as consent
from app.kernel.clock import local, to_minutes, today
from app.kernel.errors import NotFound
from app.kernel.i18n import _, day_label, language, month_label
from app.kernel.owners import Practice
from app.web import limits
from app.web.outside import config

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "booking"
SPANS = ("day", "week", "month")
DAYS_OF = {"day": 1, "week": 7, "month": 35}
# a new release may draw the same times differently
RELEASE = crc32("".join(sorted(map(str, (p.stat().st_mtime_ns for p in TEMPLATES.glob("*.html"))))).encode())
TAG_MINUTES = 5  # how coarse «now» is in an ETag: a start that has just passed may be shown this much longer
SHOWN_TEXTS = ("conditions", "cancellation", "privacy")


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
    told: Told


def menu(catalogue: Catalogue, seen: Seen) -> list[MenuLine]:
    lines = []
    for service in catalogue.services:
        offers = catalogue.of_service(service.id)
        span, price = labels.duration_span(offers), labels.price_span(offers)
        lines.append(MenuLine(service, span, price, told.note(offers, seen)))
    return lines


def site_line(practice: Practice, offers: Sequence[Offer], seen: Seen, *, now: datetime) -> SiteLine:
    """The first free time is that of the agendas where one can do most; what is for the telephone shows none."""
    shown = told.best(offers, guest=seen.is_guest)
    bookable = [offer for offer in shown if offer.is_bookable]
    soonest = queries.soonest(bookable, now=now, asking=seen.asking) if bookable else None
    return SiteLine(
        offers[0].location,
        offers,
        free_line(soonest) if soonest else None,
        labels.price_span(offers),
        told.of(practice, shown, seen, now=now),
    )


def free_line(soonest: tuple[int, Offer]) -> FreeLine:
    start, offer = soonest
    return FreeLine(offer, start, local(start, offer.location.timezone))


def tag(offers: Sequence[Offer], seen: Seen, now: datetime) -> str:
    """Of free times as this viewer sees them: what they hold themselves shapes them too."""
    whose = crc32(repr((seen.standing, seen.asking.own)).encode()) if seen.signed_in else 0
    tagged = queries.availability_tag(offers)
    return f"{RELEASE}.{offers[0].version}.{tagged}.{to_minutes(now) // TAG_MINUTES}.{whose:x}"


def times(
    offers: Sequence[Offer],
    chosen: Sequence[Offer],
    *,
    span: str | None,
    day: str | None,
    begin: str | None,
    now: datetime,
    schedule: str | None = None,
    asking: Asking = ANYBODY,
    applies: Told | None = None,
) -> dict[str, Any]:
    """Everything `_times.html` shows: the day asked for, else the first free one, from `begin` on.

    `applies`: what this viewer is told of the chosen agendas; where they can only call, no time is looked for.
    """
    span = span if span in SPANS else "week"
    zone = chosen[0].location.timezone
    first_possible = today(now, zone)
    last_possible = horizon_end(chosen, first_possible)
    asked, begins = day_of(day), day_of(begin)
    by_telephone = applies is not None and applies.kind == "call"
    if asked is None and begins is None and span != "day" and not by_telephone:
        asked = first_free_day(chosen, now=now, asking=asking)
    wanted = min(max(asked or begins or first_possible, first_possible), last_possible)
    start = _start_of(span, wanted, first_possible)
    end = start + timedelta(days=DAYS_OF[span] - 1)
    if by_telephone:
        free = queries.FreeTimes(zone, {})
    else:
        free = queries.free_times(chosen, first_day=start, last_day=end, now=now, asking=asking)
    if asked is None and begins is not None:
        open_days = [found for found, starts in free.days.items() if starts]
        wanted = next(
            (found for found in open_days if found >= wanted), open_days[0] if open_days else wanted
        )
    starts = free.of(wanted)
    later = None
    if not starts and not by_telephone:
        later = queries.next_free_day(chosen, after=wanted, until=last_possible, now=now, asking=asking)
    if schedule is None:
        schedule = "any" if len(chosen) == len(offers) and len(offers) > 1 else str(chosen[0].schedule.id)
    here, code = f"?schedule={schedule}&span={span}&", language()
    offer = chosen[0]
    return {
        "key": (
            offer.agenda.version,
            offer.policy,
            offer.service.id,
            offer.location.id,
            schedule,
            span,
            wanted,
            start,
            first_possible,
            later,
            code,
            applies,
        ),
        "told": applies,
        "span": span,
        "day": wanted,
        "days": Markup("")
        if by_telephone
        else fragment.days(
            [(found, len(found_starts)) for found, found_starts in free.days.items()],
            chosen=wanted,
            first=first_possible,
            here=here,
            span=span,
            code=code,
        ),
        "groups": fragment.times(starts, chosen, wanted, code=code),
        "offers": offers,
        "chosen": chosen,
        "offer": offer,
        "schedule": schedule,
        "here": here,
        "start": start,
        "end": end,
        "bounds": (first_possible, last_possible),
        "next_free": later,
    }


def around(shown: dict[str, Any]) -> dict[str, Any]:
    """The rest of the page of times: what does not change with a booking, so that a fragment seldom asks for it."""
    span, wanted, start, end = shown["span"], shown["day"], shown["start"], shown["end"]
    offers, chosen, schedule, code = shown["offers"], shown["chosen"], shown["schedule"], language()
    first_possible, last_possible = shown["bounds"]
    return {
        **shown,
        "title": day_label(wanted, code) if span == "day" else month_label(start, code, end),
        "people": _people(offers, schedule, f"&span={span}&from={wanted}") if len(offers) > 1 else None,
        "facts": " · ".join(filter(None, (labels.duration_span(chosen), labels.price_span(chosen)))),
        "earlier": max(start - timedelta(days=DAYS_OF[span]), first_possible)
        if start > first_possible
        else None,
        "later": end + timedelta(days=1) if end < last_possible else None,
    }


def first_free_day(offers: Sequence[Offer], *, now: datetime, asking: Asking = ANYBODY) -> date | None:
    zone = offers[0].location.timezone
    start = today(now, zone)
    return queries.next_free_day(
        offers, after=start - timedelta(days=1), until=horizon_end(offers, start), now=now, asking=asking
    )


def _start_of(span: str, wanted: date, first: date) -> date:
    """A week starts today or a multiple of seven days later; a month on a Monday, so that columns are weekdays."""
    if span == "day":
        return wanted
    if span == "week":
        return first + timedelta(days=(wanted - first).days // 7 * 7)
    monday = first - timedelta(days=first.weekday())
    return monday + timedelta(days=(wanted - monday).days // 35 * 35)


def day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == 10 and text.isascii() else None
    except ValueError:
        return None


def _people(offers: Sequence[Offer], schedule: str, rest: str) -> list[dict[str, Any]]:
    """Whom one can choose; «anyone» first."""
    anyone = {"id": "any", "url": f"?schedule=any{rest}", "name": _("Anyone"), "icon": "users"}
    anyone["current"] = schedule == "any"
    people = [
        {
            "id": str(offer.schedule.id),
            "url": f"?schedule={offer.schedule.id}{rest}",
            "name": offer.practitioner.name,
            "initials": f"{offer.practitioner.given_name} {offer.practitioner.family_name}",
            "photo": offer.practitioner.photo_url,
            "current": schedule == str(offer.schedule.id),
        }
        for offer in offers
    ]
    return [anyone, *people]


def asked(
    form: GuestForm,
    offer: Offer,
    start: int,
    attempt: UUID,
    practice: Practice,
    *,
    whose: Whose | None = None,
    now: datetime,
) -> Asked:
    """The form as the action takes it, with the texts and the sentence this person had before their eyes."""
    code = language()
    shown = (consent.in_force(practice, kind, code) for kind in SHOWN_TEXTS)
    return Asked(
        start=start,
        attempt=attempt,
        person=whose.person(code, typed=form) if whose else form.person(code),
        accepted=bool(form.accept.data),
        sentence=labels.policy_sentence(offer, start, to_minutes(now)),
        texts=tuple(text for text in shown if text is not None),
        address=limits.address(),
        behind=whose.behind if whose else None,
        detail=whose.detail if whose else {},
        note=(form.note.data or "") if "note" in form else "",
    )


def _serializer() -> URLSafeSerializer:
    return _signing_with(config().secret_key)


@lru_cache(maxsize=4)
def _signing_with(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="appointment page")


def token(appointment_id: UUID) -> str:
    """The address of an appointment's page, in its mail too: unguessable; it ends a week after the visit."""
    return str(_serializer().dumps(appointment_id.hex))


def of_token(text: str) -> UUID:
    try:
        return UUID(_serializer().loads(text))
    except (BadSignature, ValueError, TypeError, AttributeError) as broken:
        raise NotFound from broken
