"""A group of practices: many sites, people and services."""

from app.booking.models import WorkingHours
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel.db import connection
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context


def one_more(row, **other):
    """A copy of this row, with some of it otherwise."""
    return type(row).create(**{**row.__data__, "id": uuid7(), **other})


def grow(practice, *, people, services):
    """So many practitioners more, each at a site of their own, and services that all of them offer."""
    with connection(), practice_context(practice):
        agenda, link = Schedule.get(), ScheduleService.get()
        person, site = Practitioner.get_by_id(agenda.practitioner_id), Location.get_by_id(agenda.location_id)
        hours, service = WorkingHours.get(schedule=agenda), HealthcareService.get_by_id(link.service_id)
        offered = [one_more(service, key=f"s{n}", name={"fr": f"Soin {n}"}) for n in range(services)]
        for n in range(people):
            who = one_more(person, key=f"p{n}", family_name=f"Nouvelle{n}", photo="")
            there = one_more(site, key=f"l{n}", name={"fr": f"Site {n}"})
            own = one_more(agenda, key=f"a{n}", practitioner=who.id, location=there.id)
            one_more(hours, schedule=own.id)
            for each in offered:
                one_more(link, schedule=own.id, service=each.id)
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
            Practice.id == practice.id
        ).execute()
