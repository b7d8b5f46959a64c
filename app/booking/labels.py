"""Booking in words: times, states and the policy as one sentence."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from app.booking.catalogue import Offer
from app.booking.policy import cancel_until
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
NOON, EVENING = 12, 17
MONDAY = date(2024, 1, 1)


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
    until = cancel_until(start, offer.policy, zone)
    return cancellation_sentence(until, offer.policy.late_fee_cents, zone, now)


def cancellation_sentence(until: int, late_fee_cents: int | None, zone: str, now: int) -> str:
    if until <= now:
        free = _(
            "It is too late to cancel this appointment online: please call the practice if you cannot come."
        )
        until_label = ""
    else:
        until_label = when(until, zone)
        free = _("You can cancel free of charge until %(when)s.", when=until_label)
    if not late_fee_cents:
        return free
    fee = money_label(late_fee_cents, language())
    return f"{free} " + _("After that, the practice may ask %(fee)s.", fee=fee)
