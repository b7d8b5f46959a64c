"""Who waits, for what, and what was offered to whom."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking import catalogue, standing
from app.booking.actions.place import moving
from app.booking.catalogue import Catalogue, Offer
from app.booking.models import Appointment
from app.booking.policy import GUEST
from app.booking.questions import Asking
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel.clock import local, to_minutes
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.kernel.sealing import hashed
from app.kernel.tenancy import across_practices
from app.patients.models import Patient
from app.waiting.models import WaitEntry, WaitOffer
from app.waiting.wishes import Wish

LOG = 100  # lines of the log


def entry(entry_id: UUID) -> WaitEntry:
    """With everything its page shows; NotFound when it is not of the open practice."""
    found = _entries().where(WaitEntry.id == entry_id).first()
    if found is None:
        raise NotFound
    return found


def waiting() -> Sequence[WaitEntry]:
    """In the order in which they are served."""
    return list(_in_order(_entries().where(WaitEntry.state == "waiting")))


def count_waiting() -> int:
    return WaitEntry.select().where(WaitEntry.state == "waiting").count()


def of_patient(patient_id: UUID) -> Sequence[WaitEntry]:
    mine = (WaitEntry.patient == patient_id) & (WaitEntry.state == "waiting")
    return list(_entries().where(mine).order_by(WaitEntry.created_at))


def of_account(account_id: UUID) -> Sequence[WaitEntry]:
    """At every practice: what this account waits for, for itself and for those it acts for."""
    with across_practices(reason="a person's own wishes, at every practice"):
        mine = (WaitEntry.account_id == account_id) & (WaitEntry.state == "waiting")
        query = _entries(Practice).join_from(WaitEntry, Practice).where(mine)
        return list(query.order_by(WaitEntry.created_at))


def around(practitioner_id: UUID, first: int, *, zone: str) -> Sequence[WaitEntry]:
    """Those who could be served by this practitioner on the day of `first`, in the order in which they are."""
    day: date = local(first, zone).date()
    offered = (
        ScheduleService.select(ScheduleService.id)
        .join(Schedule)
        .where(
            Schedule.practitioner == practitioner_id,
            Schedule.location == WaitEntry.location,
            ScheduleService.service == WaitEntry.service,
            WaitEntry.schedule.is_null() | (WaitEntry.schedule == Schedule.id),
        )
    )
    query = _entries().where(
        WaitEntry.state == "waiting",
        WaitEntry.first_day <= day + timedelta(days=1),
        WaitEntry.last_day >= day - timedelta(days=1),
        pw.fn.EXISTS(offered),
    )
    return list(_in_order(query))


def unseen(version: int, *, today: date) -> Sequence[WaitEntry]:
    """Those whose wish has not been held against this version of the catalogue, and those whose days are over."""
    due = (WaitEntry.looked_version != version) | (WaitEntry.last_day < today)
    return list(_in_order(_entries().where(WaitEntry.state == "waiting", due)))


def practices_to_look_at(*, today: date) -> Sequence[UUID]:
    """Where hours may have been added since somebody began to wait, or a wish may be over."""
    with across_practices(reason="the waiting lists of every practice"):
        rows = (
            WaitEntry.select(WaitEntry.practice)
            .join(Practice, on=(Practice.id == WaitEntry.practice))
            .where(
                WaitEntry.state == "waiting",
                (WaitEntry.looked_version != Practice.catalogue_version) | (WaitEntry.last_day < today),
            )
            .distinct()
        )
        return [practice for (practice,) in rows.tuples()]


def offer_of(token: str) -> WaitOffer:
    """The offer behind the link of a mail, whatever became of it; NotFound when there is none here."""
    found = _offers().where(WaitOffer.token_hash == hashed(token[:100])).first()
    if found is None:
        raise NotFound
    return found


def offer(offer_id: UUID) -> WaitOffer:
    found = _offers().where(WaitOffer.id == offer_id).first()
    if found is None:
        raise NotFound
    return found


def log() -> Sequence[WaitOffer]:
    """Who was offered what, newest first."""
    return list(_offers().order_by(WaitOffer.offered_at.desc(), WaitOffer.id.desc()).limit(LOG))


def open_offers(entry_ids: Sequence[UUID]) -> set[UUID]:
    """Of these wishes, those that have an offer to answer."""
    rows = WaitOffer.select(WaitOffer.entry).where(WaitOffer.entry.in_(entry_ids), WaitOffer.state == "open")
    return {found for (found,) in rows.tuples()}


def offered_already(practitioner_id: UUID, first: int, last: int, *, freed_at: int) -> set[UUID]:
    """The wishes that were offered a part of this freed stretch."""
    rows = WaitOffer.select(WaitOffer.entry).where(
        WaitOffer.practitioner == practitioner_id,
        WaitOffer.freed_at == freed_at,
        WaitOffer.starts < last,
        WaitOffer.ends > first,
    )
    return {found for (found,) in rows.tuples()}


# ---- a wish as the engine is asked


def wish_of(entry: WaitEntry) -> Wish:
    return Wish(
        entry.first_day,
        entry.last_day,
        entry.location.timezone,
        entry.weekdays,
        entry.start_minute,
        entry.end_minute,
        entry.notice_minutes,
    )


def offers_for(entry: WaitEntry, *, now: datetime) -> list[Offer]:
    """What this person may take today, by the practice's rules for them."""
    found = _catalogue_of(entry, now=now).at(entry.service_id, entry.location_id)
    mine = (one for one in found if entry.schedule_id in (None, one.schedule.id))
    return [one for one in mine if one.is_bookable and one.policy.waiting_list]


def _catalogue_of(entry: WaitEntry, *, now: datetime) -> Catalogue:
    practice = Practice.get_by_id(entry.practice_id)
    theirs = standing.of_file(entry.patient_id, entry.account_id, now=now) if entry.account_id else GUEST
    return catalogue.of(practice, now=now, standing=theirs)


def swapped(entry: WaitEntry, *, now: datetime) -> Appointment | None:
    """The appointment that would be given up for the new one, while it may be."""
    held = Appointment.get_or_none(Appointment.id == entry.swap_id) if entry.swap_id else None
    return held if held is not None and held.status == "booked" and held.starts > to_minutes(now) else None


def can_give_up(held: Appointment, *, now: datetime) -> bool:
    return to_minutes(now) <= min(held.cancel_until, held.starts)


def asking_for(entry: WaitEntry, held: Appointment | None, *, mine: UUID | None = None) -> Asking:
    return Asking(person=entry.patient_id, mine=mine, moving=moving(held) if held is not None else None)


def _in_order(query: Any) -> Any:
    return query.order_by(WaitEntry.priority.desc(), WaitEntry.created_at, WaitEntry.id)


def _entries(*more: Any) -> Any:
    return (
        WaitEntry.select(WaitEntry, Patient, HealthcareService, Location, Schedule, Practitioner, *more)
        .join_from(WaitEntry, Patient)
        .join_from(WaitEntry, HealthcareService)
        .join_from(WaitEntry, Location)
        .join_from(WaitEntry, Schedule, pw.JOIN.LEFT_OUTER)
        .join_from(Schedule, Practitioner, pw.JOIN.LEFT_OUTER)
    )


def _offers() -> Any:
    return (
        WaitOffer.select(WaitOffer, WaitEntry, Patient, HealthcareService, Location, Practitioner)
        .join_from(WaitOffer, WaitEntry)
        .join_from(WaitEntry, Patient)
        .join_from(WaitEntry, HealthcareService)
        .join_from(WaitEntry, Location)
        .join_from(WaitOffer, Practitioner)
    )
