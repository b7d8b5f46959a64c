"""Appointments made through the booking itself, for the tests of the desk."""

from datetime import timedelta
from uuid import uuid4

from app.booking import actions, catalogue, labels, pages, queries
from app.booking.models import BookingPolicy
from app.consent import queries as consent
from app.kernel import clock as clocks
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from tests.factories import make_person
from tests.people import SEALER


def offers_of(practice, clock, *, capacity=1):
    found = catalogue.for_desk(practice, now=clock.now())
    service = next(s for s in found.services if (s.capacity > 1) == (capacity > 1))
    return list(found.of_service(service.id))


def starts_of(offer, clock, *, days=3, asking=None):
    first = clock.now().date() + timedelta(days=days)
    free = queries.free_times([offer], first_day=first, last_day=first + timedelta(days=10), now=clock.now())
    return [start for found in free.days.values() for start, _ in found]


def book(
    practice, offer, start, clock, *, origin="web", person=None, by="guest", accepted=True, texts=True, **more
):
    now = clock.now()
    shown = [consent.in_force(practice, kind, "fr") for kind in pages.SHOWN_TEXTS] if texts else []
    asked = actions.Asked(
        start=start,
        attempt=uuid4(),
        person=person or make_person(),
        accepted=accepted,
        sentence=labels.policy_sentence(offer, start, clocks.to_minutes(now)),
        texts=tuple(one for one in shown if one),
        origin=origin,
        **more,
    )
    made = actions.book([offer], asked, sealer=SEALER, by=by, now=now, mail_at=now)
    return queries.appointment(made)


def rule(practice, **values):
    """One more row of the matrix, as the settings would write it."""
    with write_tx():
        BookingPolicy.create(**values)
        Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
            Practice.id == practice.id
        ).execute()
    practice.catalogue_version += 1
    catalogue.forget()
