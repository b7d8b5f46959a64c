"""Who is in the waiting room, in which order, and how long a number still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.booking import catalogue
from app.booking import queries as bookings
from app.booking.models import Appointment
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel.clock import day_bounds, to_minutes, today
from app.kernel.errors import NotFound
from app.kernel.ids import hexed
from app.kernel.owners import Practice
from app.kernel.sealing import hashed
from app.patients.models import Patient
from app.walkins import plans, queue
from app.walkins.models import WalkIn, WalkInPlan
from app.walkins.queue import InLine, Range

HERE = ("arrived", "checked-in")


def sites() -> Sequence[Location]:
    return list(Location.select().order_by(Location.position, Location.key))


def site(location_id: UUID) -> Location:
    found = Location.get_or_none(Location.id == location_id)
    if found is None:
        raise NotFound
    return found


def walk_in(walk_in_id: UUID) -> WalkIn:
    """With its site; NotFound when it is not of the open practice."""
    found = WalkIn.select(WalkIn, Location).join(Location).where(WalkIn.id == walk_in_id).first()
    if found is None:
        raise NotFound
    return found


def has_screen(token: str) -> bool:
    return bool(WalkInPlan.select().where(WalkInPlan.screen_hash == hashed(token[:100])).exists())


@dataclass(frozen=True)
class Visitor:
    """Somebody of today in one list: with a number, with an appointment, or with both."""

    key: str
    line: InLine
    walk_in: WalkIn | None = None
    appointment: Appointment | None = None

    @property
    def state(self) -> str:
        """Of the appointment once there is one: the number's own story ends there."""
        if self.appointment is not None:
            return str(self.appointment.status)
        assert self.walk_in is not None
        return str(self.walk_in.state)


@dataclass(frozen=True)
class Room:
    """The waiting room of one site now: who waits in order, who is treated, and who has gone home."""

    waiting: tuple[Visitor, ...]
    treated: tuple[Visitor, ...]
    gone: tuple[Visitor, ...]
    booked: tuple[int, ...]  # starts of appointments of the coming hours whose people have not come yet
    active: int
    average: int

    def ahead_of(self, walk_in: WalkIn) -> int:
        return queue.ahead_of(walk_in.id.hex, [one.line for one in self.waiting])

    def range_for(self, walk_in: WalkIn, *, now: datetime) -> Range | None:
        return self.range_behind(self.ahead_of(walk_in), now=now)

    def range_behind(self, ahead: int, *, now: datetime) -> Range | None:
        return queue.waiting_range(
            ahead, now=to_minutes(now), booked=self.booked, active=self.active, average=self.average
        )


def room(location: Location, practice: Practice, *, now: datetime) -> Room:
    """Four statements, whoever is there."""
    first, last = day_bounds(today(now, location.timezone), location.timezone)
    numbers = list(
        WalkIn.select().where(WalkIn.location == location.id, WalkIn.day == today(now, location.timezone))
    )
    appointments = _of_today(location, first, last)
    by_appointment = {one.appointment_id: one for one in numbers if one.appointment_id}
    found = [_with_appointment(one, by_appointment.get(one.id)) for one in appointments]
    found += [_with_number(one) for one in numbers if one.appointment_id is None]
    by_key = {one.key: one for one in found if one.state in ("waiting", "called", "arrived")}
    ordered = [by_key[line.key] for line in queue.in_order(one.line for one in by_key.values())]
    minute = to_minutes(now)
    return Room(
        waiting=tuple(ordered),
        treated=tuple(one for one in found if one.state == "checked-in"),
        gone=tuple(one for one in found if one.walk_in and one.state in ("gave-up", "fulfilled")),
        booked=tuple(one.starts for one in appointments if one.status == "booked" and one.ends > minute),
        active=bookings.receiving(catalogue.for_desk(practice, now=now), location.id, now=now),
        average=average(now=now),
    )


def average(*, now: datetime) -> int:
    """Minutes of a visit at this practice: measured, or as it was set."""
    return queue.average_of(bookings.lasted(now=now), usual=plans.current().average_minutes)


def _of_today(location: Location, first: int, last: int) -> list[Appointment]:
    return list(
        Appointment.select(Appointment, Patient, Practitioner, HealthcareService)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .where(
            Appointment.location == location.id,
            Appointment.starts >= first,
            Appointment.starts < last,
            Appointment.status.in_(("booked", *HERE, "fulfilled")),
        )
        .order_by(Appointment.starts)
    )


def _with_appointment(appointment: Appointment, number: WalkIn | None) -> Visitor:
    key = hexed(appointment.id)
    priority = number.priority if number else queue.USUAL_PRIORITY
    since = to_minutes(number.created_at) if number else appointment.starts
    return Visitor(key, InLine(key, priority, since), number, appointment)


def _with_number(number: WalkIn) -> Visitor:
    key, called = hexed(number.id), number.state == "called"
    return Visitor(key, InLine(key, number.priority, to_minutes(number.created_at), called), number)


def count_waiting(*, now: datetime, zone: str) -> int:
    """Numbers of today, at every site, whose people have not been taken in."""
    here = (WalkIn.day == today(now, zone)) & WalkIn.state.in_(("waiting", "called"))
    return WalkIn.select().where(here).count()


def now_called(location: Location, *, now: datetime, shown: int = 4) -> Sequence[WalkIn]:
    """The numbers on the screen: those called, the newest first; nothing of anybody else's is read."""
    here = (WalkIn.location == location.id) & (WalkIn.day == today(now, location.timezone))
    called = WalkIn.select().where(here, WalkIn.state == "called")
    return list(called.order_by(WalkIn.called_at.desc(), WalkIn.number.desc()).limit(shown))


def next_numbers(location: Location, *, now: datetime, shown: int = 6) -> Sequence[int]:
    """The numbers that still wait, in their order."""
    here = (WalkIn.location == location.id) & (WalkIn.day == today(now, location.timezone))
    waits = WalkIn.select(WalkIn.number).where(here, WalkIn.state == "waiting")
    return [
        one.number for one in waits.order_by(WalkIn.priority, WalkIn.created_at, WalkIn.number).limit(shown)
    ]
