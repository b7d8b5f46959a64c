"""Rows of the directory and of the plan, as the values the engine and the policy count with."""

from collections.abc import Iterable
from typing import Any

from app.booking.models import AgendaLimit, BookingPolicy, HoursException, WorkingHours
from app.booking.policy import FIELDS
from app.booking.rulebook import Line, Rulebook, in_order
from app.booking.slots import HoursException as ExceptionRule
from app.booking.slots import ServiceRules, WeeklyWindow


def rulebook(rows: Iterable[BookingPolicy], limits: Iterable[AgendaLimit]) -> Rulebook:
    """The rules of the practice as one value; a row that says nothing is none."""
    by_agenda: dict[str, list[Line]] = {}
    for limit in limits:
        line = Line(limit.service_id and limit.service_id.hex, limit.period, limit.unit, limit.most)
        by_agenda.setdefault(limit.schedule_id.hex, []).append(line)
    said = {
        (
            row.service_id and row.service_id.hex,
            row.schedule_id and row.schedule_id.hex,
            row.level,
            row.known,
        ): {name: value for name in FIELDS if (value := getattr(row, name)) is not None}
        for row in rows
    }
    return Rulebook(
        {key: values for key, values in said.items() if values},
        {agenda: in_order(lines) for agenda, lines in by_agenda.items()},
    )


def _ids(keys: list[str] | None, services: dict[str, str]) -> frozenset[str] | None:
    return None if keys is None else frozenset(services[key] for key in keys if key in services)


def window(row: WorkingHours, services: dict[str, str]) -> WeeklyWindow:
    return WeeklyWindow(
        weekday=row.weekday,
        start=row.start_minute,
        end=row.end_minute,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        cycle_weeks=row.cycle_weeks,
        week_in_cycle=row.week_in_cycle,
        services=_ids(row.services, services),
        audience=row.audience,
    )


def exception(row: HoursException, services: dict[str, str]) -> ExceptionRule:
    return ExceptionRule(
        kind=row.kind,
        first_day=row.first_day,
        last_day=row.last_day,
        start=row.start_minute,
        end=row.end_minute,
        services=_ids(row.services, services),
        audience=row.audience,
    )


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def service_rules(service: Any, link: Any) -> ServiceRules:
    return ServiceRules(
        id=service.id.hex,
        duration=_first(link.duration_minutes, service.duration_minutes),
        grid=service.grid_minutes,
        grid_offset=service.grid_offset_minutes,
        before=_first(link.buffer_before_minutes, service.buffer_before_minutes),
        after=_first(link.buffer_after_minutes, service.buffer_after_minutes),
        capacity=service.capacity,
        staff_reserved=service.staff_reserved,
    )
