"""The sites of a practice: where they are, on which clock, and how to get in."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from app.booking.impact import Difference, Differs, Impact, Trace
from app.booking.models import Appointment
from app.booking.plans import shelving
from app.directory.models import Location
from app.kernel import audit
from app.kernel.ids import uuid7
from app.kernel.owners import Practice, pick


@dataclass(frozen=True)
class Site:
    """The values an owner sets; degrees of latitude and longitude, words by language."""

    name: dict[str, str]
    street: str
    postcode: str
    town: dict[str, str]
    lat: float
    lon: float
    phone: str
    access: dict[str, str]
    timezone: str


WHERE = ("street", "postcode", "town")  # what people who are to come read in their appointment


def site(location_id: UUID) -> Location:
    return shelving.found(Location, location_id)


def sites() -> list[Location]:
    return shelving.shelf(Location)


def of(row: Location) -> Site:
    return Site(**{name: getattr(row, name) for name in Site.__dataclass_fields__})


def mark(row: Location) -> str:
    return shelving.mark(of(row))


def add(practice: Practice, new: Site, *, by: str, now: datetime) -> UUID:
    """A place more. NameTaken."""
    identifier = uuid7()

    def write() -> None:
        shelving.refuse_double(Location, new.name)
        key = shelving.free_key(Location, pick(new.name, practice.languages[0], practice.languages))
        place = shelving.last_place(Location)
        Location.create(id=identifier, key=key, position=place, **asdict(new))

    trace = Trace(by, "location.add", audit.of_id("location", identifier), {"name": new.name})
    shelving.keep(practice, write, trace=trace, now=now)
    return identifier


def change(
    practice: Practice, row: Location, new: Site, *, before: str, by: str, now: datetime, seen: str = ""
) -> Impact:
    """Another address is shown with the appointments that are to take place there; on another clock the hours move.

    NotSeen, Differs, NameTaken.
    """
    was = of(row)
    if mark(row) != before:
        raise Differs

    def write() -> None:
        if mark(site(row.id)) != before:
            raise Differs
        shelving.refuse_double(Location, new.name, but=row.id)
        Location.update(**asdict(new)).where(Location.id == row.id).execute()

    moved = any(getattr(was, name) != getattr(new, name) for name in WHERE)
    zones = {row.id: new.timezone} if new.timezone != was.timezone else {}
    trace = Trace(
        by, "location.change", audit.of_id("location", row.id), shelving.told(asdict(was), asdict(new))
    )
    return shelving.keep(
        practice, write, trace=trace, now=now, seen=seen,
        change=Difference(zones=zones),
        untouched=[Appointment.location == row.id] if moved else (),
    )  # fmt: skip
