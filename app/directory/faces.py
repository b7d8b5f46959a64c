"""How a practice is found and reached: its sites and who works there, kept by the version of its public pages."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from app.directory.models import Location, Practitioner, Schedule
from app.kernel.tenancy import practice_context


@dataclass(frozen=True)
class Face:
    """`people`: those with an agenda that the public sees, in the practice's own order."""

    sites: tuple[Location, ...]
    people: tuple[Practitioner, ...]


@lru_cache(maxsize=1024)
def face_of(practice_id: UUID, _version: int) -> Face:
    """Asked once a process and version: every change of what the public sees raises the version."""
    with practice_context(practice_id):
        public = Schedule.select(Schedule.practitioner).where(Schedule.public)
        people = Practitioner.select().where(Practitioner.id.in_(public)).order_by(Practitioner.position)
        return Face(tuple(Location.select().order_by(Location.position)), tuple(people))
