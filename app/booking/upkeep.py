"""What time makes stale: holds, requests nobody answered, and the first free times of the central search."""

from datetime import datetime, timedelta

import peewee as pw

from app.booking import actions, catalogue, queries
from app.booking.models import Appointment, Hold, Reoffer
from app.booking.refusals import CannotBeChanged
from app.directory.listing import last_day
from app.directory.models import Listing, Location, Practitioner, Schedule
from app.kernel import clock
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices, practice_context
from app.web.outside import services

KEEP = timedelta(days=1)


def purge_holds() -> None:
    """Holds of yesterday: used or expired, nobody asks for them any more."""
    old = clock.to_minutes(services().clock.now() - KEEP)
    with across_practices(reason="expired holds of every practice"), write_tx():
        Hold.delete().where(Hold.expires < old).execute()


def expire_reoffers() -> None:
    """Offers nobody answered within their week: the practice telephones."""
    now = clock.to_minutes(services().clock.now())
    with across_practices(reason="unanswered offers of every practice"), write_tx():
        late = (Reoffer.state == "sent") & (Reoffer.expires <= now)
        Reoffer.update(state="expired").where(late).execute()


def expire_requests(limit: int = 200) -> int:
    """Requests nobody answered in time; how many ended. Of two workers one ends each: the other finds it ended."""
    now, ended = services().clock.now(), 0
    for practice_id, request_id in unanswered(now=now, limit=limit):
        with practice_context(practice_id):
            try:
                actions.expire(Appointment.get_by_id(request_id), now=now)
                ended += 1
            except CannotBeChanged:
                continue  # answered, withdrawn or ended a moment ago
    return ended


def unanswered(*, now: datetime, limit: int) -> list[tuple]:
    with across_practices(reason="requests of every practice that ran out"):
        query = (
            Appointment.select(Appointment.practice, Appointment.id)
            .where(queries.WAITING, Appointment.answer_by <= clock.to_minutes(now))
            .order_by(Appointment.answer_by)
            .limit(limit)
        )
        return list(query.tuples())


def refresh_listings(limit: int = 50) -> int:
    """Listings whose agenda changed, or whose first free time has passed; how many were computed anew."""
    now = services().clock.now()
    done = 0
    for practice_id, schedule_id in stale(now=now, limit=limit):
        practice = Practice.get_by_id(practice_id)
        with practice_context(practice):
            refresh(practice, schedule_id, now=now)
            done += 1
    return done


def stale(*, now: datetime, limit: int) -> list[tuple]:
    with across_practices(reason="the shop window of every practice"):
        query = (
            Listing.select(Listing.practice, Listing.schedule_id)
            .join(Practitioner, on=(Practitioner.id == Listing.practitioner_id))
            .where(
                (Listing.next_free_version != Practitioner.availability_version)
                | (Listing.next_free_until < clock.to_minutes(now))
            )
            .limit(limit)
        )
        return list(query.tuples())


def refresh(practice: Practice, schedule_id: object, *, now: datetime) -> int | None:
    """The first free time of any public service of one agenda, written to its listing."""
    found = catalogue.of(practice, now=now)
    offers = [offer for offer in found.offers if offer.schedule.id == schedule_id and offer.is_bookable]
    listing = Listing.get(Listing.schedule_id == schedule_id)
    # read before looking: a booking made meanwhile leaves the older version, and the next round looks again
    version = (
        Practitioner.select(Practitioner.availability_version)
        .where(Practitioner.id == listing.practitioner_id)
        .scalar()
    )
    first = queries.first_free(offers, now=now) if offers else None
    end = _end(practice, schedule_id)
    if end is not None and end <= clock.to_minutes(now):
        with write_tx():
            Listing.delete().where(Listing.id == listing.id).execute()
        return None
    # a hold that runs out gives an earlier time back, and nobody says so
    running = (
        Hold.select(pw.fn.MIN(Hold.expires))
        .where(Hold.practitioner == listing.practitioner_id, Hold.expires > clock.to_minutes(now))
        .scalar()
    )
    with write_tx():
        Listing.update(
            next_free=first.start if first else None,
            next_free_until=min(first.until, running or first.until) if first else end,
            next_free_version=version,
            bookable=bool(offers),
        ).where(Listing.id == listing.id).execute()
    return first.start if first else None


def _end(practice: Practice, schedule_id: object) -> int | None:
    """The minute after the last day of an agenda, its person or its site."""
    row = Schedule.select(Schedule, Practitioner, Location).join_from(Schedule, Practitioner)
    agenda = row.join_from(Schedule, Location).where(Schedule.id == schedule_id).get()
    last = last_day(agenda, agenda.practitioner, agenda.location)
    return None if last is None else clock.day_bounds(last, practice.timezone)[1]
