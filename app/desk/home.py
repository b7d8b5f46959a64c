"""The start page of the desk, prepared: what today holds, and what waits for somebody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.booking import catalogue, impact, queries
from app.booking.models import OCCUPYING, Appointment
from app.kernel import clock
from app.kernel.db import EPOCH
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.messaging.threads import queries as threads
from app.staff.models import Member
from app.waiting.queries import count_waiting
from app.walkins import queries as walk_ins

NEXT = 8
LATE_MINUTES = 60  # so long after the hour somebody still stands among the next arrivals
OLD_BACKUP = timedelta(hours=36)  # one night was missed


@dataclass(frozen=True)
class Agenda:
    practitioner: str
    place: Any
    count: int
    arrived: int


@dataclass(frozen=True)
class Task:
    """Something that waits; shown with nought too, so that nobody wonders."""

    words: str
    count: int
    href: str
    icon: str


@dataclass(frozen=True)
class Backup:
    at: datetime | None
    is_old: bool


@dataclass(frozen=True)
class Home:
    today: date
    appointments: list[Appointment]
    agendas: list[Agenda]
    coming: list[tuple[datetime, Appointment]]
    tasks: list[Task]

    @property
    def names(self) -> set[Any]:
        return {one.patient_id for _, one in self.coming}


# words, permission, how many, address, icon; each count is one statement
TASKS: tuple[tuple[Any, str, Any, str, str], ...] = (
    (_l("Requests to answer"), "booking:manage", queries.count_requests, "/desk/requests", "inbox"),
    (
        _l("Waiting for the person’s answer"),
        "booking:manage",
        queries.count_unanswered,
        "/desk/requests",
        "clock",
    ),
    (_l("Appointments to rearrange"), "absences:manage", impact.waiting, "/desk/orphans", "calendar-x"),
    (_l("Fees to decide"), "booking:manage", queries.count_fees, "/desk/fees", "euro"),
    (_l("On the waiting list"), "waiting:manage", count_waiting, "/desk/waiting", "hourglass"),
)


def of(practice: Practice, member: Member, *, now: datetime) -> Home:
    """One statement for the day, one for each task: as many on a full day as on an empty one."""
    day = clock.today(now, practice.timezone)
    today = [one for one in queries.of_day(day, practice.timezone) if one.status in OCCUPYING]
    minute = clock.to_minutes(now)
    coming = [one for one in today if one.status == "booked" and one.starts >= minute - LATE_MINUTES][:NEXT]
    tasks = [
        Task(str(words), count(), href, icon) for words, may, count, href, icon in TASKS if member.may(may)
    ]
    if member.may("messages:manage"):
        open_ones = threads.count_open(member)
        tasks.append(Task(str(_l("Messages to answer")), open_ones, "/desk/messages", "message-square"))
    if member.may("walkins:manage"):
        waiting = walk_ins.count_waiting(now=now, zone=practice.timezone)
        tasks.append(Task(str(_l("Numbers in the waiting room")), waiting, "/desk/walk-ins", "users"))
    return Home(
        today=day,
        appointments=today,
        agendas=_agendas(practice, today, now),
        coming=[(clock.local(one.starts, practice.timezone), one) for one in coming],
        tasks=tasks,
    )


def _agendas(practice: Practice, today: list[Appointment], now: datetime) -> list[Agenda]:
    """In the practice's own order, out of what is remembered of its catalogue."""
    offers = {offer.schedule.id: offer for offer in catalogue.for_desk(practice, now=now).offers}
    found = []
    for schedule, offer in offers.items():
        mine = [one for one in today if one.schedule_id == schedule]
        arrived = sum(one.status in ("arrived", "checked-in", "fulfilled") for one in mine)
        found.append(Agenda(offer.practitioner.name, offer.location.name, len(mine), arrived))
    return found


def birthdays(today: list[Appointment], day: date) -> list[Any]:
    """Of those who come today and no others: nobody's birth date is read for it alone."""
    found = {one.patient_id: one.patient for one in today}
    return [one for one in found.values() if one.birth_date and _same_day(one.birth_date, day)]


def _same_day(born: date, day: date) -> bool:
    """A birthday of 29 February is on the 28th in other years."""
    if (born.month, born.day) == (2, 29) and day + timedelta(days=1) == date(day.year, 3, 1):
        return True
    return (born.month, born.day) == (day.month, day.day)


def backup(stamp: str, *, now: datetime) -> Backup:
    """What the backup left when it was done; None where no file is named, or none is there."""
    try:
        seconds = Path(stamp).stat().st_mtime if stamp else None
    except OSError:
        seconds = None
    if seconds is None:
        return Backup(None, True)
    at = EPOCH + timedelta(seconds=seconds)
    return Backup(at, now - at > OLD_BACKUP)
