"""Hours a practitioner would have at two sites at once: they are one person, so people are warned before they save."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.booking import catalogue, slots
from app.booking.plans.typed import Week
from app.booking.slots import WeeklyWindow
from app.directory.models import Schedule
from app.kernel.owners import Practice

LOOKED_AT = 84  # days: three and four weeks that take turns meet again after twelve


@dataclass(frozen=True)
class Meeting:
    """The first day on which both are open, minutes on the wall of the site; `site` is the other one's name."""

    day: date
    start: int
    end: int
    site: dict[str, str]


def meetings(practice: Practice, agenda: Schedule, week: Week, *, now: datetime) -> list[Meeting]:
    """One for each weekday and other site, in the order of the week. Holidays and days that differ are counted with."""
    found = catalogue.for_desk(practice, now=now)
    others = {
        offer.schedule.id: offer
        for offer in found.offers
        if offer.practitioner.id == agenda.practitioner_id
        and offer.schedule.id != agenda.id
        and offer.schedule.ends_on is None
        and offer.location.ends_on is None
    }
    if not others:
        return []
    mine = slots.Agenda(agenda.id.hex, agenda.location.timezone, windows=tuple(_windows(week)))
    first: dict[tuple[int, Any], Meeting] = {}
    for number in range(LOOKED_AT):
        day = week.valid_from + timedelta(days=number)
        if week.valid_to and day > week.valid_to:
            break
        opened = slots.opening(mine, day)
        for offer in others.values() if opened else ():
            theirs = slots.opening(replace(offer.agenda, version=None), day)
            if span := _common(opened, theirs):
                start = slots.day_bounds(day, agenda.location.timezone)[0]
                met = Meeting(day, span[0] - start, span[1] - start, offer.location.name)
                first.setdefault((day.weekday(), offer.schedule.id), met)
    return [first[key] for key in sorted(first, key=lambda key: (key[0], str(key[1])))]


def _windows(week: Week) -> Iterable[WeeklyWindow]:
    for one in week.windows:
        yield WeeklyWindow(
            one.weekday, one.start, one.end, week.valid_from, week.valid_to, week.cycle_weeks, one.week
        )


def _common(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return next((pair for pair in pairs if pair[0] < pair[1]), None)
