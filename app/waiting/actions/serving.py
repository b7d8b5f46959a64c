"""A time comes free: kept off the public page at once, then offered to those who wait, one by one.

The reactions run inside the transaction that frees the time; the rest is work of the worker, driven by the outbox: one
job when the time comes free, one when each offer ends. Locks in one order: practitioner, wish, offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.booking import actions as booking
from app.booking import queries as bookings
from app.booking.actions.place import bump
from app.booking.catalogue import Offer
from app.booking.events import AppointmentCancelled, AppointmentMoved
from app.booking.models import Appointment, Hold
from app.booking.refusals import CallUs, HeldAlready, LimitReached, NotOffered, RulesChanged, SlotTaken
from app.directory.models import Location, Schedule
from app.kernel import audit, outbox
from app.kernel.clock import local, to_minutes
from app.kernel.db import write_tx
from app.kernel.events import publish
from app.kernel.ids import uuid7
from app.kernel.sealing import hashed
from app.waiting import queries, wishes
from app.waiting.events import TimeOffered
from app.waiting.models import WaitEntry, WaitOffer
from app.web.outside import services

NOT_NOW = (SlotTaken, NotOffered, LimitReached, HeldAlready, RulesChanged, CallUs)


@dataclass(frozen=True)
class Gap:
    """A stretch of a practitioner's time (UTC minutes) that came free at `freed_at`, kept by a hold meanwhile."""

    practitioner_id: UUID
    starts: int
    ends: int
    freed_at: int
    hold_id: UUID | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "practitioner": self.practitioner_id.hex,
            "starts": self.starts,
            "ends": self.ends,
            "freed_at": self.freed_at,
            "hold": self.hold_id and self.hold_id.hex,
        }


def gap_of(offer: WaitOffer) -> Gap:
    return Gap(offer.practitioner_id, offer.starts, offer.ends, offer.freed_at, offer.hold_id)


def lock(practitioner_id: UUID) -> None:
    bump([practitioner_id])


# ---- inside the transaction that frees a time


def came_free(event: AppointmentCancelled) -> None:
    """Also a request that was refused, and what was undone."""
    was = Appointment.get_by_id(event.appointment_id)
    gap = Gap(event.practitioner_id, was.starts, was.ends, to_minutes(event.at))
    _keep_off(gap, was, was.capacity, now=event.at)


def moved_away(event: AppointmentMoved) -> None:
    was = Appointment.get_by_id(event.appointment_id)
    gap = Gap(event.from_practitioner_id, event.from_start, event.from_end, to_minutes(event.at))
    _keep_off(gap, was, 1, now=event.at)


def _keep_off(gap: Gap, was: Appointment, capacity: int, *, now: datetime) -> None:
    """Nobody but staff is offered the time until the list was asked, an hour at most."""
    minutes = to_minutes(now)
    if gap.ends <= minutes or not _somebody_waits(gap, now=minutes):
        return
    own = Schedule.practitioner == gap.practitioner_id
    schedule = (
        Schedule.select().where(own).order_by(Schedule.id != was.schedule_id, Schedule.position).first()
    )
    kept = Hold.create(
        practitioner=gap.practitioner_id,
        schedule=schedule.id,
        service=was.service_id,
        starts=gap.starts,
        ends=gap.ends,
        buffer_before=0,
        buffer_after=0,
        session_key=was.session_key if capacity > 1 else uuid4(),
        capacity=capacity,
        expires=minutes + wishes.FREED_MOST,
        kind="freed",
    )
    _ask_worker(Gap(gap.practitioner_id, gap.starts, gap.ends, gap.freed_at, kept.id), kept.id, now=now)


def _somebody_waits(gap: Gap, *, now: int) -> bool:
    zone = (
        Location.select(Location.timezone).join(Schedule).where(Schedule.practitioner == gap.practitioner_id)
    )
    if not WaitEntry.select().where(WaitEntry.state == "waiting").exists():
        return False
    return any(
        wishes.may_suit(
            queries.wish_of(entry), gap.starts, gap.ends, duration=entry.service.duration_minutes, now=now
        )
        for entry in queries.around(gap.practitioner_id, gap.starts, zone=zone.scalar())
    )


def _ask_worker(gap: Gap, about: UUID, *, now: datetime, due_at: datetime | None = None, **more: Any) -> None:
    outbox.post("waiting-list", {**gap.payload(), **more}, key=job_key(about), now=now, due_at=due_at)


def job_key(about: UUID) -> str:
    """Of the work that is due for a freed time, or when an offer ends."""
    return f"waiting-list:{about.hex}"


# ---- work of the worker


def serve(payload: dict[str, Any]) -> None:
    """The next in line is asked, if the time is still to be had; done twice, it changes nothing."""
    now = services().clock.now()
    hold = payload["hold"] and UUID(payload["hold"])
    gap = Gap(UUID(payload["practitioner"]), payload["starts"], payload["ends"], payload["freed_at"], hold)
    with write_tx():
        lock(gap.practitioner_id)
        if "offer" in payload:
            ended = WaitOffer.get_or_none(WaitOffer.id == UUID(payload["offer"]))
            if ended is None or ended.expires > to_minutes(now) or not close(ended, "expired", now=now):
                return
        elif not Hold.select().where(Hold.id == gap.hold_id).exists():
            return
        pass_on(gap, now=now)


def close(offer: WaitOffer, state: str, *, now: datetime) -> bool:
    """False when it has been answered already."""
    change = WaitOffer.update(state=state, answered_at=now)
    return bool(change.where(WaitOffer.id == offer.id, WaitOffer.state == "open").execute())


def pass_on(gap: Gap, *, now: datetime) -> None:
    """To the next in line; when nobody is left, the time is everybody's. With the practitioner locked."""
    minutes, made = to_minutes(now), None
    asked = queries.offered_already(gap.practitioner_id, gap.starts, gap.ends, freed_at=gap.freed_at)
    if gap.ends > minutes:
        for entry in _in_line(gap, but=asked):
            made = _offer_one(entry, gap, now=now)
            if made is not None:
                break
    Hold.delete().where(Hold.id == gap.hold_id).execute()
    if made is not None:
        for low, high in wishes.leftover(gap.starts, gap.ends, made.starts, made.ends):
            rest = Gap(gap.practitioner_id, low, high, gap.freed_at)
            _keep_off(rest, _like(made), 1, now=now)


def _like(offer: WaitOffer) -> Any:
    """What a hold of the leftover is made of."""
    return Appointment(schedule=offer.schedule_id, service=offer.entry.service_id)


def _in_line(gap: Gap, *, but: set[UUID]) -> Sequence[WaitEntry]:
    zone = (
        Location.select(Location.timezone).join(Schedule).where(Schedule.practitioner == gap.practitioner_id)
    )
    found = queries.around(gap.practitioner_id, gap.starts, zone=zone.scalar())
    busy = queries.open_offers([entry.id for entry in found])
    return [entry for entry in found if entry.id not in but and entry.id not in busy]


def _offer_one(entry: WaitEntry, gap: Gap, *, now: datetime) -> WaitOffer | None:
    """What the engine finds for this wish within the gap, kept for them; None when there is nothing."""
    offers = [one for one in queries.offers_for(entry, now=now) if one.practitioner.id == gap.practitioner_id]
    return offer_within(entry, offers, gap.starts, gap.ends, gap=gap, now=now) if offers else None


def offer_within(
    entry: WaitEntry, offers: list[Offer], first: int, last: int, *, gap: Gap | None, now: datetime
) -> WaitOffer | None:
    """The start in [first, last) that suits best, with the practitioners locked; None when the engine finds none."""
    held, minutes = queries.swapped(entry, now=now), to_minutes(now)
    if held is not None and not queries.can_give_up(held, now=now):
        return None  # too late to give the old one up
    asking = queries.asking_for(entry, held, mine=gap and gap.hold_id)
    zone = offers[0].location.timezone
    longest = max(one.rules.duration for one in offers)
    free = bookings.free_times(
        offers,
        first_day=local(first - longest, zone).date(),
        last_day=local(last, zone).date(),
        now=now,
        asking=asking,
    )
    starts = [
        start for found in free.days.values() for start, _who in found if first - longest < start < last
    ]
    while (start := wishes.nearest(queries.wish_of(entry), starts, to=first, now=minutes)) is not None:
        lasting = wishes.lasts(start, now=minutes)
        fitting = [one for one in offers if start + one.rules.duration > first]
        try:
            kept = booking.hold(
                fitting, start, now=now, asking=asking, kind="offer", minutes=lasting + wishes.GRACE
            )
        except NOT_NOW:
            starts.remove(start)
            continue
        return _tell(entry, kept, lasting, freed_at=gap.freed_at if gap else minutes, now=now)
    return None


def _tell(entry: WaitEntry, kept: Hold, lasting: int, *, freed_at: int, now: datetime) -> WaitOffer:
    """The offer as a row of the log, its mail, and the work that is due when it ends."""
    offer_id, expires = uuid7(), to_minutes(now) + lasting
    made = WaitOffer.create(
        id=offer_id,
        entry=entry.id,
        practitioner=kept.practitioner_id,
        schedule=kept.schedule_id,
        starts=kept.starts,
        ends=kept.ends,
        freed_at=freed_at,
        hold_id=kept.id,
        token_hash=hashed(token_of(offer_id)),
        offered_at=now,
        expires=expires,
    )
    outbox.post("waiting-offer", {"offer": offer_id.hex}, key=f"waiting-offer:{offer_id.hex}", now=now)
    due = now + timedelta(minutes=lasting + 1)  # `expires` is a whole minute, rounded down
    _ask_worker(gap_of(made), offer_id, now=now, due_at=due, offer=offer_id.hex)
    detail = {"offer": offer_id.hex, "starts": kept.starts, "until": expires}
    audit.record(
        by="worker", verb="waiting.offer", target=audit.of_id("wait_entry", entry.id), at=now, detail=detail
    )
    publish(TimeOffered(offer_id, entry.id, entry.patient_id, expires, now))
    return made


def token_of(offer_id: UUID) -> str:
    """Of the link in the mail, made again when the mail is written: only its hash is kept."""
    return services().sealer.link_token("waiting-offer", offer_id.hex)
