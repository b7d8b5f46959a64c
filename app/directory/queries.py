"""What a practice offers, read in a handful of statements."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService


@dataclass(frozen=True)
class Shelves:
    """The directory rows of the open practice by id, in the practice's own order."""

    locations: dict[UUID, Any]
    practitioners: dict[UUID, Any]
    schedules: list[Any]
    services: dict[UUID, Any]
    links: list[Any]

    def schedule(self, schedule_id: UUID) -> Any:
        return next((row for row in self.schedules if row.id == schedule_id), None)


def shelves() -> Shelves:
    """Every agenda, and every service that is not archived."""

    def by_id(model: Any, *where: Any) -> dict[UUID, Any]:
        query = model.select().order_by(model.position, model.key)
        return {row.id: row for row in (query.where(*where) if where else query)}

    schedules = list(by_id(Schedule).values())
    order = {schedule.id: index for index, schedule in enumerate(schedules)}
    links = [link for link in ScheduleService.select() if link.schedule_id in order]
    return Shelves(
        locations=by_id(Location),
        practitioners=by_id(Practitioner),
        schedules=schedules,
        services=by_id(HealthcareService, ~HealthcareService.archived),
        links=sorted(links, key=lambda link: order[link.schedule_id]),
    )
