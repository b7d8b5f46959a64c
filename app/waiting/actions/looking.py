"""Hours that were added: wishes are held against a catalogue they have not seen, whoever changed it and however."""

from collections.abc import Sequence
from datetime import datetime

from app.booking import slots
from app.booking.actions.place import bump
from app.booking.catalogue import Offer, horizon_end
from app.kernel.clock import local, to_minutes
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.waiting import queries
from app.waiting.actions import serving
from app.waiting.models import WaitEntry


def look_again(practice: Practice, *, now: datetime) -> int:
    """In the order in which they wait; how many were offered a time. The practice is open, and freshly read."""
    due = queries.unseen(practice.catalogue_version, today=now.date())
    return sum(_look(entry, practice, now=now) for entry in due)


def _look(entry: WaitEntry, practice: Practice, *, now: datetime) -> bool:
    today = local(to_minutes(now), entry.location.timezone).date()
    over = entry.last_day < today
    offers = [] if over else queries.offers_for(entry, now=now)
    ending = {"state": "over", "ended_at": now, "ended_by": "worker"} if over else {}
    with write_tx():
        bump({offer.practitioner.id for offer in offers})
        mine = (WaitEntry.id == entry.id) & (WaitEntry.state == "waiting")
        changed = WaitEntry.update(looked_version=practice.catalogue_version, **ending).where(mine).execute()
        if not changed or not offers or queries.open_offers([entry.id]):
            return False
        first = max(to_minutes(now), _midnight(entry.first_day, offers))
        last = min(
            _midnight(entry.last_day, offers, end=True),
            _midnight(horizon_end(offers, today), offers, end=True),
        )
        if first >= last:
            return False
        return serving.offer_within(entry, offers, first, last, gap=None, now=now) is not None


def _midnight(day: object, offers: Sequence[Offer], *, end: bool = False) -> int:
    bounds = slots.day_bounds(day, offers[0].location.timezone)  # type: ignore[arg-type]
    return bounds[1] if end else bounds[0]
