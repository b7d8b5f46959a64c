"""When a practice can be visited: the weekly plans in force, put together per site."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.booking.catalogue import Catalogue


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
            week.append(DayHours(weekday, first, tuple(_merged(ranges))))
        found.append((site, week))
    return found


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
