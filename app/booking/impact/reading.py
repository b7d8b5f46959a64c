"""The appointments a change concerns, read once, and what it would do to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from app.booking import catalogue
from app.booking.impact.compare import Impact, compare, fits
from app.booking.impact.difference import Difference
from app.booking.models import STILL, Appointment, Resource, ResourceUse
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.clock import to_minutes
from app.kernel.owners import Practice
from app.patients.models import Patient


def of(practice: Practice, change: Difference, *, now: datetime) -> Impact:
    """What a change would do to the appointments that are still to come; one statement, and one for rooms."""
    found = catalogue.for_desk(practice, now=now)
    people = people_of(found, change)
    if not people:
        return Impact()
    coming = list(still_to_come(now).where(Appointment.practitioner.in_(people)))
    impact = compare(change, offers_by_place(found, coming), coming)
    roomless = _without_room(impact.again)
    return replace(impact, again=[one for one in impact.again if one.session_key not in roomless])


def besides(impact: Impact, conditions: Sequence[Any], *, now: datetime) -> Impact:
    """The same, with appointments to come that keep their place though what they are about changes."""
    told = {one.id for one in (*impact.stays, *impact.lost, *impact.again)}
    rows = still_to_come(now).where(reduce(or_, conditions))
    stays = sorted(
        [*impact.stays, *(one for one in rows if one.id not in told)], key=lambda one: (one.starts, one.id)
    )
    return replace(impact, stays=stays)


def people_of(found: catalogue.Catalogue, change: Difference) -> list[UUID]:
    return sorted({offer.practitioner.id for offer in found.offers if change.concerns(offer)})


def offers_by_place(found: catalogue.Catalogue, coming: list[Any]) -> dict[tuple[UUID, UUID], Any]:
    """Of every agenda and service; a service that is given no more stands in its agenda as any other does."""
    offers = {(offer.schedule.id, offer.service.id): offer for offer in found.offers}
    by_agenda = {offer.schedule.id: offer for offer in found.offers}
    for one in coming:
        here = (one.schedule_id, one.service_id)
        like = by_agenda.get(one.schedule_id)
        if here not in offers and like is not None:
            rules = replace(like.rules, id=one.service_id.hex)
            offers[here] = replace(like, service=one.service, rules=rules)
    return offers


def of_room(unit: Resource, *, now: datetime) -> Impact:
    """What retiring a room would do: its sessions move to another one of the pool, where one is free. Two statements.

    A session that finds none loses its place.
    """
    uses = _uses(unit.pool_id, now)
    mine = sorted((use for use in uses if use.resource_id == unit.id), key=lambda use: use.starts)
    others = [
        row.id
        for row in Resource.select()
        .where(Resource.pool == unit.pool_id, Resource.id != unit.id, ~Resource.retired)
        .order_by(Resource.position, Resource.key)
    ]
    taken: dict[UUID, list[tuple[int, int]]] = {other: [] for other in others}
    for use in uses:
        if use.resource_id in taken:
            taken[use.resource_id].append((use.starts, use.ends))
    moves: dict[UUID, tuple[UUID, UUID]] = {}
    for use in mine:
        free = next(
            (o for o in others if not any(s < use.ends and e > use.starts for s, e in taken[o])), None
        )
        if free is not None:
            moves[use.session_key] = (unit.id, free)
            taken[free].append((use.starts, use.ends))
    sessions = [use.session_key for use in mine]
    coming = list(still_to_come(now).where(Appointment.session_key.in_(sessions))) if sessions else []
    return Impact(
        stays=[one for one in coming if one.session_key in moves],
        lost=[one for one in coming if one.session_key not in moves],
        units=moves,
    )


def of_room_back(practice: Practice, unit: Resource, *, now: datetime) -> Impact:
    """Whose place comes back with a room that was retired: it still stands beside their session."""
    sessions = [use.session_key for use in _uses(unit.pool_id, now) if use.resource_id == unit.id]
    if not sessions:
        return Impact()
    coming = list(
        still_to_come(now).where(Appointment.session_key.in_(sessions), Appointment.fit == "orphaned")
    )
    offers = offers_by_place(catalogue.for_desk(practice, now=now), coming)
    placed = [(offers.get((one.schedule_id, one.service_id)), one) for one in coming]
    return Impact(again=[one for offer, one in placed if offer is not None and fits(offer, one)])


def _without_room(appointments: list[Any]) -> set[UUID]:
    """Sessions whose room is retired."""
    sessions = [one.session_key for one in appointments]
    if not sessions:
        return set()
    uses = ResourceUse.select(ResourceUse.session_key).join(Resource)
    return {use.session_key for use in uses.where(ResourceUse.session_key.in_(sessions), Resource.retired)}


def _uses(pool_id: UUID, now: datetime) -> list[Any]:
    units = Resource.select(Resource.id).where(Resource.pool == pool_id)
    return list(
        ResourceUse.select().where(
            ResourceUse.resource.in_(units),
            ResourceUse.hold.is_null(),
            ResourceUse.ends > to_minutes(now),
        )
    )


def still_to_come(now: datetime) -> Any:
    """With all that a list of them shows."""
    return (
        Appointment.select(Appointment, Patient, Practitioner, HealthcareService, Location, Schedule)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .join_from(Appointment, Schedule)
        .where(Appointment.starts >= to_minutes(now), Appointment.status.in_(STILL))
        .order_by(Appointment.starts, Appointment.id)
    )
