"""The services of a practice in words, price and colour, and which agendas give them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.impact import Difference, Differs, Impact, Trace
from app.booking.models import Appointment
from app.booking.plans import agendas, lengths, shelving
from app.booking.plans.lengths import Lengths
from app.booking.slots.hours import FAR
from app.directory.models import HealthcareService, Schedule, ScheduleService
from app.kernel import audit
from app.kernel.clock import to_minutes
from app.kernel.ids import uuid7
from app.kernel.owners import Practice, pick


@dataclass(frozen=True)
class About:
    """What people read of a service, and how they may book it; words by language, cents, a colour's name or none."""

    name: dict[str, str]
    description: dict[str, str]
    preparation: dict[str, str]
    price_cents: int | None = None
    color: str = ""
    prescription_required: bool = False
    online: bool = True


@dataclass(frozen=True)
class Service:
    about: About
    lengths: Lengths
    agendas: frozenset[UUID]

    @property
    def columns(self) -> dict[str, Any]:
        return asdict(self.about) | asdict(self.lengths) | {"needs": list(self.lengths.needs)}


def of(row: HealthcareService) -> Service:
    about = About(**{name: getattr(row, name) for name in About.__dataclass_fields__})
    return Service(about, lengths.of(row), frozenset(agendas.offering(row.id)))


def mark(row: HealthcareService) -> str:
    known = of(row)
    return shelving.mark((known.about, known.lengths, sorted(known.agendas)))


def retired() -> list[HealthcareService]:
    return [row for row in shelving.shelf(HealthcareService) if row.archived]


def any_service(service_id: UUID) -> HealthcareService:
    return shelving.found(HealthcareService, service_id)


def add(practice: Practice, new: Service, *, by: str, now: datetime) -> UUID:
    """NameTaken."""
    identifier = uuid7()

    def write() -> None:
        shelving.refuse_double(HealthcareService, new.about.name)
        words = pick(new.about.name, practice.languages[0], practice.languages)
        key, place = shelving.free_key(HealthcareService, words), shelving.last_place(HealthcareService)
        HealthcareService.create(id=identifier, key=key, position=place, **new.columns)
        for schedule in new.agendas:
            ScheduleService.create(schedule=schedule, service=identifier)

    trace = Trace(by, "service.add", audit.of_id("service", identifier), {"name": new.about.name})
    shelving.keep(practice, write, trace=trace, now=now, people=_people(new.agendas))
    return identifier


def change(
    practice: Practice,
    row: HealthcareService,
    new: Service,
    *,
    before: str,
    by: str,
    now: datetime,
    seen: str = "",
) -> Impact:
    """Appointments keep the length they were made with; those that would not fit the new one are named.

    Those of an agenda that gives it no more stay, and are shown. NotSeen, Differs, NameTaken.
    """
    was = of(row)
    if mark(row) != before:
        raise Differs

    def write() -> None:
        if mark(lengths.service(row.id)) != before:
            raise Differs
        shelving.refuse_double(HealthcareService, new.about.name, but=row.id)
        HealthcareService.update(**new.columns).where(HealthcareService.id == row.id).execute()
        mine = ScheduleService.service == row.id
        ScheduleService.delete().where(mine, ScheduleService.schedule.in_(list(gone))).execute()
        for schedule in new.agendas - was.agendas:
            ScheduleService.create(schedule=schedule, service=row.id)

    gone = was.agendas - new.agendas
    mine = Appointment.service == row.id
    changed = shelving.told(was.columns, new.columns) | shelving.told(_agendas(was), _agendas(new))
    trace = Trace(by, "service.change", audit.of_id("service", row.id), changed)
    rules = lengths.rules(row, was.lengths, new.lengths, but=gone)
    return shelving.keep(
        practice, write, trace=trace, now=now, seen=seen, people=_people(was.agendas | new.agendas),
        change=Difference(span=(to_minutes(now), FAR), rules=rules),
        untouched=[mine & Appointment.schedule.in_(list(gone))] if gone else (),
    )  # fmt: skip


def retire(practice: Practice, row: HealthcareService, *, by: str, now: datetime, seen: str = "") -> Impact:
    """Given no more; appointments that were made stay, and are shown. NotSeen."""
    return _archive(practice, row, gone=True, by=by, now=now, seen=seen)


def bring_back(practice: Practice, row: HealthcareService, *, by: str, now: datetime) -> Impact:
    """NameTaken when another one has taken its name meanwhile."""
    return _archive(practice, row, gone=False, by=by, now=now, seen="")


def _archive(
    practice: Practice, row: HealthcareService, *, gone: bool, by: str, now: datetime, seen: str
) -> Impact:
    def write() -> None:
        if not gone:
            shelving.refuse_double(HealthcareService, row.name, but=row.id)
        HealthcareService.update(archived=gone).where(HealthcareService.id == row.id).execute()

    verb = "service.retire" if gone else "service.return"
    trace = Trace(by, verb, audit.of_id("service", row.id), {"name": row.name})
    return shelving.keep(
        practice, write, trace=trace, now=now, seen=seen, people=_people(agendas.offering(row.id)),
        untouched=[Appointment.service == row.id] if gone else (),
    )  # fmt: skip


def _people(schedules: Any) -> set[UUID]:
    rows = Schedule.select(Schedule.practitioner).where(Schedule.id.in_(list(schedules)))
    return {row.practitioner_id for row in rows}


def _agendas(one: Service) -> dict[str, list[str]]:
    return {"agendas": sorted(schedule.hex for schedule in one.agendas)}
