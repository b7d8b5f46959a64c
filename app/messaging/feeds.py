"""What a calendar program reads under somebody's secret address: practice, place and hour, and nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.booking import calendar_file
from app.booking.models import Appointment
from app.directory.models import Location
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.owners import Account, Practice
from app.kernel.sealing import hashed
from app.kernel.tenancy import across_accounts, across_practices
from app.messaging import readers
from app.messaging.models import CalendarFeed
from app.messaging.readers import Reader
from app.patients.models import Connection
from app.practice.queries import primary_host

PAST = timedelta(
    days=30
)  # also how long a cancelled one is told as cancelled: by then every program has asked
MOST = 500
SHOWN = ("booked", "arrived", "checked-in", "fulfilled", "noshow", "cancelled")
NOTED = timedelta(hours=6)  # how often a fetch is written down


def of_token(token: str) -> CalendarFeed:
    """NotFound for one that was taken back, just as for one that never was."""
    with across_accounts(reason="whose calendar an address opens"):
        found = (
            CalendarFeed.select(CalendarFeed, Account)
            .join(Account)
            .where(CalendarFeed.token_hash == hashed(token[:100]))
            .first()
        )
    if found is None:
        raise NotFound
    return found


def calendar_of(feed: CalendarFeed, *, now: datetime) -> bytes:
    """Everything of the last month and to come, at every practice; times that are only asked for are left out."""
    reader = readers.viewer(feed.account, None, now=now)
    entries = list(_entries(reader, now)) if reader else []
    return calendar_file.of_many(entries, code=feed.language)


def _entries(reader: Reader, now: datetime) -> Iterator[tuple[Appointment, Practice, str]]:
    hosts: dict[Any, str] = {}
    for row in appointments(reader, since=now - PAST, limit=MOST):
        if row.practice_id not in hosts:
            hosts[row.practice_id] = primary_host(row.practice_id)
        yield row, row.practice, hosts[row.practice_id]


def appointments(
    reader: Reader,
    *,
    since: datetime,
    until: datetime | None = None,
    statuses: tuple[str, ...] = SHOWN,
    limit: int = MOST,
) -> list[Any]:
    """Of all their practices, soonest first, each with practice, place, and whose it is (`tie.dependant`)."""
    A, C = Appointment, Connection
    with across_practices(reason="one person's own appointments, wherever they are"):
        query = (
            A.select(A, Practice, Location, C.id, C.dependant)
            .join_from(A, Practice)
            .join_from(A, Location)
            .join_from(A, C, on=(C.practice == A.practice) & (C.patient == A.patient), attr="tie")
            .where(reader.files, A.ends > clock.to_minutes(since), A.status.in_(statuses))
            .order_by(A.starts, A.id)
            .limit(limit)
        )
        if until is not None:
            query = query.where(A.starts < clock.to_minutes(until))
        return list(query)
