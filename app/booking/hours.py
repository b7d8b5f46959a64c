"""When a practice can be visited: the weekly plans in force, put together per site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.booking import slots
from app.booking.catalogue import Catalogue
from app.booking.slots import Agenda, Blocked
from app.booking.slots.hours import merged, without
from app.kernel.clock import local


@dataclass(frozen=True)
class DayHours:
    """One weekday at one site; `ranges` are (start, end) in minutes after midnight, merged."""

    weekday: int
    day: date  # the next such day, for its name
    ranges: tuple[tuple[int, int], ...]


def opening_hours(catalogue: Catalogue, *, today: date) -> list[tuple[Any, list[DayHours]]]:
    """Per site, the seven days from Monday with the hours somebody receives in the coming fortnight."""
    found = []
    for site in catalogue.locations:
        agendas = {offer.agenda for offer in catalogue.offers if offer.location.id == site.id}
        if not agendas:
            continue
        week = []
        for weekday in range(7):
            first = today + timedelta(days=(weekday - today.weekday()) % 7)
            ranges = [
                (window.start, window.end)
                for agenda in agendas
                for window in agenda.windows
                if window.weekday == weekday
                and window.audience == "public"
                and (window.is_valid_on(first) or window.is_valid_on(first + timedelta(days=7)))
            ]
            week.append(DayHours(weekday, first, tuple(merged(ranges))))
        found.append((site, week))
    return found


def open_at(catalogue: Catalogue, location_id: Any, day: date) -> list[tuple[int, int]]:
    """When somebody receives the public at a site on this very day, in minutes on the wall, holidays and all."""
    agendas = {offer.agenda: offer.blocked for offer in catalogue.offers if offer.location.id == location_id}
    return merged(
        (_wall(start, day, agenda.zone), _wall(end, day, agenda.zone))
        for agenda, blocked in agendas.items()
        for start, end in open_spans(agenda, blocked, day, staff=False)
    )


def open_spans(
    agenda: Agenda, blocked: Iterable[Blocked], day: date, *, staff: bool
) -> list[tuple[int, int]]:
    """The hours of an agenda on a day, for whichever service, without closures and absences; UTC minutes."""
    return without(slots.opening(agenda, day, staff=staff), [(found.start, found.end) for found in blocked])


def _wall(minute: int, day: date, zone: str) -> int:
    """Minutes after midnight on the clock of the place; the end of the day is 1440."""
    moment = local(minute, zone)
    return moment.hour * 60 + moment.minute if moment.date() == day else 1440
