"""Puts a practice into the shop window: one row for each of its public agendas, as the central search shows them."""

import json
from datetime import date, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from app.directory.cells import cell_at
from app.directory.models import HealthcareService, Listing, Location, Practitioner, Schedule, ScheduleService
from app.directory.places import fold
from app.kernel.clock import to_minutes, today
from app.kernel.i18n import LANGUAGES
from app.kernel.owners import Practice, pick
from app.practice.queries import primary_host

NEVER = 0  # availability_version starts at 1: what carries this one is to be computed


def rebuild(practice: Practice, *, now: datetime) -> None:
    """Brings the rows of the open practice up to date, inside the caller's write_tx; a closed practice has none.

    An agenda nobody can book online keeps its row, for its telephone number; one that has ended has none. The first
    free time is only marked to be computed anew: `booking` knows it, and lives upstairs.
    """
    rows = {row["schedule_id"]: row for row in _rows(practice, now)} if practice.status == "open" else {}
    here = Listing.practice == practice.id
    known = {row.schedule_id: row for row in Listing.select(Listing.id, Listing.schedule_id).where(here)}
    gone = [row.id for schedule_id, row in known.items() if schedule_id not in rows]
    Listing.delete().where(Listing.id.in_(gone)).execute()
    for schedule_id, row in rows.items():
        if schedule_id in known:
            change = {**row, "next_free_version": NEVER, "next_free_until": to_minutes(now)}
            Listing.update(**change).where(Listing.id == known[schedule_id].id).execute()
        else:
            Listing.create(**row)


def is_stale(until: int | None, first: int | None, *, computed_at: int, version: int, now: int) -> bool:
    """Whether the first free time of a row may be wrong: the agenda changed, or time went by."""
    limit = first if until is None else until
    return computed_at != version or (limit is not None and limit < now)


def last_day(*rows: Any) -> date | None:
    """Of an agenda, its person and its site, whichever ends first."""
    return min((row.ends_on for row in rows if row.ends_on is not None), default=None)


def _rows(practice: Practice, now: datetime) -> list[dict[str, Any]]:
    day = today(now, practice.timezone)
    people = {row.id: row for row in Practitioner.select()}
    sites = {row.id: row for row in Location.select()}
    several = sum(row.ends_on is None or row.ends_on >= day for row in sites.values()) > 1
    offered = _offered_online()
    host = primary_host(practice.id)
    return [
        _row(
            practice,
            schedule,
            people[schedule.practitioner_id],
            sites[schedule.location_id],
            host=host,
            bookable=schedule.id in offered,
            several_sites=several,
        )
        for schedule in Schedule.select().where(Schedule.public).order_by(Schedule.position, Schedule.key)
        if (last := last_day(schedule, people[schedule.practitioner_id], sites[schedule.location_id])) is None
        or last >= day
    ]


def _offered_online() -> set[UUID]:
    """Agendas with at least one service that can be booked online."""
    query = (
        ScheduleService.select(ScheduleService.schedule)
        .join(HealthcareService)
        .where(HealthcareService.online, ~HealthcareService.archived)
    )
    return {row.schedule_id for row in query}


def _row(
    practice: Practice,
    schedule: Schedule,
    person: Practitioner,
    site: Location,
    *,
    host: str,
    bookable: bool,
    several_sites: bool,
) -> dict[str, Any]:
    names = fold(f"{person.name} {practice.name}")
    phone = site.phone or practice.profile.get("phone") or ""
    lat, lon = f"{site.lat:.5f}", f"{site.lon:.5f}"
    card = _plain({
        "name": person.name,
        "discipline": person.discipline,
        "practice": practice.name,
        "site": _in_every_language(site.name if several_sites else {}, practice),
        "street": site.street,
        "town": {
            code: f"{site.postcode} {town}" for code, town in _in_every_language(site.town, practice).items()
        },
        "phone": phone,
        "tel": "".join(c for c in phone if c.isdigit() or c == "+"),
        "email": practice.profile.get("email") or "",
        "host": host,
        "map": f"https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}",
        "zone": site.timezone,
    })  # fmt: skip
    return {
        "practice": practice.id,
        "schedule_id": schedule.id,
        "practitioner_id": person.id,
        "discipline": person.discipline,
        "words": f" {names}",
        "lat": site.lat,
        "lon": site.lon,
        "cell": cell_at(site.lat, site.lon),
        "bookable": bookable,
        "card": card,
        "card_hash": _hash(card),
    }


def _hash(card: dict[str, Any]) -> int:
    """55 bits: both databases have integers of 64 with a sign."""
    digest = blake2b(json.dumps(card, sort_keys=True).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 9


def _in_every_language(texts: dict[str, str], practice: Practice) -> dict[str, str]:
    return {code: pick(texts, code, practice.languages) for code in LANGUAGES}


def _plain(value: Any) -> Any:
    """Printable characters only: the cards are put together around a sign that is none (home.moulds)."""
    if isinstance(value, str):
        return "".join(c if c.isprintable() else " " for c in value)
    return {key: _plain(text) for key, text in value.items()}
