"""When a practice can be visited: the weekly plans in force, put together per site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.booking.catalogue import Catalogue
from app.booking.slots import Agenda, Blocked
from app.booking.slots.hours import merged, without
from app.kernel.clock import day_bounds, local


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
    """When somebody receives the public at a site on this very day: plans, exceptions, holidays and absences."""
    agendas = {offer.agenda: offer.blocked for offer in catalogue.offers if offer.location.id == location_id}
    found = (span for agenda, blocked in agendas.items() for span in open_on(agenda, blocked, day, staff=False))
    return merged(found)


def open_on(agenda: Agenda, blocked: Iterable[Blocked], day: date, *, staff: bool) -> list[tuple[int, int]]:
    """The hours of an agenda on a day, for whichever service, in minutes after midnight on the wall."""
    if day in agenda.holidays:
        return []
    special = [found for found in agenda.exceptions if found.first_day <= day <= found.last_day]
    windows: list[Any] = [found for found in special if found.kind == "replace"]
    if not windows:
        windows = [found for found in agenda.windows if found.weekday == day.weekday() and found.is_valid_on(day)]
    windows += [found for found in special if found.kind == "add"]
    ranges = merged([(found.start, found.end) for found in windows if staff or found.audience == "public"])
    holes = [(found.start, found.end) for found in special if found.kind == "close" and found.services is None]
    first, last = day_bounds(day, agenda.zone)
    holes += [
        (_wall(found.start, day, agenda.zone), _wall(found.end, day, agenda.zone))
        for found in blocked
        if found.start < last and first < found.end
    ]
    return without(ranges, holes)


def _wall(minute: int, day: date, zone: str) -> int:
    """Where an instant lies on the day's own clock, kept within the day."""
    moment = local(minute, zone)
    if moment.date() == day:
        return moment.hour * 60 + moment.minute
    return 0 if moment.date() < day else 1440
