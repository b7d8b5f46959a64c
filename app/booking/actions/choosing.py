"""One of the times a practice offers instead of what was asked for is taken: another appointment, booked at once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import peewee as pw

from app.booking.actions import bookings, place
from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.refusals import AlreadyDone, SlotTaken
from app.booking.rows import Asked
from app.booking.walls import WALL_NAMES
from app.consent.queries import Text
from app.kernel.db import write_tx
from app.patients.actions import Person


def attempt_of(refused: Appointment) -> UUID:
    """The key under which at most one appointment comes of a refused request."""
    return uuid5(refused.id, "choose")


def chosen(refused: Appointment) -> Appointment | None:
    """What came of the times offered, or None."""
    return Appointment.get_or_none(Appointment.idempotency_key == attempt_of(refused))


def choose(
    refused: Appointment,
    offer: Offer,
    start: int,
    *,
    sentence: str,
    texts: Sequence[Text],
    by: str,
    now: datetime,
    mail_at: datetime,
    meanwhile: Callable[[], None] = lambda: None,
) -> UUID:
    """For the same person, under the rules the practice sets aside by offering it; `meanwhile` is done with it.

    Raises AlreadyDone when a time was chosen before, SlotTaken, NotOffered, HeldAlready, LimitReached, RulesChanged.
    """
    person = refused.patient
    asked = Asked(
        start=start,
        attempt=attempt_of(refused),
        person=Person(
            given_name=person.given_name,
            family_name=person.family_name,
            email=refused.contact_email,
            language=refused.language,
        ),
        accepted=True,
        sentence=sentence,
        texts=tuple(texts),
        detail={"instead_of": refused.id.hex},
    )
    asking = place.asking_to_move(refused, guest=by == "guest")
    try:
        with write_tx():
            place.lock(offer)
            if chosen(refused) is not None:
                raise AlreadyDone
            seats = place.check(offer, start, now=now, asking=asking)
            made = bookings.enter(offer, asked, person.id, seats, status="booked", now=now)
            bookings.announce(made, offer, status="booked", now=now, mail_at=mail_at)
            meanwhile()
            bookings.trace(made, asked, by=by, now=now)
    except pw.IntegrityError as wall:
        if "idempotency_key" in str(wall):
            raise AlreadyDone from wall
        if any(name in str(wall) for name in (*WALL_NAMES, "session_key")):
            raise SlotTaken from wall
        raise
    return made
