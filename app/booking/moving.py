"""The words of a request to move, read: which time, in whose agenda, and under which hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.booking.catalogue import Offer, horizon_end
from app.booking.models import Appointment, Hold
from app.kernel import clock
from app.kernel.errors import NotFound


@dataclass(frozen=True)
class Wish:
    """As an address or a form says it; whatever is no time, no agenda and no hold is None."""

    start: int | None
    schedule: str | None
    attempt: UUID | None
    day: str | None


def wish(said: Mapping[str, str]) -> Wish:
    text = said.get("start") or ""
    start = int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else None
    return Wish(start, said.get("schedule") or None, identity(said.get("attempt")), said.get("day") or None)


def identity(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text and len(text) <= 40 else None
    except ValueError:
        return None


def chosen(offers: Sequence[Offer], schedule: str | None, appointment: Appointment) -> tuple[Offer, ...]:
    """Those of the agenda asked for; where none is, the appointment's own, or all when it is no longer offered.

    NotFound for an agenda that is not among them.
    """
    if schedule == "any":
        return tuple(offers)
    wanted = identity(schedule) if schedule else appointment.schedule_id
    found = tuple(offer for offer in offers if offer.schedule.id == wanted)
    if not found and schedule and offers:
        raise NotFound
    return found or tuple(offers)


def is_same(appointment: Appointment, wish: Wish) -> bool:
    """Whether it takes place there already."""
    here = wish.schedule in (None, "any", str(appointment.schedule_id))
    return wish.start == appointment.starts and here


def is_kept(attempt: str | None, *, now: datetime) -> bool:
    found = identity(attempt)
    running = (Hold.id == found) & (Hold.expires > clock.to_minutes(now))
    return found is not None and Hold.select().where(running).exists()


def within(start: int, offers: Sequence[Offer], *, now: datetime) -> int:
    """A start nobody could have been offered brings one back to where times are."""
    soonest = clock.to_minutes(now)
    if not offers:
        return soonest
    today = clock.today(now, offers[0].location.timezone)
    return min(max(start, soonest), soonest + 1440 * (horizon_end(offers, today) - today).days)
