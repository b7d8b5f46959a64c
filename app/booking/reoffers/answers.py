"""What somebody answers by the link of an offer: once, and looked at again at that very moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking import catalogue, queries, slots
from app.booking.actions import changes, place
from app.booking.models import STILL, Appointment, Reoffer
from app.booking.questions import Asking, ask, day_of
from app.booking.refusals import CannotBeChanged, LinkIsOld, NeedsAcknowledgement, RulesChanged, SlotTaken
from app.booking.reoffers.proposals import TIMES, Given, Shelf, Time
from app.booking.reoffers.sending import ASKED_BY_US
from app.kernel import audit
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.kernel.sealing import hashed

OPEN = ("sent", "told", "call", "called")


def read(token: str) -> Reoffer:
    """The offer behind a link, whatever became of it; NotFound when there is none here."""
    found = Reoffer.get_or_none(Reoffer.token_hash == hashed(token[:100]))
    if found is None:
        raise NotFound
    return found


def is_open(reoffer: Reoffer, appointment: Appointment, *, now: datetime) -> bool:
    """Whether an answer still counts: not answered, not expired, and the appointment is the one it speaks of."""
    return (
        reoffer.state in OPEN and to_minutes(now) < reoffer.expires and appointment.version == reoffer.version
    )


def choices(practice: Practice, reoffer: Reoffer, appointment: Appointment, *, now: datetime) -> list[Time]:
    """What of the offered times is still free; when nothing is, the three nearest that are."""
    current = Practice.get_by_id(practice.id)  # between page and answer the agenda may have changed
    found = catalogue.for_desk(current, now=now)
    offers = [o for o in found.at(appointment.service_id, appointment.location_id) if o.schedule.public]
    kept = [
        Time(start, offer)
        for schedule, start in reoffer.alternatives
        for offer in offers
        if offer.agenda.id == schedule and _is_free(offer, start, appointment, now=now)
    ]
    return kept or _fresh(offers, appointment, now=now)


def _is_free(offer: Any, start: int, appointment: Appointment, *, now: datetime) -> bool:
    if start <= to_minutes(now):
        return False
    day = day_of(start, offer)
    asked = ask([offer], first_day=day, last_day=day, now=now, asking=_asking(appointment))[0]
    reasons = set(slots.verdict(*asked, start=start, now=to_minutes(now)).reasons)
    return not reasons - ASKED_BY_US


def _fresh(offers: Sequence[Any], appointment: Appointment, *, now: datetime) -> list[Time]:
    if not offers:
        return []
    shelf = Shelf.of(offers, [appointment], now=now, asking=_asking(appointment))
    return list(shelf.proposal(appointment, Given()).times)[:TIMES]


def _asking(appointment: Appointment) -> Asking:
    """Their own other appointments count; the one that is lost does not."""
    return Asking(person=appointment.patient_id, moving=place.moving(appointment))


def take(practice: Practice, reoffer: Reoffer, schedule: str, start: int, *, by: str, now: datetime) -> None:
    """One of the times. The same answer twice is one; SlotTaken when somebody was quicker: then the offer holds
    fresh times. LinkIsOld when it no longer applies, CannotBeChanged when the time was never offered."""
    appointment = queries.appointment(reoffer.appointment_id)
    if reoffer.state == "accepted":
        return
    if reoffer.choice not in ("times", "call") or not is_open(reoffer, appointment, now=now):
        raise LinkIsOld
    possible = {time.key: time for time in choices(practice, reoffer, appointment, now=now)}
    offered = {tuple(one) for one in reoffer.alternatives}
    time = possible.get((schedule, start))
    if time is None and (schedule, start) not in offered:
        raise CannotBeChanged
    try:
        if time is None:
            raise SlotTaken
        with write_tx():
            if not _turn(reoffer, "accepted", now=now):
                raise LinkIsOld
            changes.move(appointment, time.offer, start, by=by, now=now, staff=True, broken=ASKED_BY_US)
            record(reoffer, "accept", by=by, now=now)
    except (SlotTaken, NeedsAcknowledgement, RulesChanged) as no:
        fresh = [list(one.key) for one in choices(practice, reoffer, appointment, now=now)]
        with write_tx():
            Reoffer.update(alternatives=fresh).where(Reoffer.id == reoffer.id).execute()
        raise SlotTaken from no


def acknowledge(reoffer: Reoffer, *, by: str, now: datetime) -> None:
    """They have read it: nobody needs to telephone. Twice is once."""
    with write_tx():
        if reoffer.choice in ("colleague", "cancel") and _turn(reoffer, "accepted", now=now):
            record(reoffer, "acknowledge", by=by, now=now)


def decline(reoffer: Reoffer, *, by: str, now: datetime) -> None:
    """None of the times suits: the practice telephones. Twice is once."""
    with write_tx():
        if _turn(reoffer, "declined", now=now):
            record(reoffer, "decline", by=by, now=now)


def give_up(reoffer: Reoffer, *, by: str, now: datetime) -> None:
    """They do without. It was the practice that could not: it is never late. LinkIsOld when it changed meanwhile."""
    appointment = queries.appointment(reoffer.appointment_id)
    if appointment.status == "cancelled":
        return
    if not is_open(reoffer, appointment, now=now) or appointment.status not in STILL:
        raise LinkIsOld
    with write_tx():
        if not _turn(reoffer, "declined", now=now):
            raise LinkIsOld
        changes.end(appointment, by=by, now=now, kind="patient")


def reached(reoffer_id: UUID, *, by: str, now: datetime) -> Reoffer:
    """Somebody telephoned and spoke with them. NotFound when it is not of the open practice."""
    found = Reoffer.get_or_none(Reoffer.id == reoffer_id)
    if found is None:
        raise NotFound
    with write_tx():
        change = Reoffer.update(state="called", called_at=now, called_by=by).where(
            Reoffer.id == reoffer_id, Reoffer.called_at.is_null(), Reoffer.state != "accepted"
        )
        if change.execute():
            record(found, "call", by=by, now=now)
    return found


def _turn(reoffer: Reoffer, state: str, *, now: datetime) -> bool:
    change = Reoffer.update(state=state, answered_at=now).where(
        Reoffer.id == reoffer.id, Reoffer.state.in_(OPEN)
    )
    return bool(change.execute())


def record(reoffer: Reoffer, what: str, *, by: str, now: datetime) -> None:
    target = audit.of_id("appointment", reoffer.appointment_id)
    audit.record(by=by, verb=f"reoffer.{what}", target=target, at=now)
