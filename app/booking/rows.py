"""A booking as asked for, and the row it becomes: one statement of constant text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from app.booking.catalogue import Offer
from app.booking.models import OCCUPYING, Appointment
from app.booking.policy import answer_by, cancel_until, move_until
from app.booking.slots import Reason
from app.consent.queries import Text
from app.kernel.clock import to_minutes
from app.kernel.db import database
from app.kernel.ids import uuid7
from app.kernel.tenancy import current_practice_id
from app.patients.actions import Behind, Person

UNDO = timedelta(minutes=3)


@dataclass(frozen=True)
class Asked:
    """A booking as asked for. `attempt` is the hold's id, or a fresh one: the same attempt twice is one appointment."""

    start: int
    attempt: UUID
    person: Person
    accepted: bool
    sentence: str
    texts: tuple[Text, ...] = field(default=())
    origin: str = "web"
    address: str = ""  # where it comes from; counted when it is known
    behind: Behind | None = None  # the account of whoever is signed in; None for a guest
    file: UUID | None = None  # whose file the desk has chosen
    detail: dict[str, Any] = field(default_factory=dict)  # on whose behalf, for the journal
    note: str = ""  # with a request
    series: UUID | None = None
    broken: frozenset[Reason] = frozenset()  # rules of patients that staff break knowingly
    because: str = ""  # why they do

    @property
    def by_staff(self) -> bool:
        return self.origin != "web"


def seats_taken(offer: Offer, start: int) -> set[int]:
    key = group_key(offer, start)
    rows = Appointment.select(Appointment.seat).where(
        Appointment.session_key == key, Appointment.status.in_(OCCUPYING)
    )
    return {seat for (seat,) in rows.tuples()}


def group_key(offer: Offer, start: int) -> UUID:
    return uuid5(offer.schedule.id, f"{offer.service.id.hex}:{start}")


def session_of(offer: Offer, start: int) -> UUID:
    return group_key(offer, start) if offer.rules.capacity > 1 else uuid7()


COLUMNS = (
    "id", "practice_id", "patient_id", "practitioner_id", "schedule_id", "service_id", "location_id", "starts", "ends",
    "buffer_before", "buffer_after", "session_key", "seat", "capacity", "status", "origin", "version", "price_cents",
    "contact_email", "language", "idempotency_key", "cancel_until", "late_fee_cents", "created_at", "undo_until",
    "cancelled_late", "fit", "move_until", "level", "note", "answer_by", "series_id", "units",
    "policy_texts", "policy_sentence", "accepted",
)  # fmt: skip


def insert(
    appointment_id: UUID,
    offer: Offer,
    asked: Asked,
    patient_id: UUID,
    seats: set[int],
    *,
    session: UUID,
    units: Sequence[str] | None,
    status: str,
    now: datetime,
) -> None:
    """`units` are the rooms and devices of its session (hex)."""
    rules, start, zone = offer.rules, asked.start, offer.location.timezone
    answer = None
    if status == "proposed":
        hours = offer.policy.answer_hours
        answer = answer_by(to_minutes(now), hours, zone, holidays=offer.agenda.holidays, start=start)
    seat = next(number for number in range(1, rules.capacity + 1) if number not in seats)
    created = Appointment.created_at.db_value
    values = (
        appointment_id.hex, current_practice_id().hex, patient_id.hex, offer.practitioner.id.hex, offer.schedule.id.hex,
        offer.service.id.hex, offer.location.id.hex, start, start + rules.duration, rules.before, rules.after,
        session.hex, seat, rules.capacity, status, asked.origin, 1, offer.price_cents,
        asked.person.email, asked.person.language, asked.attempt.hex,
        cancel_until(start, offer.policy, zone), offer.policy.late_fee_cents, created(now), created(now + UNDO), False,
        "supported", move_until(start, offer.policy, zone), offer.standing.level, asked.note or None, answer,
        asked.series and asked.series.hex, Appointment.units.db_value(units),
        Appointment.policy_texts.db_value([text.reference() for text in asked.texts]), asked.sentence[:500],
        asked.accepted,
    )  # fmt: skip
    database.execute_sql(_sql(database.param), values)


@lru_cache(maxsize=2)
def _sql(mark: str) -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    return f'INSERT INTO "appointment" ({names}) VALUES ({", ".join([mark] * len(COLUMNS))})'
