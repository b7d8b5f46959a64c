"""Rows of the directory and of the plan, as the values the engine and the policy count with."""

from typing import Any

from app.booking.models import AgendaLimit, BookingPolicy, HoursException, WorkingHours
from app.booking.policy import FIELDS, Rule
from app.booking.slots import HoursException as ExceptionRule
from app.booking.slots import Limit, ServiceRules, WeeklyWindow


def policy_rule(row: BookingPolicy) -> Rule:
    return Rule(
        service=row.service_id and row.service_id.hex,
        schedule=row.schedule_id and row.schedule_id.hex,
        level=row.level,
        known=row.known,
        values={name: getattr(row, name) for name in FIELDS},
    )


def limit(row: AgendaLimit) -> Limit:
    return Limit(row.period, row.unit, row.most, row.service_id and row.service_id.hex)


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
