"""Rooms and devices of each site: pools of units that stand in for each other."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.impact import Impact, Trace, of_room, of_room_back, save_room
from app.booking.models import Resource, ResourcePool
from app.directory.models import Location
from app.kernel import audit
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.kernel.sealing import folded


class NameTaken(Refusal):
    message = _l("There is one of this name already.")


def pools() -> list[ResourcePool]:
    """Every pool with its site, in the practice's own order."""
    return list(
        ResourcePool.select(ResourcePool, Location)
        .join(Location)
        .order_by(Location.position, ResourcePool.position, ResourcePool.key)
    )


def units() -> dict[UUID, list[Resource]]:
    """Of each pool, retired ones last."""
    found: dict[UUID, list[Resource]] = {}
    rows = Resource.select().order_by(Resource.retired, Resource.position, Resource.key)
    for row in rows:
        found.setdefault(row.pool_id, []).append(row)
    return found


def pool(pool_id: UUID) -> ResourcePool:
    found = (
        ResourcePool.select(ResourcePool, Location).join(Location).where(ResourcePool.id == pool_id).first()
    )
    if found is None:
        raise NotFound
    return found


def unit(unit_id: UUID) -> Resource:
    found = Resource.select(Resource, ResourcePool).join(ResourcePool).where(Resource.id == unit_id).first()
    if found is None:
        raise NotFound
    return found


def add_pool(practice: Practice, location: Location, name: dict[str, str], *, by: str, now: datetime) -> UUID:
    """A kind of room or device at a site. The same name at another site is the same kind. NameTaken."""
    new, key = uuid7(), _key(name, practice)
    if ResourcePool.select().where(ResourcePool.location == location.id, ResourcePool.key == key).exists():
        raise NameTaken

    def write() -> None:
        last = ResourcePool.select(pw.fn.MAX(ResourcePool.position)).scalar()
        ResourcePool.create(id=new, location=location.id, key=key, name=name, position=(last or 0) + 1)

    trace = Trace(by, "room-pool.add", audit.of_id("resource_pool", new), {"name": name})
    save_room(practice, _nothing, write, pools=(), trace=trace, now=now)
    return new


def add_unit(practice: Practice, into: ResourcePool, name: dict[str, str], *, by: str, now: datetime) -> UUID:
    """One more of a kind. NameTaken."""
    new, key = uuid7(), _key(name, practice)
    if Resource.select().where(Resource.pool == into.id, Resource.key == key).exists():
        raise NameTaken

    def write() -> None:
        last = Resource.select(pw.fn.MAX(Resource.position)).where(Resource.pool == into.id).scalar()
        Resource.create(id=new, pool=into.id, key=key, name=name, position=(last or 0) + 1)

    trace = Trace(by, "room.add", audit.of_id("resource", new), {"name": name})
    save_room(practice, _nothing, write, pools=[into.id], trace=trace, now=now)
    return new


def retire(practice: Practice, one: Resource, *, by: str, now: datetime, seen: str = "") -> Impact:
    """It takes no more appointments; those it has move to another of its kind, where one is free. NotSeen."""

    def write() -> None:
        Resource.update(retired=True).where(Resource.id == one.id).execute()

    trace = Trace(by, "room.retire", audit.of_id("resource", one.id), {"name": one.name})
    return save_room(
        practice,
        lambda _fresh: of_room(one, now=now),
        write,
        pools=[one.pool_id],
        trace=trace,
        now=now,
        seen=seen,
    )


def bring_back(practice: Practice, one: Resource, *, by: str, now: datetime, seen: str = "") -> Impact:
    """Whoever lost their place with it has it again."""

    def write() -> None:
        Resource.update(retired=False).where(Resource.id == one.id).execute()

    trace = Trace(by, "room.return", audit.of_id("resource", one.id), {"name": one.name})
    return save_room(
        practice,
        lambda fresh: of_room_back(fresh, one, now=now),
        write,
        pools=[one.pool_id],
        trace=trace,
        now=now,
        seen=seen,
    )


def _nothing(_practice: Practice) -> Impact:
    return Impact()


def _key(name: dict[str, str], practice: Practice) -> str:
    first: Any = next((name[code] for code in practice.languages if name.get(code)), "")
    return re.sub(r"[^a-z0-9]+", "-", _spelled(first)).strip("-")[:60] or "room"


def _spelled(text: str) -> str:
    return "-".join(folded(word) for word in text.split())
