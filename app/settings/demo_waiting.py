"""Somebody of the demo who waits: cancel a Wednesday morning of theirs to come, and their offer is in the mailbox."""

from datetime import datetime, timedelta

from app.booking.catalogue import Catalogue
from app.kernel import clock, outbox
from app.kernel.db import write_tx
from app.patients.actions import Person
from app.waiting import actions
from app.waiting.actions import Wanted
from app.waiting.models import WaitEntry
from app.waiting.wishes import Wish
from app.web.outside import services

WEDNESDAY = 0b0000100
MORNING = (480, 720)
DAYS = 30


def wait(found: Catalogue, person: Person, *, now: datetime) -> None:
    """Once; run again, it changes nothing."""
    offer = next((one for one in found.offers if one.rules.capacity == 1 and one.is_bookable), None)
    if offer is None or WaitEntry.select().where(WaitEntry.contact_email == person.email).exists():
        return
    today = clock.today(now, offer.location.timezone)
    wish = Wish(today, today + timedelta(days=DAYS), offer.location.timezone, WEDNESDAY, *MORNING)
    with write_tx():
        made = actions.join(
            Wanted(wish, offer, True, person), sealer=services().sealer, by="operator", now=now
        )
        outbox.drop(f"waiting-joined:{made.id.hex}")
