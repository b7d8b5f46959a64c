"""A day as columns, one an agenda, in rows of five minutes, ready to draw."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from app.booking.catalogue import Catalogue
from app.booking.hours import open_spans
from app.booking.models import OCCUPYING, Appointment
from app.directory.models import Location, Practitioner, Schedule
from app.kernel.clock import local, to_minutes
from app.kernel.owners import pick

ROW_MINUTES = 5
LEAST_ROWS = 3  # a quarter of an hour is the least one can read
MOST_LANES = 4
USUAL = (8, 18)  # the hours shown on a day without anything


@dataclass(frozen=True)
class Block:
    """Something in a column: its first row (1-based) and how many rows it takes."""

    row: int
    rows: int


@dataclass(frozen=True)
class Entry(Block):
    """One time as the desk reads it: who comes first, or the people of a group session; then who gave it up."""

    appointments: list[Appointment]
    starts: datetime
    service: str
    room: str = ""  # rooms and devices of the session
    lane: int = 1  # of the lanes side by side where entries overlap
    lanes: int = 1

    @property
    def status(self) -> str:
        return self.appointments[0].status

    @property
    def is_group(self) -> bool:
        return self.appointments[0].capacity > 1

    @property
    def taken(self) -> int:
        return sum(appointment.status in OCCUPYING for appointment in self.appointments)


@dataclass
class Column:
    practitioner: str
    location: str
    zone: str
    practitioner_id: Any
    open: list[tuple[int, int]]  # UTC minutes
    appointments: list[Appointment] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    shut: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """`first` and `last` are the hours of the axis; `now_row` is None on any other day."""

    columns: list[Column]
    first: int
    last: int
    now_row: int | None


def draw(
    day: date,
    appointments: list[Appointment],
    catalogue: Catalogue,
    *,
    language: str,
    now: datetime,
    rooms: dict[Any, list[dict[str, str]]] | None = None,
) -> Day:
    """Every agenda of the practice, empty ones too, in the practice's own order."""
    columns = _columns(day, catalogue, language)
    for appointment in appointments:
        columns[appointment.schedule_id].appointments.append(appointment)
    drawn = list(columns.values())
    first, last = _hours(drawn)
    for column in drawn:
        midnight = to_minutes(local(_noon(day, column.zone), column.zone).replace(hour=first, minute=0))
        _place(column, midnight, (last - first) * 60, catalogue, language, rooms or {})
    zone = catalogue.practice.timezone
    here = now.astimezone(local(0, zone).tzinfo)
    showing = here.date() == day and first <= here.hour < last
    return Day(drawn, first, last, _row((here.hour - first) * 60 + here.minute) if showing else None)


def _columns(day: date, catalogue: Catalogue, language: str) -> dict[Any, Column]:
    known = {offer.schedule.id: offer for offer in catalogue.offers}
    schedules = (
        Schedule.select(Schedule, Practitioner, Location)
        .join_from(Schedule, Practitioner)
        .join_from(Schedule, Location)
        .order_by(Schedule.position, Schedule.key)
    )
    return {
        schedule.id: Column(
            schedule.practitioner.name,
            pick(schedule.location.name, language, catalogue.practice.languages),
            schedule.location.timezone,
            schedule.practitioner_id,
            open_spans(known[schedule.id].agenda, known[schedule.id].blocked, day, staff=True)
            if schedule.id in known
            else [],
        )
        for schedule in schedules
    }


def _hours(columns: list[Column]) -> tuple[int, int]:
    """From the first opening or appointment to the last, in whole local hours."""
    spans = [
        (local(start, column.zone), local(end - 1, column.zone))
        for column in columns
        for start, end in [*column.open, *((a.starts, a.ends) for a in column.appointments)]
    ]
    if not spans:
        return USUAL
    return min(start.hour for start, _ in spans), max(end.hour for _, end in spans) + 1


def _noon(day: date, zone: str) -> int:
    return to_minutes(datetime(day.year, day.month, day.day, 12, tzinfo=local(0, zone).tzinfo))


def _place(
    column: Column,
    first: int,
    length: int,
    catalogue: Catalogue,
    language: str,
    rooms: dict[Any, list[dict[str, str]]],
) -> None:
    sessions: dict[Any, list[Appointment]] = {}
    for appointment in column.appointments:
        # a time given up and taken again is one entry: who comes, then who does not
        key = appointment.session_key if appointment.capacity > 1 else appointment.starts
        sessions.setdefault(key, []).append(appointment)
    entries = []
    for together in sessions.values():
        together.sort(key=lambda appointment: appointment.status not in OCCUPYING)
        one = together[0]
        row, end = _row(one.starts - first), _row(one.ends - first)
        entries.append(
            Entry(
                row=row,
                rows=max(end - row, LEAST_ROWS),
                appointments=together,
                starts=local(one.starts, column.zone),
                service=pick(one.service.name, language, catalogue.practice.languages),
                room=", ".join(
                    pick(name, language, catalogue.practice.languages)
                    for name in rooms.get(one.session_key, ())
                ),
            )
        )
    column.entries = _side_by_side(entries)
    at = 0
    for start, end in [*((s - first, e - first) for s, e in column.open), (length, length)]:
        if start > at:
            column.shut.append(Block(_row(at), _row(start) - _row(at)))
        at = max(at, end)


def _side_by_side(entries: list[Entry]) -> list[Entry]:
    """Entries that overlap share the width of their column, so that each of them can be read."""
    placed: list[Entry] = []
    cluster: list[tuple[Entry, int]] = []
    ends: list[int] = []  # the first free row of every lane of the cluster

    def close() -> None:
        placed.extend(replace(entry, lane=lane, lanes=min(len(ends), MOST_LANES)) for entry, lane in cluster)
        cluster.clear()
        ends.clear()

    for entry in sorted(entries, key=lambda entry: (entry.row, not entry.taken)):
        if ends and entry.row >= max(ends):
            close()
        lane = next((lane for lane, end in enumerate(ends) if end <= entry.row), len(ends))
        ends[lane : lane + 1] = [entry.row + entry.rows]
        cluster.append((entry, lane % MOST_LANES + 1))
    close()
    return placed


def _row(minutes: int) -> int:
    return minutes // ROW_MINUTES + 1
