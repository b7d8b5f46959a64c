"""Yes or no to a time that is kept: exactly one answer counts, and a swap gives the old time up in the same moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.booking import actions as booking
from app.booking.actions import place
from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.refusals import (
    CallUs,
    HeldAlready,
    LimitReached,
    NotOffered,
    RulesChanged,
    SlotTaken,
    TooLateToCancel,
)
from app.booking.rows import Asked
from app.consent.queries import Text
from app.kernel import audit, outbox
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.patients.actions import Behind, Person
from app.waiting import queries
from app.waiting.actions import serving
from app.waiting.models import WaitEntry, WaitOffer
from app.waiting.refusals import NoLongerWaiting, OfferIsOver

# what can speak against it though it was kept: the rules changed, or the person took something else meanwhile
NOT_ANY_MORE = (SlotTaken, NotOffered, RulesChanged, CallUs)
THEIR_OWN = (HeldAlready, LimitReached, TooLateToCancel)


def offered(offer: WaitOffer, *, now: datetime) -> Offer:
    """What is offered, by today's rules for this person; OfferIsOver when they no longer allow it."""
    for one in queries.offers_for(offer.entry, now=now):
        if one.schedule.id == offer.schedule_id:
            return one
    raise OfferIsOver


def accept(
    offer: WaitOffer,
    *,
    sentence: str,
    texts: Sequence[Text],
    address: str,
    sealer: Sealer,
    by: str,
    now: datetime,
    mail_at: datetime,
) -> UUID:
    """The appointment, booked with the hold of the offer; of a swap, the old one ends in the same transaction.

    OfferIsOver, NoLongerWaiting; and what booking and cancelling raise about the person's own appointments.
    """
    found = offered(offer, now=now)
    asked = _asked(offer, sentence=sentence, texts=texts, address=address)
    try:
        with write_tx():
            held = queries.swapped(offer.entry, now=now)
            _lock(found, held)
            _claim(offer, now=now)
            if held is not None:
                booking.cancel(held, by=by, now=now)
            made = booking.book([found], asked, sealer=sealer, by=by, now=now, mail_at=mail_at)
            WaitOffer.update(appointment=made).where(WaitOffer.id == offer.id).execute()
            outbox.drop(serving.job_key(offer.id))
            detail = {"offer": offer.id.hex, "appointment": made.hex}
            target = audit.of_id("wait_entry", offer.entry_id)
            audit.record(by=by, verb="waiting.accept", target=target, at=now, detail=detail)
    except NOT_ANY_MORE as no:
        _give_up(offer, now=now)
        raise OfferIsOver from no
    return made


def _give_up(offer: WaitOffer, *, now: datetime) -> None:
    """The rules of today refuse what was kept: it is over for them, and the next in line is asked."""
    with write_tx():
        serving.lock(offer.practitioner_id)
        if serving.close(offer, "lost", now=now):
            outbox.drop(serving.job_key(offer.id))
            serving.pass_on(serving.gap_of(offer), now=now)


def _lock(found: Offer, held: Appointment | None) -> None:
    """Everybody whose time changes, in one order, before anything is written."""
    if held is None:
        place.lock(found)
    else:
        place.lock_all((found,), held.practitioner_id, pools=place.pools_of(held))


def _claim(offer: WaitOffer, *, now: datetime) -> None:
    """Once: of two who press, the second finds it answered."""
    ended = {"state": "served", "ended_at": now, "ended_by": "worker"}
    waits = (WaitEntry.id == offer.entry_id) & (WaitEntry.state == "waiting")
    if not WaitEntry.update(**ended).where(waits).execute():
        raise NoLongerWaiting
    if to_minutes(now) >= offer.expires or not serving.close(offer, "accepted", now=now):
        raise OfferIsOver


def _asked(offer: WaitOffer, *, sentence: str, texts: Sequence[Text], address: str) -> Asked:
    entry, patient = offer.entry, offer.entry.patient
    return Asked(
        start=offer.starts,
        attempt=offer.hold_id,
        person=Person(patient.given_name, patient.family_name, entry.contact_email, entry.language),
        accepted=True,
        sentence=sentence,
        texts=tuple(texts),
        address=address,
        behind=Behind(entry.account_id, entry.dependant, entry.patient_id),
        detail={"waiting": entry.id.hex},
    )


def decline(offer: WaitOffer, *, by: str, now: datetime) -> None:
    """The next in line is asked at once; the person goes on waiting for another. OfferIsOver when it was answered."""
    with write_tx():
        serving.lock(offer.practitioner_id)
        if to_minutes(now) >= offer.expires or not serving.close(offer, "declined", now=now):
            raise OfferIsOver
        outbox.drop(serving.job_key(offer.id))
        target = audit.of_id("wait_entry", offer.entry_id)
        audit.record(by=by, verb="waiting.decline", target=target, at=now, detail={"offer": offer.id.hex})
        serving.pass_on(serving.gap_of(offer), now=now)
