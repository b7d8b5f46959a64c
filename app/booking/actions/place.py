"""A place in an agenda, inside the caller's transaction: lock it, check it, take it, give it back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import rows, slots
from app.booking.busy import Moving
from app.booking.catalogue import Offer
from app.booking.models import OCCUPYING, Appointment, Hold, Resource, ResourcePool, ResourceUse
from app.booking.questions import Asking, ask, at, day_of
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
from app.kernel.db import is_sqlite, write_tx
from app.kernel.ids import hexed
from app.kernel.owners import Practice

TAKEN = {Reason.BUSY, Reason.BUFFER_CONFLICT, Reason.FULL, Reason.ROOM_BUSY}
PERSONAL = {Reason.PATIENT_LIMIT, Reason.PATIENT_BUSY}
# what no acknowledgement can break: two sessions of one person or in one room
UNBREAKABLE = {Reason.BUSY, Reason.FULL, Reason.ROOM_BUSY}
OF_PATIENTS = {Reason.TOO_SOON, Reason.TOO_LATE, Reason.DAY_LIMIT, *PERSONAL}

BUMP = ConstantSQL(lambda: _bump_query())
BUMP_IF = ConstantSQL(lambda: _bump_query(unchanged=True))


@lru_cache(maxsize=16)
def _bump(unchanged: bool, pools: int) -> ConstantSQL:
    """BUMP or BUMP_IF; on PostgreSQL also the one that waits for so many pools behind the practitioner's row."""
    if not pools:
        return BUMP_IF if unchanged else BUMP
    return ConstantSQL(lambda: _bump_query(unchanged=unchanged).returning(_locked_pools(pools)))


def _locked_pools(count: int) -> Any:
    """It names the practitioner's row, so that it is read once that is locked: people first, then rooms."""
    pool = ResourcePool
    wanted = [param(f"pool{number}") for number in range(count)]
    mine = pool.id.in_(wanted) & (pool.practice == Practitioner.practice)
    rows = pool.select(pool.id).where(mine).order_by(pool.id).for_update()
    return pw.Select([rows.alias("locked")], [pw.fn.COUNT(pw.SQL("1"))])


def _bump_query(*, unchanged: bool = False) -> Any:
    p = Practitioner
    query = p.update(availability_version=p.availability_version + 1).where(p.id == param("who"))
    if not unchanged:
        return query
    same = (Practice.id == p.practice) & (Practice.catalogue_version == param("version"))
    current = Practice.select(Practice.id).where(same)
    # otherwise PostgreSQL judges it by what it saw before it waited for the practitioner's row: whoever had that
    # may have changed the rules
    return query.where(pw.fn.EXISTS(current if is_sqlite() else current.for_update("FOR SHARE")))


def bump(practitioner_ids: Iterable[UUID | str]) -> None:
    """First statement of every change of what is free: on PostgreSQL the row lock that puts writers in line.

    Of several, in one order, so that two changes never wait for each other.
    """
    for who in sorted({hexed(found) for found in practitioner_ids}):
        BUMP.run(who=who)


def lock(offer: Offer, *others: UUID) -> None:
    """Bump everybody concerned and lock the rooms the offer needs; RulesChanged when the offer is of an older
    catalogue."""
    lock_all((offer,), *others)


def lock_all(offers: Iterable[Offer], *others: UUID, pools: Iterable[UUID] = ()) -> None:
    """The same for several at once: everybody first, then every room, each in one order.

    The version of a room rises when its time does change (room_index); until then its row is locked, on PostgreSQL with
    the last of the people. SQLite has one writer anyway.
    """
    versions: dict[str, int | None] = dict.fromkeys(map(hexed, others))
    rooms = set(pools)
    for offer in offers:
        versions[hexed(offer.practitioner.id)] = offer.version
        rooms |= {pool.id for pool in offer.pools}
    locks = [] if is_sqlite() else sorted(pool.hex for pool in rooms)
    for who, version in sorted(versions.items()):
        last = who == max(versions)
        given = {f"pool{number}": pool for number, pool in enumerate(locks)} if last else {}
        bumped = _bump(version is not None, len(given)).run(who=who, version=version, **given)
        if version is not None and not bumped.rowcount:
            raise RulesChanged


def pools_of(appointment: Appointment) -> list[UUID]:
    """The rooms and devices an appointment gives back when it ends: lock them with everything else."""
    uses = ResourceUse.select(ResourceUse.resource).where(_firm(appointment.session_key))
    return [pool for (pool,) in Resource.select(Resource.pool).where(Resource.id.in_(uses)).tuples()]


def bump_pools(pool_ids: Iterable[UUID]) -> None:
    """As `bump`, of rooms and devices."""
    for pool in sorted(set(pool_ids)):
        ResourcePool.update(availability_version=ResourcePool.availability_version + 1).where(
            ResourcePool.id == pool
        ).execute()


def reasons(offer: Offer, start: int, *, now: datetime, asking: Asking) -> set[Reason]:
    """All that speaks against a start right now; for staff, the rules of patients and what the agenda itself says."""
    return _look(offer, start, now=now, asking=asking)[0]


def _look(
    offer: Offer, start: int, *, now: datetime, asking: Asking
) -> tuple[set[Reason], list[UUID] | None]:
    question, units = at(offer, start, now=now, asking=_as_patient(asking))
    minutes = to_minutes(now)
    found = set(slots.verdict(*question, start=start, now=minutes).reasons)
    if asking.staff:
        at_the_desk = slots.verdict(*question, start=start, now=minutes, staff=True).reasons
        found = set(at_the_desk) | (found & OF_PATIENTS)
    return found, units


def _as_patient(asking: Asking) -> Asking:
    return replace(asking, staff=False, past_freed=asking.staff)


class Seats(set[int]):
    """The seats taken in a session, and the rooms or devices that are free for it: None when one kind has none."""

    units: Sequence[UUID] | None = ()


def check(
    offer: Offer, start: int, *, now: datetime, asking: Asking, broken: Collection[Reason] = ()
) -> Seats:
    """The seats taken in the session at `start`. Raises what speaks against it; for staff, less what they `broken`.

    SlotTaken, LimitReached, HeldAlready, NotOffered; NeedsAcknowledgement with the `reasons` staff may break.
    RulesChanged when other rules began since the offer was read, whoever asks.
    """
    if offer.until is not None and now >= offer.until:
        raise RulesChanged
    found, units = _look(offer, start, now=now, asking=asking)
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
    seats = Seats(rows.seats_taken(offer, start) if offer.rules.capacity > 1 else ())
    seats.units = units
    return seats


def units_of(offer: Offer, session: UUID, seats: Seats) -> list[str] | None:
    """The rooms and devices (hex) that `check` found; whoever joins a group is in its room already."""
    if not offer.pools:
        return None
    if seats and (there := ResourceUse.select(ResourceUse.resource).where(_firm(session))):
        return sorted(hexed(use.resource_id) for use in there)
    if seats.units is None:
        raise SlotTaken
    return [unit.hex for unit in seats.units]


def keep_units(offer: Offer, start: int, session: UUID, seats: Seats, *, hold: Hold) -> None:
    """The same for a hold, which keeps them itself."""
    if not offer.pools or (seats and ResourceUse.select().where(_firm(session)).exists()):
        return
    if seats.units is None:
        raise SlotTaken
    bump_pools(pool.id for pool in offer.pools)
    for unit in seats.units:
        ResourceUse.create(
            resource=unit,
            hold=hold,
            session_key=session,
            group_key=slots.group_key(offer.agenda, offer.rules) if offer.rules.capacity > 1 else None,
            starts=start - offer.rules.before,
            ends=start + offer.rules.duration + offer.rules.after,
            core_start=start,
            expires=hold.expires,
        )


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


def let_go(hold_id: UUID) -> None:
    """A hold its owner no longer wants; nothing when it is gone."""
    with write_tx():
        hold = Hold.get_or_none(Hold.id == hold_id)
        if hold is not None:
            bump([hold.practitioner_id])
            ResourceUse.delete().where(ResourceUse.hold == hold_id).execute()
            hold.delete_instance()


def asking_to_move(appointment: Appointment, *, guest: bool, mine: UUID | None = None) -> Asking:
    """Who looks for another time for an appointment: its own time counts as free.

    A guest holds a link and has proved nothing: they are told how much they hold, and never when (docs/adr/0017).
    """
    if not guest:
        return Asking(person=appointment.patient_id, mine=mine, moving=moving(appointment))
    key, mail = appointment.patient.identity_key, appointment.contact_email or ""
    return Asking(person=key, mail=mail, mine=mine, moving=moving(appointment))


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
