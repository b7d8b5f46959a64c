"""What the engine is asked: an offer with the time already taken, and whatever else forbids a start of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.booking import busy, slots
from app.booking.busy import Moving
from app.booking.catalogue import Offer
from app.booking.slots import Agenda, Caps, ServiceRules, Taken
from app.booking.slots.terms import BlockedRow, BusyRow
from app.kernel.clock import to_minutes


class Question(NamedTuple):
    """In the order of the engine's arguments."""

    agenda: Agenda
    rules: ServiceRules
    busy: Sequence[BusyRow]
    blocked: Sequence[BlockedRow]


@dataclass(frozen=True)
class Asking:
    """Who asks, and what of theirs does not count: a hold of their own, an appointment they are about to move.

    `own` are the person's appointments where they are known; `person` (a file, or the key of one) reads them. Of a
    guest, `mail` too: what they claim is not proved, so all they are told is that they hold enough (docs/adr/0017).
    """

    own: Collection[Taken] = ()
    person: UUID | str | None = None
    mail: str | None = None
    mine: UUID | None = None
    moving: Moving | None = None
    staff: bool = False
    past_freed: bool = (
        False  # times kept for the waiting list may be taken: staff, whichever rules they look through
    )


ANYBODY = Asking()
NO_LIMITS = (0, -1)


def ask(
    offers: Sequence[Offer], *, first_day: date, last_day: date, now: datetime, asking: Asking = ANYBODY
) -> list[Question]:
    """One question an offer, in their order; one statement in all. The days are local to the offers' site."""
    taken, own = _read(offers, first_day=first_day, last_day=last_day, now=now, asking=asking)
    days, minutes = (first_day.toordinal(), last_day.toordinal()), to_minutes(now)
    return [_question(offer, taken, own, days=days, now=minutes, asking=asking) for offer in offers]


def _read(
    offers: Sequence[Offer], *, first_day: date, last_day: date, now: datetime, asking: Asking
) -> tuple[busy.Taken, Collection[Taken]]:
    zone, minutes = offers[0].location.timezone, to_minutes(now)
    limited = [] if asking.staff else [offer for offer in offers if offer.limits]
    reach = _reach(limited, first_day, last_day)
    taken = busy.read(
        busy.Wanted(
            people=frozenset(offer.practitioner.id.hex for offer in offers),
            first=slots.day_bounds(first_day, zone)[0],
            last=slots.day_bounds(last_day, zone)[1],
            now=minutes,
            mine=asking.mine,
            moving=asking.moving,
            units=frozenset(unit.id.hex for offer in offers for pool in offer.pools for unit in pool.units),
            agendas=frozenset(offer.schedule.id.hex for offer in limited),
            limits_first=slots.day_bounds(date.fromordinal(reach[0]), zone)[0] if limited else 0,
            limits_last=slots.day_bounds(date.fromordinal(reach[1]), zone)[1] if limited else 0,
            person=asking.person,
            mail=asking.mail,
            freed=not (asking.staff or asking.past_freed),
        )
    )
    return taken, (*asking.own, *(Taken(row[0], row[1], str(row[4])) for row in taken.own))


def _question(
    offer: Offer,
    taken: busy.Taken,
    own: Collection[Taken],
    *,
    days: tuple[int, int],
    now: int,
    asking: Asking,
) -> Question:
    rules, zone = offer.rules, offer.location.timezone
    rows = taken[offer.practitioner.id.hex]
    if offer.is_plain and not own:
        return Question(offer.agenda, rules, rows, offer.blocked)
    blocked: list[BlockedRow] = [*offer.blocked]
    group = slots.group_key(offer.agenda, rules)
    for pool in offer.pools:
        blocked += slots.rooms(rules, [taken[unit.id.hex] for unit in pool.units], group=group)
    if offer.limits and not asking.staff:
        counted = [Taken(row[0], row[1], str(row[4])) for row in taken[offer.schedule.id.hex]]
        blocked += slots.agenda_limits(rules, offer.limits, counted, zone=zone, first=days[0], last=days[1])
    if own:
        caps = Caps(offer.policy.upcoming_most) if asking.mail is not None else caps_of(offer)
        blocked += slots.person_caps(rules, caps, own, zone=zone, now=now, count_only=asking.mail is not None)
    return Question(offer.agenda, rules, rows, blocked)


def caps_of(offer: Offer) -> Caps:
    policy = offer.policy
    return Caps(policy.upcoming_most, policy.window_most, policy.window_days, policy.gap_days)


def at(offer: Offer, start: int, *, now: datetime, asking: Asking) -> tuple[Question, list[UUID] | None]:
    """The question of one start, and the rooms and devices a session there would take: one of each pool, or None."""
    day = day_of(start, offer)
    taken, own = _read([offer], first_day=day, last_day=day, now=now, asking=asking)
    ordinal = day.toordinal()
    question = _question(offer, taken, own, days=(ordinal, ordinal), now=to_minutes(now), asking=asking)
    group, chosen = slots.group_key(offer.agenda, offer.rules), []
    for pool in offer.pools:
        number = slots.free_unit(offer.rules, [taken[u.id.hex] for u in pool.units], start, group=group)
        if number is None:
            return question, None
        chosen.append(pool.units[number].id)
    return question, chosen


def _reach(limited: Sequence[Offer], first: date, last: date) -> tuple[int, int]:
    """The whole days, weeks or months that limits of these offers count over."""
    spans = [
        slots.period_bounds(limit.period, first.toordinal(), last.toordinal())
        for offer in limited
        for limit in offer.limits
    ]
    if not spans:
        return NO_LIMITS
    return min(low for low, _ in spans), max(high for _, high in spans)


def day_of(start: int, offer: Offer) -> date:
    return slots.local_day(start, offer.location.timezone)
