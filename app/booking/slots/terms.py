"""The words of the slot engine: plans in wall-clock minutes, occupancy in UTC minutes, verdicts in codes."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

MINUTES_A_DAY = 1440


class Reason(StrEnum):
    """Why a start is not offered. The engine finds those above the gap; callers add the others."""

    OFF_GRID = "off_grid"
    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    HOLIDAY = "holiday"
    CLOSED = "closed"  # a `close` exception of this agenda
    NOT_THIS_SERVICE = "type_not_here"
    BREAK = "break"
    OUTSIDE_HOURS = "outside_hours"
    CLOSURE = "closure"  # of the whole practice or site
    ABSENCE = "absence"
    BLOCKED = "blocked"
    BUSY = "busy"
    BUFFER_CONFLICT = "buffer_conflict"
    FULL = "full"

    ROOM_BUSY = "room_busy"
    DAY_LIMIT = "day_limit"
    PATIENT_LIMIT = "patient_limit"
    PATIENT_BUSY = "patient_busy"  # the person has another appointment at this time
    LEVEL_TOO_LOW = "level_too_low"


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """Hours of one weekday, wall clock in the agenda's zone.

    `start` and `end` are minutes after local midnight, 0 <= start < end <= 1440. Both `valid_*` days are
    included. Week 0 of the cycle is the ISO week (Monday first) that holds `valid_from`.
    """

    weekday: int  # 0 = Monday
    start: int
    end: int
    valid_from: date
    valid_to: date | None = None
    cycle_weeks: int = 1
    week_in_cycle: int = 0
    services: frozenset[str] | None = None  # None: every service
    audience: str = "public"  # public | staff

    def __post_init__(self) -> None:
        _check_wall(self.start, self.end, self.audience)
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"weekday {self.weekday} is not 0..6")
        if not 0 <= self.week_in_cycle < self.cycle_weeks:
            raise ValueError(f"week {self.week_in_cycle} is not in a cycle of {self.cycle_weeks}")

    def is_valid_on(self, day: date) -> bool:
        """Whether validity and cycle hold on `day`; the weekday is not looked at."""
        if day < self.valid_from or (self.valid_to is not None and day > self.valid_to):
            return False
        if self.cycle_weeks == 1:
            return True
        weeks = (_iso_monday(day) - _iso_monday(self.valid_from)) // 7
        return weeks % self.cycle_weeks == self.week_in_cycle


@dataclass(frozen=True, slots=True)
class HoursException:
    """Other hours on the days `first_day` .. `last_day` (both included); hours as in WeeklyWindow.

    `replace`: its hours take the place of all weekly hours of the day, whoever they were for.
    `add`: its hours come on top. `close`: takes its hours away (the whole day unless narrowed), last of
    all; `services` then says for which services, and `audience` is not looked at.
    """

    kind: str  # close | replace | add
    first_day: date
    last_day: date
    start: int = 0
    end: int = MINUTES_A_DAY
    services: frozenset[str] | None = None
    audience: str = "public"

    def __post_init__(self) -> None:
        _check_wall(self.start, self.end, self.audience)
        if self.kind not in ("close", "replace", "add"):
            raise ValueError(f"unknown kind of exception: {self.kind}")


class Blocked(NamedTuple):
    """Time taken out of the hours, whatever the capacity: absence, closure, imported busy time.

    UTC epoch minutes, half-open, start < end. A plain tuple of the same shape is as good.
    """

    start: int
    end: int
    reason: Reason


class Busy(NamedTuple):
    """An appointment or a hold of the same person, at any site, with the buffers stamped on it.

    `start` and `end` are UTC epoch minutes, half-open, start < end; `before` and `after` are
    minutes, at most 1440 each.
    A plain tuple of the same shape is as good, so rows may come straight from the database.
    `session` (see `group_key`) marks a row that others may join: rows of one session and one start count
    together, `taken` places each, out of the smallest `capacity` among them and the service.
    """

    start: int
    end: int
    before: int = 0
    after: int = 0
    session: str | None = None
    taken: int = 1
    capacity: int = 1


BusyRow = tuple[int, int, int, int, str | None, int, int]
BlockedRow = tuple[int, int, Reason]


@dataclass(frozen=True, slots=True, eq=False)
class Agenda:
    """The plan of one person at one place; `holidays` are its closed days, already minus the opened ones.

    The expansion of a plan is remembered. It is found again by content, or, when `version` is given, by
    (id, zone, version) alone, which costs nothing: `version` must then change with every other field.
    """

    id: str
    zone: str  # IANA name
    windows: tuple[WeeklyWindow, ...] = ()
    exceptions: tuple[HoursException, ...] = ()
    holidays: frozenset[date] = frozenset()
    version: Hashable | None = None
    _key: tuple[Hashable, ...] = field(init=False, repr=False)
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        key: tuple[Hashable, ...] = (self.id, self.zone, self.version)
        if self.version is None:
            key += (self.windows, self.exceptions, self.holidays)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_hash", hash(key))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Agenda) and self._key == other._key)


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """What a service asks of a start. Every field is in minutes, except ids, places and `horizon_days`.

    Starts lie `grid_offset` + n * `grid` minutes after local midnight. `staff_reserved` of the `capacity`
    places are not for the public. `horizon_days` counts local days from today, today included.
    """

    id: str
    duration: int
    grid: int
    grid_offset: int = 0
    before: int = 0
    after: int = 0
    capacity: int = 1
    staff_reserved: int = 0
    min_notice: int = 0
    horizon_days: int = 90

    def __post_init__(self) -> None:
        if self.duration < 1 or self.grid < 1 or self.capacity < 1:
            raise ValueError("duration, grid and capacity start at 1")
        if not (0 <= self.before <= MINUTES_A_DAY and 0 <= self.after <= MINUTES_A_DAY):
            raise ValueError("a buffer lasts 0 to 1440 minutes")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One start (UTC epoch minutes) and all that speaks against it, in the order of Reason."""

    start: int
    reasons: tuple[Reason, ...] = ()

    @property
    def is_offered(self) -> bool:
        return not self.reasons


def _check_wall(start: int, end: int, audience: str) -> None:
    if not 0 <= start < end <= MINUTES_A_DAY:
        raise ValueError(f"hours {start}..{end} are not 0 <= start < end <= 1440")
    if audience not in ("public", "staff"):
        raise ValueError(f"unknown audience: {audience}")


def _iso_monday(day: date) -> int:
    return day.toordinal() - day.weekday()
