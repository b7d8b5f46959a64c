"""Asking for a time, taking the wish back, and who goes first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.refusals import SignInFirst
from app.kernel import audit, outbox, rate_limits
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer
from app.patients import actions as patients
from app.patients.actions import Behind, Person
from app.waiting.actions import serving
from app.waiting.models import PRIORITIES, WaitEntry, WaitOffer
from app.waiting.refusals import EnoughWishes, NoList, NoLongerWaiting, ReasonForPriority
from app.waiting.wishes import Wish

MOST = 3  # wishes of one person that wait at once


@dataclass(frozen=True)
class Wanted:
    """A wish as asked for, by a guest or in the name of an account."""

    wish: Wish
    offer: Offer  # of the service, at the site, for this standing
    any_practitioner: bool
    person: Person
    address: str = ""
    behind: Behind | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    swap: UUID | None = None


def join(wanted: Wanted, *, sealer: Sealer, by: str, now: datetime) -> WaitEntry:
    """The wish, its trace and its mail. NoList, SignInFirst, EnoughWishes."""
    policy, behind = wanted.offer.policy, wanted.behind
    if not policy.waiting_list or not wanted.offer.is_bookable:
        raise NoList
    if policy.sign_in_required and behind is None:
        raise SignInFirst
    sealed = patients.seal(wanted.person, sealer=sealer, behind=behind)
    with write_tx():
        patient_id = patients.meet(sealed, now=now)
        mine = (WaitEntry.patient == patient_id) & (WaitEntry.state == "waiting")
        if WaitEntry.select().where(mine).count() >= MOST:
            raise EnoughWishes
        made = _enter(wanted, patient_id, now=now)
        rate_limits.hit("waiting", now=now, address=wanted.address, account=behind and str(behind.account_id))
        if behind is not None and behind.account_id is not None:
            patients.connect(
                behind.account_id,
                patient_id,
                now=now,
                dependant=behind.dependant,
                by=by,
                detail=wanted.detail,
            )
        outbox.post("waiting-joined", {"entry": made.id.hex}, key=f"waiting-joined:{made.id.hex}", now=now)
        _trace(made, "join", by=by, now=now, detail=dict(wanted.detail))
    return made


def _enter(wanted: Wanted, patient_id: UUID, *, now: datetime) -> WaitEntry:
    offer, wish, behind = wanted.offer, wanted.wish, wanted.behind
    return WaitEntry.create(
        id=uuid7(),
        patient=patient_id,
        account_id=behind and behind.account_id,
        dependant=behind and behind.dependant,
        contact_email=wanted.person.email,
        language=wanted.person.language,
        service=offer.service.id,
        location=offer.location.id,
        schedule=None if wanted.any_practitioner else offer.schedule.id,
        first_day=wish.first_day,
        last_day=wish.last_day,
        weekdays=wish.weekdays,
        start_minute=wish.start,
        end_minute=wish.end,
        notice_minutes=wish.notice,
        swap=_own(wanted.swap, patient_id),
        looked_version=offer.version,
        created_at=now,
    )


def _own(appointment_id: UUID | None, patient_id: UUID) -> UUID | None:
    """Nobody gives up what is not theirs."""
    mine = (Appointment.id == appointment_id) & (Appointment.patient == patient_id)
    found = appointment_id and Appointment.get_or_none(mine & (Appointment.status == "booked"))
    return found.id if found else None


def withdraw(entry: WaitEntry, *, by: str, now: datetime) -> None:
    """By the person; a time kept for them goes on to the next. NoLongerWaiting."""
    _end(entry, "withdrawn", by=by, now=now)


def remove(entry: WaitEntry, *, by: str, now: datetime) -> None:
    """By staff."""
    _end(entry, "removed", by=by, now=now)


def _end(entry: WaitEntry, state: str, *, by: str, now: datetime) -> None:
    with write_tx():
        kept = WaitOffer.get_or_none((WaitOffer.entry == entry.id) & (WaitOffer.state == "open"))
        if kept is not None:
            serving.lock(kept.practitioner_id)
        change = WaitEntry.update(state=state, ended_at=now, ended_by=by)
        if not change.where(WaitEntry.id == entry.id, WaitEntry.state == "waiting").execute():
            raise NoLongerWaiting
        _trace(entry, "withdraw" if state == "withdrawn" else "remove", by=by, now=now)
        if kept is not None and serving.close(kept, "withdrawn", now=now):
            serving.pass_on(serving.gap_of(kept), now=now)


def prioritise(entry: WaitEntry, priority: int, reason: str, *, by: str, now: datetime) -> None:
    """Who goes first is a matter of health: staff say why, and it is written down. Back in line needs no reason."""
    said = " ".join(reason.split())
    if priority not in PRIORITIES or (priority and not 3 <= len(said) <= 300):
        raise ReasonForPriority
    with write_tx():
        change = WaitEntry.update(priority=priority, priority_reason=said or None)
        if not change.where(WaitEntry.id == entry.id, WaitEntry.state == "waiting").execute():
            raise NoLongerWaiting
        detail = {"from": entry.priority, "to": priority, "reason": said}
        _trace(entry, "prioritise", by=by, now=now, detail=detail)


def _trace(
    entry: WaitEntry, verb: str, *, by: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    target = audit.of_id("wait_entry", entry.id)
    audit.record(by=by, verb=f"waiting.{verb}", target=target, at=now, detail=detail)
