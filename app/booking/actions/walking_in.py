"""Somebody came without an appointment and is taken in: one is made for them, arrived already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import peewee as pw

from app.booking.actions import attendance, bookings, place
from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.questions import Asking
from app.booking.refusals import SlotTaken
from app.booking.rows import Asked
from app.booking.walls import WALL_NAMES
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.patients import actions as patients
from app.patients.actions import Person


@dataclass(frozen=True)
class WalksIn:
    """`attempt` is the number's id: one number is one appointment. `file` is the patient the desk has chosen."""

    start: int
    attempt: UUID
    person: Person
    number: int
    file: UUID | None = None


def walk_in(
    offer: Offer,
    who: WalksIn,
    *,
    sealer: Sealer,
    by: str,
    now: datetime,
    meanwhile: Callable[[UUID], None] = lambda _made: None,
) -> UUID:
    """In treatment when it begins this minute, else arrived; `meanwhile` is done with it. SlotTaken, RulesChanged.

    The person stands at the counter: rules of patients do not count, and no mail tells them what they see.
    """
    sealed = patients.seal(who.person, sealer=sealer, file=who.file, attempt=who.attempt)
    asking = Asking(staff=True, mine=who.attempt)
    try:
        with write_tx():
            place.lock(offer)
            broken = frozenset(place.reasons(offer, who.start, now=now, asking=asking) - place.UNBREAKABLE)
            seats = place.check(offer, who.start, now=now, asking=asking, broken=broken)
            asked = Asked(
                start=who.start, attempt=who.attempt, person=who.person, accepted=False, sentence="", origin="walkin",
                file=who.file, broken=broken, detail={"walk_in": who.number},
            )  # fmt: skip
            made = bookings.enter(
                offer, asked, patients.meet(sealed, now=now), seats, status="arrived", now=now
            )
            bookings.trace(made, asked, by=by, now=now)
            if who.start <= to_minutes(now):
                attendance.note(Appointment.get_by_id(made), "checked-in", by=by, now=now)
            meanwhile(made)
    except pw.IntegrityError as wall:
        if any(name in str(wall) for name in (*WALL_NAMES, "idempotency_key", "session_key")):
            raise SlotTaken from wall
        raise
    return made
