"""Saves a change of the agenda with what it does to appointments: never before somebody has seen that."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import catalogue
from app.booking.actions import place
from app.booking.impact import reading
from app.booking.impact.compare import Impact
from app.booking.impact.difference import Difference
from app.booking.models import Appointment
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.edits import Edited
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice

MANY = 400  # ids of one statement


class NotSeen(Refusal):
    """The change touches appointments in a way nobody was shown yet. `impact` is what it would do now."""

    status = 409
    message = _l("This change touches appointments. Nothing is saved yet: please look first.")

    def __init__(self, impact: Impact, change: Difference) -> None:
        super().__init__()
        self.impact = impact
        self.change = change


class Differs(Edited):
    """Somebody else changed the agenda while this page was open."""


@dataclass(frozen=True)
class Trace:
    """What the journal says of a change."""

    by: str
    verb: str
    target: str
    detail: dict[str, Any]


def save(
    practice: Practice,
    change: Difference,
    write: Callable[[], None],
    *,
    trace: Trace,
    now: datetime,
    seen: str = "",
    people: Iterable[UUID] = (),
    untouched: Iterable[Any] = (),
) -> Impact:
    """Hours, absences, holidays, lengths: written, and every appointment concerned marked, in one transaction.

    `seen` is the digest of the impact on the page. Raises NotSeen when it is another now. `people` are those whose
    free times change besides; `untouched` are conditions of appointments that stay as they are and are shown.
    """
    with write_tx():
        fresh = lock(practice)
        found = catalogue.for_desk(fresh, now=now)
        place.bump({*reading.people_of(found, change), *people})
        impact = reading.of(fresh, change, now=now)
        if conditions := list(untouched):
            impact = reading.besides(impact, conditions, now=now)
        return _finish(impact, change, write, trace=trace, now=now, seen=seen)


def save_room(
    practice: Practice,
    impact_of: Callable[[Practice], Impact],
    write: Callable[[], None],
    *,
    pools: Iterable[UUID],
    trace: Trace,
    now: datetime,
    seen: str = "",
) -> Impact:
    """As `save`, of rooms and devices: sessions that another unit can take move there."""
    with write_tx():
        fresh = lock(practice)
        found = catalogue.for_desk(fresh, now=now)
        wanted = set(pools)
        place.bump(
            {o.practitioner.id for o in found.offers if wanted & {pool.id for pool in o.pools}}
            or {o.practitioner.id for o in found.offers}
        )
        place.bump_pools(wanted)
        return _finish(impact_of(fresh), Difference(), write, trace=trace, now=now, seen=seen)


def lock(practice: Practice) -> Practice:
    """One change of what is offered at a time; the practice as it was before this one."""
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
        Practice.id == practice.id
    ).execute()
    fresh = Practice.get_by_id(practice.id)
    fresh.catalogue_version -= 1  # what is remembered under the new number must not be read before it is true
    return fresh


def _finish(
    impact: Impact, change: Difference, write: Callable[[], None], *, trace: Trace, now: datetime, seen: str
) -> Impact:
    if impact.affected and impact.digest != seen:
        raise NotSeen(impact, change)
    write()
    for session, (left, taken) in impact.units.items():
        units = pw.fn.REPLACE(Appointment.units, left.hex, taken.hex)
        Appointment.update(units=units).where(Appointment.session_key == session).execute()
    _mark(impact.lost, "orphaned")
    _mark([one for one in impact.again if one.fit == "orphaned"], "supported")
    told = {"affected": impact.affected, "lost": len(impact.lost), "again": len(impact.again)}
    audit.record(by=trace.by, verb=trace.verb, target=trace.target, at=now, detail={**trace.detail, **told})
    return impact


def _mark(appointments: list[Any], fit: str) -> None:
    ids = [one.id for one in appointments]
    for begin in range(0, len(ids), MANY):
        Appointment.update(fit=fit).where(Appointment.id.in_(ids[begin : begin + MANY])).execute()
