"""One send for many appointments: each is moved, offered other times, cancelled or put on the list of calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.actions import changes, place
from app.booking.catalogue import Offer
from app.booking.events import AppointmentReoffered
from app.booking.impact import orphans
from app.booking.models import STILL, Appointment, Rearrangement, Reoffer
from app.booking.refusals import CannotBeChanged, SlotTaken
from app.booking.reoffers.proposals import Time
from app.kernel import audit, outbox
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.events import publish
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer, hashed

LASTS = timedelta(days=7)
# rules of patients that the practice itself breaks when it asks; never a person in two places
ASKED_BY_US = place.OF_PATIENTS - {place.Reason.PATIENT_BUSY} | {place.Reason.OFF_GRID}


@dataclass(frozen=True)
class Chosen:
    """What becomes of one appointment. `offer` is the colleague's; `times` are those a mail offers."""

    appointment: Any
    choice: str  # models.CHOICES, or «settle»
    offer: Offer | None = None
    times: tuple[Time, ...] = ()


@dataclass(frozen=True)
class Send:
    """What is the same for all of one send. `attempt` is of the page it comes from: twice is once."""

    cause: str
    attempt: UUID
    by: str
    now: datetime
    sealer: Sealer
    words: str = ""
    practitioner_id: UUID | None = None


def send(chosen: Iterable[Chosen], to: Send) -> Rearrangement | None:
    """Each in its own transaction, so that one that cannot be done keeps no other from it; None when all is kept."""
    wanted = [one for one in chosen if one.choice != "keep"]
    for one in wanted:
        if one.choice == "settle":
            _settle(one.appointment, to)
    wanted = [one for one in wanted if one.choice != "settle"]
    if not wanted:
        return None
    made = _begin(to)
    done = {row.appointment_id for row in Reoffer.select().where(Reoffer.rearrangement == made.id)}
    for one in wanted:
        if one.appointment.id not in done:
            _handle(one, made, to)
    return made


def _begin(to: Send) -> Rearrangement:
    with write_tx():
        known = Rearrangement.get_or_none(Rearrangement.attempt == to.attempt)
        if known is not None:
            return known
        made = Rearrangement.create(
            cause=to.cause,
            practitioner=to.practitioner_id,
            attempt=to.attempt,
            actor=to.by,
            created_at=to.now,
        )
        target = audit.of_id("rearrangement", made.id)
        audit.record(by=to.by, verb="appointments.rearrange", target=target, at=to.now)
        return made


def _handle(one: Chosen, made: Rearrangement, to: Send) -> None:
    act = {"colleague": _to_colleague, "times": _offer_times, "cancel": _call_off}.get(one.choice, _to_call)
    try:
        with write_tx():
            act(one, made, to)
    except (Refusal, pw.IntegrityError):
        with write_tx():  # somebody was quicker, or it has changed: a person looks at it
            current = Appointment.get_by_id(one.appointment.id)
            if current.status in STILL:
                _keep(one, made, to, version=current.version, state="call", choice="call")


def _to_colleague(one: Chosen, made: Rearrangement, to: Send) -> None:
    appointment = one.appointment
    if one.offer is None:
        raise SlotTaken
    changes.move(
        appointment,
        one.offer,
        appointment.starts,
        by=to.by,
        now=to.now,
        staff=True,
        broken=ASKED_BY_US,
        because=to.cause,
    )
    version = appointment.version + 1
    outbox.drop(f"appointment-moved:{appointment.id.hex}:{version}")  # ours says why, and asks for a sign
    _tell(_keep(one, made, to, version=version, state="told"), appointment, to)


def _offer_times(one: Chosen, made: Rearrangement, to: Send) -> None:
    appointment = one.appointment
    if not one.times:
        return _to_call(one, made, to)
    kept = _keep(one, made, to, version=appointment.version, state="sent")
    _tell(kept, appointment, to)
    publish(AppointmentReoffered(appointment.id, appointment.practitioner_id, kept.id, to.now))
    return None


def _call_off(one: Chosen, made: Rearrangement, to: Send) -> None:
    appointment = one.appointment
    kept = _keep(one, made, to, version=appointment.version + 1, state="told")
    changes.end(
        appointment,
        by=to.by,
        now=to.now,
        reason=to.words,
        kind="practice",
        letter="appointment-called-off",
        told={"reoffer": kept.id.hex},
    )


def _to_call(one: Chosen, made: Rearrangement, to: Send) -> None:
    _keep(one, made, to, version=one.appointment.version, state="call")


def _settle(appointment: Any, to: Send) -> None:
    try:
        orphans.settle(appointment, by=to.by, now=to.now)
    except CannotBeChanged:
        return


def _keep(
    one: Chosen, made: Rearrangement, to: Send, *, version: int, state: str, choice: str = ""
) -> Reoffer:
    reoffer_id = uuid7()
    reached = bool(one.appointment.contact_email)
    return Reoffer.create(
        id=reoffer_id,
        rearrangement=made,
        appointment=one.appointment.id,
        choice=choice or one.choice,
        alternatives=[list(time.key) for time in one.times],
        version=version,
        was_start=one.appointment.starts,
        words=to.words or None,
        token_hash=hashed(token_of(reoffer_id, sealer=to.sealer)),
        expires=to_minutes(to.now + LASTS),
        state=state if reached else "call",
        created_at=to.now,
    )


def _tell(kept: Reoffer, appointment: Any, to: Send) -> None:
    if appointment.contact_email:
        key = f"appointment-reoffered:{kept.id.hex}"
        outbox.post("appointment-reoffered", {"reoffer": kept.id.hex}, key=key, now=to.now)


def token_of(reoffer_id: UUID, *, sealer: Sealer) -> str:
    """Made again when the mail is written; only its hash is kept."""
    return sealer.link_token(reoffer_id.hex, "reoffer")
