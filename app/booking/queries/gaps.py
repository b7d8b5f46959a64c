"""The first room in an agenda from now on, for somebody who stands at the counter."""

from datetime import datetime, timedelta

from app.booking import slots
from app.booking.catalogue import Catalogue, Offer
from app.booking.hours import open_spans
from app.booking.questions import Asking, ask
from app.booking.slots import Reason
from app.kernel.clock import local, to_minutes

STEP = 5
FURTHEST = timedelta(hours=8)
TAKEN = {Reason.BUSY, Reason.FULL, Reason.ROOM_BUSY, Reason.ABSENCE, Reason.CLOSURE}


def first_gap(offer: Offer, *, now: datetime) -> int | None:
    """This minute, or the first five-minute start of today the whole session fits from; None when there is none."""
    minute, zone = to_minutes(now), offer.location.timezone
    today, last = local(minute, zone).date(), minute + FURTHEST // timedelta(minutes=1)
    question = ask([offer], first_day=today, last_day=today, now=now, asking=Asking(staff=True))[0]
    for start in (minute, *range(minute + STEP - minute % STEP, last, STEP)):
        if local(start, zone).date() != today:
            return None
        if not TAKEN & set(slots.verdict(*question, start=start, now=minute, staff=True).reasons):
            return start
    return None


def receiving(found: Catalogue, location_id: object, *, now: datetime) -> int:
    """How many practitioners have an open agenda at this site this minute."""
    minute = to_minutes(now)
    people = {
        offer.practitioner.id
        for offer in {o.schedule.id: o for o in found.offers if o.location.id == location_id}.values()
        if any(
            start <= minute < end
            for start, end in open_spans(
                offer.agenda, offer.blocked, local(minute, offer.location.timezone).date(), staff=True
            )
        )
    }
    return len(people)
