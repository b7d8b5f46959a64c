"""Booking in words: times, states and the policy as one sentence."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.policy import cancel_until, move_until
from app.kernel.clock import local
from app.kernel.i18n import _, clock_label, language, lazy_gettext, money_label, weekday_label, when_label

STATES = {
    "proposed": lazy_gettext("Requested"),
    "pending": lazy_gettext("To be confirmed"),
    "booked": lazy_gettext("Booked"),
    "arrived": lazy_gettext("Arrived"),
    "checked-in": lazy_gettext("In treatment"),
    "fulfilled": lazy_gettext("Done"),
    "cancelled": lazy_gettext("Cancelled"),
    "noshow": lazy_gettext("Did not come"),
    "waitlist": lazy_gettext("On the waiting list"),
    "entered-in-error": lazy_gettext("Entered by mistake"),
}
ENDED = {"refused": lazy_gettext("Refused"), "expired": lazy_gettext("Not answered")}  # of a request
NOON, EVENING = 12, 17
MONDAY = date(2024, 1, 1)


def state_of(appointment: Appointment) -> str:
    """As its person reads it: a request that came to nothing was not cancelled."""
    return str(ENDED.get(appointment.cancel_kind) or STATES[appointment.status])


def part_of_day(moment: datetime) -> str:
    return "morning" if moment.hour < NOON else "afternoon" if moment.hour < EVENING else "evening"


@lru_cache(maxsize=8192)
def start_label(start: int, zone: str, code: str) -> tuple[str, str, str]:
    """(part of the day, clock, «mardi 24 novembre à 14 h 30») of a start; kept: all visitors see the same."""
    moment = local(start, zone)
    return part_of_day(moment), clock_label(moment, code), when_label(moment, code)


def weekday(number: int) -> str:
    """0 is Monday."""
    return weekday_label(MONDAY + timedelta(days=number), language())


def when(start: int, zone: str) -> str:
    return when_label(local(start, zone), language())


def duration_label(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min", minutes=minutes)
    return (
        _("%(hours)s h %(minutes)02d", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours)
    )


def duration_span(offers: Sequence[Offer]) -> str:
    """How long a service takes, with whoever offers it."""
    minutes = {offer.rules.duration for offer in offers}
    shortest, longest = min(minutes), max(minutes)
    if shortest == longest:
        return duration_label(shortest)
    return _("%(shortest)s to %(longest)s min", shortest=shortest, longest=longest)


def price_span(offers: Sequence[Offer]) -> str:
    """What it costs; nothing when the practice does not say."""
    cents = {offer.price_cents for offer in offers if offer.price_cents is not None}
    if not cents:
        return ""
    lowest = money_label(min(cents), language())
    return lowest if len(cents) == 1 else _("from %(price)s", price=lowest)


def policy_sentence(offer: Offer, start: int, now: int) -> str:
    """What cancelling will cost, for this very appointment: shown before booking, kept with it, printed in the mail."""
    zone = offer.location.timezone
    return cancellation_sentence(
        cancel_until(start, offer.policy, zone),
        offer.policy.late_fee_cents,
        zone,
        now,
        move=move_until(start, offer.policy, zone),
    )


def cancellation_sentence(
    until: int, late_fee_cents: int | None, zone: str, now: int, *, move: int | None = None
) -> str:
    """Until when one cancels and moves online, and what comes after; 0 is «never online», None says nothing."""
    if not until:
        free = _("This appointment cannot be cancelled online: please call the practice if you cannot come.")
    elif until <= now:
        free = _(
            "It is too late to cancel this appointment online: please call the practice if you cannot come."
        )
    else:
        free = _("You can cancel free of charge until %(when)s.", when=when(until, zone))
    sentences = [free]
    if move is not None and move > now:
        same = move == until
        sentences.append(
            _("Until then you can also move it online.")
            if same
            else _("You can move it online until %(when)s.", when=when(move, zone))
        )
    if late_fee_cents and until:
        fee = money_label(late_fee_cents, language())
        sentences.append(
            _("After that, the practice may ask %(fee)s.", fee=fee)
            if len(sentences) == 1
            else _("A later cancellation may cost %(fee)s.", fee=fee)
        )
    return " ".join(sentences)
