"""How long a service lasts, how many people share it, and which rooms or devices it needs."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.booking.impact import Difference, Differs, Impact, Trace, save
from app.booking.slots.hours import FAR
from app.directory.models import HealthcareService, ScheduleService
from app.kernel import audit
from app.kernel.clock import to_minutes
from app.kernel.errors import NotFound
from app.kernel.owners import Practice

OVERRIDES = {
    "duration": "duration_minutes",
    "before": "buffer_before_minutes",
    "after": "buffer_after_minutes",
}


@dataclass(frozen=True)
class Lengths:
    """The values an owner sets; minutes, places, keys of pools."""

    duration_minutes: int
    grid_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    capacity: int
    staff_reserved: int
    needs: tuple[str, ...] = ()


def service(service_id: UUID) -> HealthcareService:
    """NotFound when it is not of the open practice, or is given no more."""
    found = HealthcareService.get_or_none(HealthcareService.id == service_id, ~HealthcareService.archived)
    if found is None:
        raise NotFound
    return found


def services() -> list[HealthcareService]:
    query = HealthcareService.select().where(~HealthcareService.archived)
    return list(query.order_by(HealthcareService.position, HealthcareService.key))


def of(row: HealthcareService) -> Lengths:
    names = (name for name in Lengths.__dataclass_fields__ if name != "needs")
    return Lengths(**{name: getattr(row, name) for name in names}, needs=tuple(row.needs))


def mark(row: HealthcareService) -> str:
    return sha256(repr(of(row)).encode()).hexdigest()[:16]


def change(
    practice: Practice,
    row: HealthcareService,
    new: Lengths,
    *,
    before: str,
    by: str,
    now: datetime,
    seen: str = "",
) -> Impact:
    """Appointments keep the length they were made with; those that would not fit the new one are named.

    NotSeen, Differs.
    """
    if mark(row) != before:
        raise Differs
    was = of(row)

    def write() -> None:
        if mark(service(row.id)) != before:
            raise Differs
        values = asdict(new) | {"needs": list(new.needs)}
        HealthcareService.update(**values).where(HealthcareService.id == row.id).execute()

    difference = Difference(span=(to_minutes(now), FAR), rules=_rules(row, was, new))
    changed = {
        name: [_plain(value), _plain(getattr(new, name))]
        for name, value in asdict(was).items()
        if value != getattr(new, name)
    }
    trace = Trace(by, "service.change", audit.of_id("service", row.id), changed)
    return save(practice, difference, write, trace=trace, now=now, seen=seen)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _rules(row: HealthcareService, was: Lengths, new: Lengths) -> dict[tuple[UUID, UUID], dict[str, int]]:
    """By agenda, less what the agenda says itself. Length and buffers alone can cost an appointment its place."""
    told = {
        name: getattr(new, column)
        for name, column in OVERRIDES.items()
        if getattr(new, column) != getattr(was, column)
    }
    found = {}
    for link in ScheduleService.select().where(ScheduleService.service == row.id):
        values = {name: value for name, value in told.items() if getattr(link, OVERRIDES[name]) is None}
        if values:
            found[link.schedule_id, row.id] = values
    return found
