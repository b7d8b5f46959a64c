"""A day or a week as columns in rows of five minutes, ready to draw: what is open, who comes, what is free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from app.booking.models import OCCUPYING
from app.booking.slots.hours import merged, without
from app.kernel.clock import local, to_minutes

ROW_MINUTES = 5
LEAST_ROWS = 3  # a quarter of an hour is the least one can read
MOST_LANES = 4
USUAL = (8, 18)  # the hours shown on a day without anything


@dataclass(frozen=True)
class Frame:
    """A column before anybody has booked: one agenda's day, or all of a practitioner's for one day of a week."""

    key: str
    title: str
    place: str
    zone: str
    day: date
    schedules: tuple[str, ...]  # ids; more than one in the week of somebody who works at several sites
    practitioner: Any
    open: tuple[tuple[int, int], ...]  # UTC minutes
    away: tuple[tuple[int, int, str], ...] = ()  # (start, end, why) of what is closed on purpose
    is_today: bool = False

    @property
    def schedule(self) -> str:
        return self.schedules[0] if self.schedules else ""


@dataclass(frozen=True)
class Block:
    """A stretch of a column: its first row (1-based) and how many; `start` and `end` in UTC minutes."""

    row: int
    rows: int
    start: int
    end: int
    why: str = ""


@dataclass
class Entry:
    """One time as the desk reads it: who comes first, or the people of a group session; then who gave it up."""

    row: int
    rows: int
    appointments: Sequence[Any]
    clock: str
    service: str
    room: str = ""  # rooms and devices of the session
    lane: int = 1  # of the lanes side by side where entries overlap
    lanes: int = 1
    step: int = ROW_MINUTES
    color: str = ""  # of the service: a name of practice.folder.COLORS, or none

    @property
    def status(self) -> str:
        return str(self.appointments[0].status)

    @property
    def is_group(self) -> bool:
        return bool(self.appointments[0].capacity > 1)

    @property
    def taken(self) -> int:
        return sum(one.status in OCCUPYING for one in self.appointments)


@dataclass
class Column:
    frame: Frame
    first: int  # the UTC minute of its first row
    entries: list[Entry] = field(default_factory=list)
    shut: Sequence[Block] = ()
    free: Sequence[Block] = ()


@dataclass(frozen=True)
class Drawn:
    """`first` and `last` are the hours of the axis; `now_row` is None on any day but today."""

    columns: list[Column]
    first: int
    last: int
    now_row: int | None

    @property
    def legend(self) -> list[tuple[str, str]]:
        """(colour, name) of the services on it that have a colour, by name."""
        entries = [entry for column in self.columns for entry in column.entries]
        return sorted({(one.color, one.service) for one in entries if one.color}, key=itemgetter(1))


class Called(NamedTuple):
    """A service as the drawing shows it."""

    name: str = ""
    step: int = ROW_MINUTES  # minutes of its grid
    color: str = ""


@dataclass(frozen=True)
class Words:
    """What the drawing calls things: by id of a service, and the rooms by session."""

    services: Mapping[str, Called]
    rooms: Mapping[str, str]


UNKNOWN = Called()  # a service no agenda gives any more


def draw(
    frames: Sequence[Frame], visits: Iterable[Any], words: Words, *, now: datetime, zone: str, closed: str
) -> Drawn:
    """Every column, empty ones too, in their own order; `closed` is the word for hours nobody works."""
    by_column = _shared_out(frames, visits)
    first, last = _hours(frames, by_column)
    columns = []
    for frame, mine in zip(frames, by_column, strict=True):
        column = Column(frame, _minute_of(frame.day, first, frame.zone))
        column.entries = _entries(mine, column.first, frame.zone, words)
        column.shut = _shut(frame, column.first, (last - first) * 60, closed)
        column.free = _free(frame, mine, column.first, (last - first) * 60)
        columns.append(column)
    here = now.astimezone(local(0, zone).tzinfo)
    showing = any(frame.is_today for frame in frames) and first <= here.hour < last
    return Drawn(columns, first, last, _row((here.hour - first) * 60 + here.minute) if showing else None)


def _shared_out(frames: Sequence[Frame], visits: Iterable[Any]) -> list[list[Any]]:
    """The visits of every column. Those of a week are told apart by their day too."""
    found: list[list[Any]] = [[] for _ in frames]
    places = {
        (schedule, frame.day): mine
        for frame, mine in zip(frames, found, strict=True)
        for schedule in frame.schedules
    }
    if len({frame.day for frame in frames}) == 1:
        day = frames[0].day
        for visit in visits:
            mine = places.get((visit.schedule, day))
            if mine is not None:
                mine.append(visit)
        return found
    zones = {schedule: frame.zone for frame in frames for schedule in frame.schedules}
    for visit in visits:
        if visit.schedule in zones:
            day = local(visit.starts, zones[visit.schedule]).date()
            if (visit.schedule, day) in places:
                places[visit.schedule, day].append(visit)
    return found


def _hours(frames: Sequence[Frame], by_column: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """From the first opening or visit to the last, in whole local hours."""
    first, last = 24, 0
    for frame, visits in zip(frames, by_column, strict=True):
        starts = [start for start, _ in frame.open] + [visit.starts for visit in visits]
        ends = [end for _, end in frame.open] + [visit.ends for visit in visits]
        if starts:
            begins, ends_at = local(min(starts), frame.zone), local(max(ends) - 1, frame.zone)
            first = min(first, begins.hour)
            last = max(last, ends_at.hour + 1 if ends_at.date() == begins.date() else 24)
    return (first, last) if first < last else USUAL


def _minute_of(day: date, hour: int, zone: str) -> int:
    return to_minutes(datetime(day.year, day.month, day.day, hour, tzinfo=local(0, zone).tzinfo))


def _entries(visits: Sequence[Any], first: int, zone: str, words: Words) -> list[Entry]:
    together: dict[Any, list[Any]] = {}
    for visit in visits:
        # a time given up and taken again is one entry: who comes, then who does not
        key = visit.session if visit.capacity > 1 else (visit.schedule, visit.starts)
        if key in together:
            together[key].append(visit)
        else:
            together[key] = [visit]
    offset = _minute_offset(first, zone)
    entries = []
    for found in together.values():
        if len(found) > 1:
            found.sort(key=lambda visit: visit.status not in OCCUPYING)
        one = found[0]
        called = words.services.get(one.service, UNKNOWN)
        row = _row(one.starts - first)
        hour, minute = divmod(one.starts - first + offset, 60)
        entries.append(
            Entry(
                row,
                max(_row(one.ends - first) - row, LEAST_ROWS),
                found,
                f"{hour % 24:02d}:{minute:02d}",
                called.name,
                words.rooms.get(one.session, ""),
                step=called.step,
                color=called.color,
            )
        )
    return _side_by_side(entries)


def _minute_offset(first: int, zone: str) -> int:
    return local(first, zone).hour * 60


def _shut(frame: Frame, first: int, length: int, closed: str) -> list[Block]:
    """What is not worked: absences and closures by their name, the rest as closed."""
    end = first + length
    away = [(max(start, first), min(stop, end), why) for start, stop, why in frame.away]
    named = [span for span in away if span[0] < span[1]]
    taken = merged([*((start, stop) for start, stop, _ in named), *frame.open])
    rest = [(start, stop, closed) for start, stop in without([(first, end)], taken)]
    return [_block(*span, first) for span in sorted([*named, *rest])]


def _free(frame: Frame, visits: Sequence[Any], first: int, length: int) -> list[Block]:
    busy = [(visit.starts, visit.ends) for visit in visits if visit.status in OCCUPYING]
    spans = (
        without([span for span in frame.open if span[0] < first + length], merged(busy))
        if busy
        else frame.open
    )
    return [_block(start, end, "", first) for start, end in spans if end - start >= ROW_MINUTES]


def _block(start: int, end: int, why: str, first: int) -> Block:
    row = _row(start - first)
    return Block(row, max(_row(end - first) - row, 1), start, end, why)


def _side_by_side(entries: list[Entry]) -> list[Entry]:
    """Entries that overlap share the width of their column, so that each of them can be read."""
    cluster: list[Entry] = []
    ends: list[int] = []  # the first free row of every lane of the cluster
    placed = sorted(entries, key=lambda entry: (entry.row, not entry.taken))
    for entry in placed:
        if ends and entry.row >= max(ends):
            _close(cluster, ends)
        lane = next((lane for lane, end in enumerate(ends) if end <= entry.row), len(ends))
        ends[lane : lane + 1] = [entry.row + entry.rows]
        entry.lane = lane % MOST_LANES + 1
        cluster.append(entry)
    _close(cluster, ends)
    return placed


def _close(cluster: list[Entry], ends: list[int]) -> None:
    for entry in cluster:
        entry.lanes = min(len(ends), MOST_LANES)
    cluster.clear()
    ends.clear()


def _row(minutes: int) -> int:
    return minutes // ROW_MINUTES + 1
