"""A place in an agenda, inside the caller's transaction: lock it, check it, take it, give it back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import rows, slots
from app.booking.busy import Moving
from app.booking.catalogue import Offer
from app.booking.models import OCCUPYING, Appointment, Hold, Resource, ResourcePool, ResourceUse
from app.booking.questions import Asking, ask, day_of, units_for
from app.booking.refusals import (
    HeldAlready,
    LimitReached,
    NeedsAcknowledgement,
    NotOffered,
    RulesChanged,
    SlotTaken,
)
from app.booking.slots import Reason
from app.directory.models import Practitioner
from app.kernel.clock import to_minutes
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed
from app.kernel.owners import Practice

TAKEN = {Reason.BUSY, Reason.BUFFER_CONFLICT, Reason.FULL, Reason.ROOM_BUSY}
PERSONAL = {Reason.PATIENT_LIMIT, Reason.PATIENT_BUSY}
# what no acknowledgement can break: two sessions of one person or in one room
UNBREAKABLE = {Reason.BUSY, Reason.FULL, Reason.ROOM_BUSY}
OF_PATIENTS = {Reason.TOO_SOON, Reason.TOO_LATE, Reason.DAY_LIMIT, *PERSONAL}

BUMP = ConstantSQL(lambda: _bump_query())
BUMP_IF = ConstantSQL(lambda: _bump_query(unchanged=True))


def _bump_query(*, unchanged: bool = False) -> Any:
    p = Practitioner
    query = p.update(availability_version=p.availability_version + 1).where(p.id == param("who"))
    if not unchanged:
        return query
    same = (Practice.id == p.practice) & (Practice.catalogue_version == param("version"))
    return query.where(pw.fn.EXISTS(Practice.select(Practice.id).where(same)))


def bump(practitioner_ids: Iterable[UUID | str]) -> None:
    """First statement of every change of what is free: on PostgreSQL the row lock that puts writers in line.

    Of several, in one order, so that two changes never wait for each other.
    """
    for who in sorted({hexed(found) for found in practitioner_ids}):
        BUMP.run(who=who)


def lock(offer: Offer, *others: UUID) -> None:
    """Bump everybody concerned and the rooms the offer needs; RulesChanged when the offer is of an older catalogue."""
    lock_all((offer,), *others)


def lock_all(offers: Iterable[Offer], *others: UUID, pools: Iterable[UUID] = ()) -> None:
    """The same for several at once: everybody first, then every room, each in one order."""
    versions: dict[str, int | None] = dict.fromkeys(map(hexed, others))
    rooms = set(pools)
    for offer in offers:
        versions[hexed(offer.practitioner.id)] = offer.version
        rooms |= {pool.id for pool in offer.pools}
    for who, version in sorted(versions.items()):
        if version is None:
            BUMP.run(who=who)
        elif not BUMP_IF.run(who=who, version=version).rowcount:
            raise RulesChanged
    _bump_pools(rooms)


def pools_of(appointment: Appointment) -> list[UUID]:
    """The rooms and devices an appointment gives back when it ends: lock them with everything else."""
    uses = ResourceUse.select(ResourceUse.resource).where(_firm(appointment.session_key))
    return [pool for (pool,) in Resource.select(Resource.pool).where(Resource.id.in_(uses)).tuples()]


def _bump_pools(pool_ids: Iterable[UUID]) -> None:
    for pool in sorted(set(pool_ids)):
        ResourcePool.update(availability_version=ResourcePool.availability_version + 1).where(
            ResourcePool.id == pool
        ).execute()


def reasons(offer: Offer, start: int, *, now: datetime, asking: Asking) -> set[Reason]:
    """All that speaks against a start right now; for staff, the rules of patients and what the agenda itself says."""
    day, minutes = day_of(start, offer), to_minutes(now)
    question = ask([offer], first_day=day, last_day=day, now=now, asking=_as_patient(asking))[0]
    found = set(slots.verdict(*question, start=start, now=minutes).reasons)
    if not asking.staff:
        return found
    at_the_desk = slots.verdict(*question, start=start, now=minutes, staff=True).reasons
    return set(at_the_desk) | (found & OF_PATIENTS)


def _as_patient(asking: Asking) -> Asking:
    return replace(asking, staff=False, past_freed=asking.staff)


def check(
    offer: Offer, start: int, *, now: datetime, asking: Asking, broken: Collection[Reason] = ()
) -> set[int]:
    """The seats taken in the session at `start`. Raises what speaks against it; for staff, less what they `broken`.

    SlotTaken, LimitReached, HeldAlready, NotOffered; NeedsAcknowledgement with the `reasons` staff may break.
    """
    found = reasons(offer, start, now=now, asking=asking)
    if asking.staff:
        if found & UNBREAKABLE:
            raise SlotTaken
        if found - set(broken):
            raise NeedsAcknowledgement(reasons=tuple(sorted(found)))
    else:
        if found - TAKEN - PERSONAL:
            raise NotOffered
        if Reason.PATIENT_BUSY in found:
            raise HeldAlready
        if found & PERSONAL:
            raise LimitReached
        if found:
            raise SlotTaken
    return rows.seats_taken(offer, start) if offer.rules.capacity > 1 else set()


def occupy(
    offer: Offer,
    start: int,
    session: UUID,
    seats: Collection[int],
    *,
    now: datetime,
    asking: Asking,
    hold: Hold | None = None,
) -> None:
    """Take a room or device of each kind for the session at `start`; whoever joins a group is in it already."""
    if not offer.pools or (seats and ResourceUse.select().where(_firm(session)).exists()):
        return
    units = units_for(offer, start, now=now, asking=asking)
    if units is None:
        raise SlotTaken
    for unit in units:
        ResourceUse.create(
            resource=unit,
            hold=hold,
            session_key=session,
            group_key=slots.group_key(offer.agenda, offer.rules) if offer.rules.capacity > 1 else None,
            starts=start - offer.rules.before,
            ends=start + offer.rules.duration + offer.rules.after,
            core_start=start,
            expires=hold.expires if hold else None,
        )


def release(appointment: Appointment) -> None:
    """Give rooms and devices back once nobody of the session is left; call it after the row has changed."""
    left = Appointment.select().where(
        Appointment.session_key == appointment.session_key, Appointment.status.in_(OCCUPYING)
    )
    uses = ResourceUse.select(ResourceUse.resource).where(_firm(appointment.session_key))
    if not uses.exists() or left.exists():
        return
    _bump_pools(pools_of(appointment))
    ResourceUse.delete().where(_firm(appointment.session_key)).execute()


def _firm(session: UUID) -> Any:
    return (ResourceUse.session_key == session) & ResourceUse.hold.is_null()


def moving(appointment: Appointment) -> Moving:
    """What of an appointment does not count while another place is looked for it."""
    others = Appointment.select().where(
        Appointment.session_key == appointment.session_key,
        Appointment.id != appointment.id,
        Appointment.status.in_(OCCUPYING),
    )
    alone = appointment.capacity == 1 or not others.exists()
    return Moving(appointment.idempotency_key, appointment.session_key if alone else None)


def least_busy_first(
    offers: Sequence[Offer], start: int, *, now: datetime, asking: Asking
) -> Sequence[Offer]:
    """Assignment happens at commit: who has the start free, with the fewest minutes booked that day, goes first."""
    if len(offers) == 1:
        return offers
    day, minutes = day_of(start, offers[0]), to_minutes(now)
    asked = ask(offers, first_day=day, last_day=day, now=now, asking=_as_patient(asking))

    def load(pair: tuple[Offer, Any]) -> tuple[bool, int, str]:
        offer, question = pair
        verdict = slots.verdict(*question, start=start, now=minutes)
        return (not verdict.is_offered, sum(row[1] - row[0] for row in question.busy), offer.agenda.id)

    return [offer for offer, _ in sorted(zip(offers, asked, strict=True), key=load)]
