"""The agendas of a practice: one practitioner at one site, who may book there, and what can be booked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from app.booking.impact import Difference, Differs, Impact, Trace
from app.booking.models import Appointment
from app.booking.plans import shelving
from app.booking.plans.lengths import OVERRIDES
from app.booking.slots.hours import FAR
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel import audit
from app.kernel.clock import to_minutes
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Practice


class AgendaExists(Refusal):
    message = _l("This practitioner has an agenda at this site already.")


@dataclass(frozen=True)
class Given:
    """A service as one agenda gives it; None is as the service itself says. Minutes, cents."""

    duration_minutes: int | None = None
    price_cents: int | None = None


@dataclass(frozen=True)
class Agenda:
    """Whether patients book in it, and its services by id."""

    public: bool = True
    services: Mapping[UUID, Given] = field(default_factory=dict)


def of(row: Schedule) -> Agenda:
    links = _links(row.id)
    return Agenda(
        row.public,
        {one.service_id: Given(one.duration_minutes, one.price_cents) for one in links.values()},
    )


def mark(row: Schedule) -> str:
    known = of(row)
    return shelving.mark((known.public, sorted(known.services.items())))


def add(
    practice: Practice, person: Practitioner, site: Location, new: Agenda, *, by: str, now: datetime
) -> UUID:
    """AgendaExists when there is one of these two."""
    identifier = uuid7()

    def write() -> None:
        if Schedule.select().where(Schedule.practitioner == person.id, Schedule.location == site.id).exists():
            raise AgendaExists
        Schedule.create(
            id=identifier, key=shelving.free_key(Schedule, f"{person.key} {site.key}"), public=new.public,
            practitioner=person.id, location=site.id, position=shelving.last_place(Schedule),
        )  # fmt: skip
        for service, given in new.services.items():
            ScheduleService.create(schedule=identifier, service=service, **asdict(given))

    detail = {"practitioner": person.name, "site": site.key}
    trace = Trace(by, "schedule.add", audit.of_id("schedule", identifier), detail)
    shelving.keep(practice, write, trace=trace, now=now, people=[person.id])
    return identifier


def change(
    practice: Practice, row: Schedule, new: Agenda, *, before: str, by: str, now: datetime, seen: str = ""
) -> Impact:
    """Appointments of a service that is given here no more stay, and are shown; another length may cost some theirs.

    NotSeen, Differs.
    """
    was = of(row)
    if mark(row) != before:
        raise Differs

    def write() -> None:
        if mark(row) != before:
            raise Differs
        Schedule.update(public=new.public).where(Schedule.id == row.id).execute()
        links = _links(row.id)
        for service in links.keys() - new.services.keys():
            ScheduleService.delete().where(ScheduleService.id == links[service].id).execute()
        for service, given in new.services.items():
            if service in links:
                mine = ScheduleService.id == links[service].id
                ScheduleService.update(**asdict(given)).where(mine).execute()
            else:
                ScheduleService.create(schedule=row.id, service=service, **asdict(given))

    gone = [service for service in was.services if service not in new.services]
    trace = Trace(by, "schedule.change", audit.of_id("schedule", row.id), _told(was, new))
    here = Appointment.schedule == row.id
    return shelving.keep(
        practice, write, trace=trace, now=now, seen=seen, people=[row.practitioner_id],
        change=Difference(span=(to_minutes(now), FAR), rules=_rules(row, was, new)),
        untouched=[here & Appointment.service.in_(gone)] if gone else (),
    )  # fmt: skip


def offering(service_id: UUID) -> set[UUID]:
    """The agendas that give a service."""
    rows = ScheduleService.select(ScheduleService.schedule).where(ScheduleService.service == service_id)
    return {row.schedule_id for row in rows}


def _links(schedule_id: UUID) -> dict[UUID, ScheduleService]:
    """Of services that are still given."""
    rows = (
        ScheduleService.select(ScheduleService)
        .join(HealthcareService)
        .where(ScheduleService.schedule == schedule_id, ~HealthcareService.archived)
    )
    return {row.service_id: row for row in rows}


def _rules(row: Schedule, was: Agenda, new: Agenda) -> dict[tuple[UUID, UUID], dict[str, int]]:
    own = {one.id: one for one in HealthcareService.select()}
    found = {}
    for service, given in new.services.items():
        if service in was.services and given.duration_minutes != was.services[service].duration_minutes:
            length = given.duration_minutes or getattr(own[service], OVERRIDES["duration"])
            found[row.id, service] = {"duration": length}
    return found


def _told(was: Agenda, new: Agenda) -> dict[str, object]:
    def said(one: Agenda) -> dict[str, object]:
        return {"public": one.public, "services": sorted(service.hex for service in one.services)}

    return shelving.told(said(was), said(new))
