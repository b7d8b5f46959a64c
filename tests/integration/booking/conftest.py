"""A shop at Lavande, and the verbs of booking with what they always need."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

from app.booking import actions, catalogue, queries
from app.booking.models import Appointment, BookingPolicy, Resource, ResourcePool
from app.directory.models import HealthcareService
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.factories import make_person


@dataclass
class Desk:
    """The open practice as a test drives it; `rules` and `rooms` change what is offered from then on."""

    practice: Practice
    services: object
    made: list = field(default_factory=list)

    @property
    def now(self):
        return self.services.clock.now()

    def catalogue(self, **more):
        self.practice = Practice.get_by_id(self.practice.id)
        return catalogue.of(self.practice, now=self.now, **more)

    def offers(self, key="seance", **more):
        found = self.catalogue(**more)
        return [offer for offer in found.offers if offer.service.key == key]

    def rule(self, *, service=None, **values):
        row = {"service": HealthcareService.get(HealthcareService.key == service).id if service else None}
        BookingPolicy.create(**row, **values)
        self.changed()

    def changed(self):
        version = Practice.catalogue_version + 1
        Practice.update(catalogue_version=version).where(Practice.id == self.practice.id).execute()

    def rooms(self, key, *, units):
        """As many rooms at every site, which this service then needs."""
        service = HealthcareService.get(HealthcareService.key == key)
        HealthcareService.update(needs=["room"]).where(HealthcareService.id == service.id).execute()
        for place in {offer.location.id for offer in self.offers(key)}:
            pool = ResourcePool.create(location=place, key="room", name={"fr": "Salle"})
            for number in range(units):
                Resource.create(
                    pool=pool, key=f"room-{number}", name={"fr": f"Salle {number}"}, position=number
                )
        self.changed()

    def starts(self, offers, *, days=3, span=12):
        first = self.now.date() + timedelta(days=days)
        free = queries.free_times(
            offers, first_day=first, last_day=first + timedelta(days=span), now=self.now
        )
        return [start for found in free.days.values() for start, _ in found]

    def book(self, offers, start, *, person=None, attempt=None, standing_of=None, **asked):
        wanted = actions.Asked(
            start=start,
            attempt=attempt or uuid4(),
            person=person or make_person(),
            accepted=True,
            sentence="Annulation gratuite.",
            **asked,
        )
        made = actions.book(
            offers, wanted, sealer=self.services.sealer, by="guest", now=self.now, mail_at=self.now,
            standing_of=standing_of,
        )  # fmt: skip
        return Appointment.get_by_id(made)


@pytest.fixture
def desk(practice, services):
    with practice_context(practice):
        yield Desk(practice, services)


def somebody(number):
    """A person of their own for every number."""
    return make_person(given_name=f"Guest{number}", email=f"guest{number}@example.be", niss=None)
