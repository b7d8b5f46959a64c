"""How long a service lasts, how many people share it, and which rooms or devices it needs."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.directory.models import HealthcareService, ScheduleService
from app.kernel.errors import NotFound

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


def rules(
    row: HealthcareService, was: Lengths, new: Lengths, *, but: Collection[UUID] = ()
) -> dict[tuple[UUID, UUID], dict[str, int]]:
    """What changes in each agenda, less what the agenda says itself, and without the agendas of `but`.

    Length and buffers alone can cost an appointment its place.
    """
    told = {
        name: getattr(new, column)
        for name, column in OVERRIDES.items()
        if getattr(new, column) != getattr(was, column)
    }
    found = {}
    for link in ScheduleService.select().where(ScheduleService.service == row.id):
        values = {name: value for name, value in told.items() if getattr(link, OVERRIDES[name]) is None}
        if values and link.schedule_id not in but:
            found[link.schedule_id, row.id] = values
    return found
