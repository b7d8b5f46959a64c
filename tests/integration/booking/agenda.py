"""A Tuesday of Aline's at Lavande with appointments on it, and whoever looks at an impact before saving."""

from datetime import date
from uuid import uuid4

from app.booking import actions, catalogue, queries
from app.booking.impact import NotSeen
from app.booking.plans.days_off import Away
from app.directory.models import Practitioner, Schedule
from app.kernel.clock import day_bounds
from app.kernel.owners import Practice
from tests.factories import make_person

DAY = date(2026, 11, 24)  # a Tuesday: Aline works 8-12, 13-17.30 and 18-20; Nora 9-12.30 and 13.30-18
BY = "account:owner"


def agenda(key="aline-namur"):
    return Schedule.select(Schedule, Practitioner).join(Practitioner).where(Schedule.key == key).get()


def midnight(day):
    return day_bounds(day, "Europe/Brussels")[0]


def at(hour, minute=0, *, day=DAY):
    return midnight(day) + hour * 60 + minute


def away(schedule, first, last, *, day=DAY):
    """From one wall hour to another."""
    return Away(at(first, day=day), at(last, day=day), practitioner=schedule.practitioner_id)


def book(practice, schedule, hour, minute=0, *, services, clock, day=DAY, service="seance", **person):
    """An appointment as its person would have made it."""
    found = catalogue.of(Practice.get_by_id(practice.id), now=clock.now())
    offer = next(o for o in found.offers if o.schedule.id == schedule.id and o.service.key == service)
    person.setdefault("family_name", f"Patient{hour}x{minute}")
    asked = actions.Asked(
        at(hour, minute, day=day), uuid4(), make_person(**person), accepted=True, sentence=""
    )
    made = actions.book(
        [offer], asked, sealer=services.sealer, by="guest", now=clock.now(), mail_at=clock.now()
    )
    return queries.appointment(made)


def see(act):
    """As somebody who looks at the impact and then saves."""
    try:
        return act("")
    except NotSeen as told:
        return act(told.impact.digest)
