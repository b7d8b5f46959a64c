"""The weekly hours of an agenda from a day on, and days that differ from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.booking import as_rules, catalogue, slots
from app.booking.impact import Difference, Differs, Impact, Trace, save
from app.booking.models import HoursException, WorkingHours
from app.booking.plans.typed import (
    Week,
    Window,
    last_day,
    last_of_period,
    resumed,
    succeeded,
    turned,
    without,
)
from app.booking.slots import HoursException as ExceptionRule
from app.booking.slots import WeeklyWindow
from app.booking.slots.hours import FAR
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel import audit
from app.kernel.errors import NotFound
from app.kernel.ids import uuid7
from app.kernel.owners import Practice


@dataclass(frozen=True)
class Plan:
    """Windows that begin, end and repeat together."""

    valid_from: date
    valid_to: date | None
    cycle_weeks: int
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Day:
    """Days that differ: closed, with other hours, or with more."""

    kind: str
    first: date
    last: date
    start: int = 0
    end: int = 1440
    services: tuple[str, ...] | None = None
    audience: str = "public"


def schedules() -> list[Schedule]:
    """Every agenda with its person and site, in the practice's own order."""
    return list(
        Schedule.select(Schedule, Practitioner, Location)
        .join_from(Schedule, Practitioner)
        .join_from(Schedule, Location)
        .order_by(Schedule.position, Schedule.key)
    )


def schedule(schedule_id: UUID) -> Schedule:
    """NotFound when it is not of the open practice."""
    found = next((one for one in schedules() if one.id == schedule_id), None)
    if found is None:
        raise NotFound
    return found


def plans(schedule_id: UUID) -> list[Plan]:
    """Of an agenda, past ones too, by the day they begin."""
    rows = (
        WorkingHours.select()
        .where(WorkingHours.schedule == schedule_id)
        .order_by(
            WorkingHours.valid_from,
            WorkingHours.week_in_cycle,
            WorkingHours.weekday,
            WorkingHours.start_minute,
        )
    )
    grouped: dict[tuple[Any, ...], list[Window]] = {}
    for row in rows:
        key = (row.valid_from, row.valid_to, row.cycle_weeks)
        grouped.setdefault(key, []).append(
            Window(
                row.week_in_cycle,
                row.weekday,
                row.start_minute,
                row.end_minute,
                tuple(row.services) if row.services is not None else None,
                row.audience,
            )
        )
    return [Plan(*key, tuple(windows)) for key, windows in grouped.items()]


def in_force(found: Sequence[Plan], day: date) -> Plan | None:
    return next(
        (one for one in found if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)),
        None,
    )


def mark(schedule_id: UUID) -> str:
    """What the hours of an agenda were when a page showed them."""
    return sha256(repr(plans(schedule_id)).encode()).hexdigest()[:16]


def begin(
    practice: Practice, agenda: Schedule, week: Week, *, before: str, by: str, now: datetime, seen: str = ""
) -> Impact:
    """Other weekly hours from a day on; the old ones end the day before, and go on after a period. NotSeen, Differs."""
    start, ids = week.valid_from, _service_ids()
    old = _agenda(practice, agenda, now=now).windows
    last = last_of_period(old, start, week.valid_to) if week.valid_to else last_day(old, start)
    after = resumed(old, start, last) if week.valid_to and last else ()
    new = [
        WeeklyWindow(
            one.weekday, one.start, one.end, start, last, week.cycle_weeks, one.week,
            _rule_ids(one.services, ids), one.audience,
        )
        for one in week.windows
    ]  # fmt: skip

    def write() -> None:
        if mark(agenda.id) != before:
            raise Differs
        mine = WorkingHours.schedule == agenda.id
        if week.valid_to and last:
            _go_on(mine, start, last + timedelta(days=1))
        WorkingHours.delete().where(mine, WorkingHours.valid_from == start).execute()
        going_on = WorkingHours.valid_to.is_null() | (WorkingHours.valid_to >= start)
        WorkingHours.update(valid_to=start - timedelta(days=1)).where(
            mine, WorkingHours.valid_from < start, going_on
        ).execute()
        for one in week.windows:
            WorkingHours.create(
                schedule=agenda.id, weekday=one.weekday, start_minute=one.start, end_minute=one.end,
                valid_from=start, valid_to=last, cycle_weeks=week.cycle_weeks, week_in_cycle=one.week,
                services=list(one.services) if one.services is not None else None, audience=one.audience,
            )  # fmt: skip

    if mark(agenda.id) != before:
        raise Differs
    difference = Difference(
        span=(slots.day_bounds(start, agenda.location.timezone)[0], FAR),
        hours={agenda.id: (*succeeded(old, new, start=start), *after)},
    )
    detail = {
        "from": start.isoformat(),
        "to": last and last.isoformat(),
        "weeks": week.cycle_weeks,
        "hours": _told(week.windows),
    }
    trace = Trace(by, "hours.change", audit.of_id("schedule", agenda.id), detail)
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def _go_on(mine: Any, start: date, day: date) -> None:
    """Copies of the rows in force on `start` that would still be on `day`, from that day on."""
    still = WorkingHours.valid_to.is_null() | (WorkingHours.valid_to >= day)
    for row in list(WorkingHours.select().where(mine, WorkingHours.valid_from <= start, still)):
        week = turned(row.week_in_cycle, row.cycle_weeks, row.valid_from, day)
        values = {name: value for name, value in row.__data__.items() if name not in ("id", "practice")}
        WorkingHours.create(**values | {"valid_from": day, "week_in_cycle": week})


def withdraw(
    practice: Practice, agenda: Schedule, start: date, *, by: str, now: datetime, seen: str = ""
) -> Impact:
    """A plan that was made is taken back: the one before goes on. NotSeen; NotFound when there is none."""
    old = _agenda(practice, agenda, now=now).windows
    if not any(one.valid_from == start for one in old):
        raise NotFound
    last = next(one.valid_to for one in old if one.valid_from == start)

    def write() -> None:
        mine = WorkingHours.schedule == agenda.id
        WorkingHours.delete().where(mine, WorkingHours.valid_from == start).execute()
        WorkingHours.update(valid_to=last).where(
            mine, WorkingHours.valid_to == start - timedelta(days=1)
        ).execute()

    difference = Difference(
        span=(slots.day_bounds(start, agenda.location.timezone)[0], FAR),
        hours={agenda.id: without(old, start=start)},
    )
    trace = Trace(by, "hours.withdraw", audit.of_id("schedule", agenda.id), {"from": start.isoformat()})
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def exceptions(schedule_id: UUID, *, since: date) -> list[HoursException]:
    """Of an agenda, those that are not over."""
    return list(
        HoursException.select()
        .where(HoursException.schedule == schedule_id, HoursException.last_day >= since)
        .order_by(HoursException.first_day, HoursException.start_minute)
    )


def exception(exception_id: UUID) -> HoursException:
    found = HoursException.get_or_none(HoursException.id == exception_id)
    if found is None:
        raise NotFound
    return found


def add_day(
    practice: Practice, agenda: Schedule, day: Day, *, by: str, now: datetime, seen: str = ""
) -> Impact:
    """NotSeen until its impact was."""
    new = uuid7()
    old = _agenda(practice, agenda, now=now).exceptions

    def write() -> None:
        HoursException.create(
            id=new, schedule=agenda.id, kind=day.kind, first_day=day.first, last_day=day.last,
            start_minute=day.start, end_minute=day.end,
            services=list(day.services) if day.services is not None else None, audience=day.audience,
        )  # fmt: skip

    difference = Difference(
        span=_span(agenda, day.first, day.last), exceptions={agenda.id: (*old, _rule(day))}
    )
    trace = Trace(by, "hours-exception.add", audit.of_id("schedule", agenda.id), _told_day(day))
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def remove_day(
    practice: Practice, agenda: Schedule, row: HoursException, *, by: str, now: datetime, seen: str = ""
) -> Impact:
    day = as_day(row)
    old = list(_agenda(practice, agenda, now=now).exceptions)
    if _rule(day) in old:
        old.remove(_rule(day))

    def write() -> None:
        if not HoursException.delete().where(HoursException.id == row.id).execute():
            raise Differs

    difference = Difference(span=_span(agenda, day.first, day.last), exceptions={agenda.id: tuple(old)})
    trace = Trace(by, "hours-exception.remove", audit.of_id("schedule", agenda.id), _told_day(day))
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def as_day(row: HoursException) -> Day:
    services = tuple(row.services) if row.services is not None else None
    return Day(
        row.kind, row.first_day, row.last_day, row.start_minute, row.end_minute, services, row.audience
    )


def _agenda(practice: Practice, agenda: Schedule, *, now: datetime) -> Any:
    """As the engine knows it, whichever service of the agenda one asks through."""
    found = catalogue.for_desk(Practice.get_by_id(practice.id), now=now)
    offer = next((one for one in found.offers if one.schedule.id == agenda.id), None)
    if offer is not None:
        return offer.agenda
    rows, ids = WorkingHours.select().where(WorkingHours.schedule == agenda.id), _service_ids()
    windows = tuple(as_rules.window(row, ids) for row in rows)
    return slots.Agenda(agenda.id.hex, agenda.location.timezone, windows=windows)


def _rule(day: Day) -> ExceptionRule:
    return ExceptionRule(
        day.kind, day.first, day.last, day.start, day.end,
        _rule_ids(day.services, _service_ids()), day.audience,
    )  # fmt: skip


def _service_ids() -> dict[str, str]:
    return {row.key: row.id.hex for row in HealthcareService.select().where(~HealthcareService.archived)}


def _rule_ids(keys: Iterable[str] | None, ids: dict[str, str]) -> frozenset[str] | None:
    return None if keys is None else frozenset(ids[key] for key in keys if key in ids)


def _span(agenda: Schedule, first: date, last: date) -> tuple[int, int]:
    zone = agenda.location.timezone
    return slots.day_bounds(first, zone)[0], slots.day_bounds(last, zone)[1]


def _told(windows: Iterable[Window]) -> list[str]:
    return [f"{one.week}/{one.weekday} {_wall(one.start)}-{_wall(one.end)}" for one in windows]


def _told_day(day: Day) -> dict[str, str]:
    hours = f"{_wall(day.start)}-{_wall(day.end)}"
    return {"kind": day.kind, "first": day.first.isoformat(), "last": day.last.isoformat(), "hours": hours}


def _wall(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
