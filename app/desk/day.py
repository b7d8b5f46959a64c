"""A day as columns, one an agenda, in rows of five minutes, ready to draw."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.booking import slots
from app.booking.catalogue import Catalogue
from app.booking.models import Appointment
from app.directory.models import Location, Practitioner, Schedule
from app.kernel.clock import local, to_minutes
from app.kernel.owners import pick

ROW_MINUTES = 5
USUAL = (8, 18)  # the hours shown on a day without anything


@dataclass(frozen=True)
class Block:
    """Something in a column: its first row (1-based) and how many rows it takes."""

    row: int
    rows: int


@dataclass(frozen=True)
class Entry(Block):
    """One appointment as the desk reads it."""

    appointment: Appointment
    starts: datetime
    ends: datetime
    service: str
    patient: str


@dataclass
class Column:
    practitioner: str
    location: str
    zone: str
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
    day: date, appointments: list[Appointment], catalogue: Catalogue, *, language: str, now: datetime
) -> Day:
    """Every agenda of the practice, empty ones too, in the practice's own order."""
    columns = _columns(day, catalogue, language)
    for appointment in appointments:
        columns[appointment.schedule_id].appointments.append(appointment)
    drawn = list(columns.values())
    first, last = _hours(drawn)
    for column in drawn:
        midnight = to_minutes(local(_noon(day, column.zone), column.zone).replace(hour=first, minute=0))
        _place(column, midnight, (last - first) * 60, catalogue, language)
    zone = catalogue.practice.timezone
    here = now.astimezone(local(0, zone).tzinfo)
    showing = here.date() == day and first <= here.hour < last
    return Day(drawn, first, last, _row((here.hour - first) * 60 + here.minute) if showing else None)


def _columns(day: date, catalogue: Catalogue, language: str) -> dict[Any, Column]:
    agendas = {offer.schedule.id: offer.agenda for offer in catalogue.offers}
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
            slots.opening(agendas[schedule.id], day) if schedule.id in agendas else [],
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


def _place(column: Column, first: int, length: int, catalogue: Catalogue, language: str) -> None:
    for appointment in column.appointments:
        row, end = _row(appointment.starts - first), _row(appointment.ends - first)
        column.entries.append(
            Entry(
                row,
                max(end - row, 3),  # a quarter of an hour is the least one can read
                appointment,
                local(appointment.starts, column.zone),
                local(appointment.ends, column.zone),
                pick(appointment.service.name, language, catalogue.practice.languages),
                appointment.patient.name,
            )
        )
    at = 0
    for start, end in [*((s - first, e - first) for s, e in column.open), (length, length)]:
        if start > at:
            column.shut.append(Block(_row(at), _row(start) - _row(at)))
        at = max(at, end)


def _row(minutes: int) -> int:
    return minutes // ROW_MINUTES + 1
