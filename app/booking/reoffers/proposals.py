"""What could be done for each of many appointments: a colleague at the same time, the nearest free times, or nothing.

Time that is taken is read once for a service at a site, whoever gives it and however many appointments there are.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.booking import catalogue, slots
from app.booking.catalogue import Offer
from app.booking.impact.difference import Difference
from app.booking.questions import ANYBODY, Asking, Question, ask, day_of
from app.booking.slots import Reason
from app.kernel.clock import to_minutes, today
from app.kernel.owners import Practice

TIMES = 3
BEFORE, AFTER = timedelta(days=7), timedelta(days=21)
# the practice asks for it: neither notice, nor horizon, nor the grid, nor how much of a day is for the public
NOT_ASKED = frozenset({Reason.OFF_GRID, Reason.TOO_SOON, Reason.TOO_LATE, Reason.DAY_LIMIT})
NOTHING = Difference()


@dataclass(frozen=True)
class Time:
    """A free time of an agenda."""

    start: int
    offer: Offer

    @property
    def key(self) -> tuple[str, int]:
        return self.offer.agenda.id, self.start


@dataclass(frozen=True)
class Proposal:
    """One appointment and what is possible; `choice` is what one would do first."""

    appointment: Any
    colleagues: tuple[Offer, ...] = ()
    times: tuple[Time, ...] = ()

    @property
    def choice(self) -> str:
        return "colleague" if self.colleagues else "times" if self.times else "cancel"


@dataclass
class Given:
    """What this very list already gives away, so that nobody is offered what the one before them was."""

    spans: dict[UUID, list[tuple[int, int]]] = field(default_factory=dict)

    def is_free(self, offer: Offer, start: int) -> bool:
        low, high = _span(offer, start)
        mine = self.spans.get(offer.practitioner.id, ())
        return offer.rules.capacity > 1 or not any(s < high and e > low for s, e in mine)

    def take(self, offer: Offer, start: int) -> None:
        self.spans.setdefault(offer.practitioner.id, []).append(_span(offer, start))


def propose(
    practice: Practice, appointments: Sequence[Any], *, now: datetime, change: Difference = NOTHING
) -> list[Proposal]:
    """In the order given. `change` is what is about to be saved; nothing it takes away is proposed."""
    found = catalogue.for_desk(practice, now=now)
    shelves: dict[tuple[UUID, UUID], Shelf] = {}
    given, proposals = Given(), []
    for one in appointments:
        place = (one.service_id, one.location_id)
        if place not in shelves:
            alike = [other for other in appointments if (other.service_id, other.location_id) == place]
            offers = [change.applied(offer) for offer in found.at(*place)]
            shelves[place] = Shelf.of(offers, alike, now=now)
        proposals.append(shelves[place].proposal(one, given))
    return proposals


@dataclass
class Shelf:
    """What is free of one service at one site, around the appointments that look for a place."""

    questions: list[tuple[Offer, Question]]
    times: list[tuple[int, int]]  # (start, number of the offer), sorted
    now: int

    @classmethod
    def of(
        cls,
        offers: Sequence[Offer],
        appointments: Iterable[Any],
        *,
        now: datetime,
        asking: Asking = ANYBODY,
    ) -> "Shelf":
        minutes = to_minutes(now)
        if not offers:
            return cls([], [], minutes)
        first, last = _days(offers[0], appointments, now)
        span: dict[str, Any] = {"first_day": first, "last_day": last}
        asked = list(zip(offers, ask(offers, **span, now=now, asking=asking), strict=True))
        times = [
            (start, number)
            for number, (offer, question) in enumerate(asked)
            if offer.schedule.public
            for start in slots.offered(*question, **span, now=minutes)
        ]
        return cls(asked, sorted(times), minutes)

    def proposal(self, one: Any, given: Given) -> Proposal:
        colleagues = tuple(self._colleagues(one, given))
        if colleagues:
            given.take(colleagues[0], one.starts)
        times = tuple(self._nearest(one, given))
        return Proposal(one, colleagues, times)

    def _colleagues(self, one: Any, given: Given) -> Iterator[Offer]:
        for offer, question in self.questions:
            if offer.practitioner.id == one.practitioner_id or one.starts < self.now:
                continue
            near = [row for row in question.busy if row[0] < one.starts + 1440 and row[1] > one.starts - 1440]
            why = slots.verdict(
                question.agenda, question.rules, near, question.blocked, start=one.starts, now=self.now
            )
            if not set(why.reasons) - NOT_ASKED and given.is_free(offer, one.starts):
                yield offer

    def _nearest(self, one: Any, given: Given) -> list[Time]:
        """The three nearest to the time that is lost that nobody else of the list was offered, soonest first."""
        chosen: list[Time] = []
        spare: list[Time] = []
        for start, number in self._around(one.starts):
            offer = self.questions[number][0]
            if any(start == time.start for time in chosen):
                continue
            if given.is_free(offer, start):
                given.take(offer, start)
                chosen.append(Time(start, offer))
            elif len(spare) < TIMES:
                spare.append(Time(start, offer))
            if len(chosen) == TIMES:
                break
        return sorted((chosen + spare)[:TIMES], key=lambda time: time.start)

    def _around(self, start: int) -> Iterator[tuple[int, int]]:
        later = bisect_left(self.times, (start, 0))
        earlier = later - 1
        while earlier >= 0 or later < len(self.times):
            before = start - self.times[earlier][0] if earlier >= 0 else None
            after = self.times[later][0] - start if later < len(self.times) else None
            if after is not None and (before is None or after <= before):
                yield self.times[later]
                later += 1
            else:
                yield self.times[earlier]
                earlier -= 1


def _days(offer: Offer, appointments: Iterable[Any], now: datetime) -> tuple[date, date]:
    here = today(now, offer.location.timezone)
    days = [day_of(one.starts, offer) for one in appointments]
    first, last = max(here, min(days) - BEFORE), max(here, max(days)) + AFTER
    return first, last


def _span(offer: Offer, start: int) -> tuple[int, int]:
    rules = offer.rules
    return start - rules.before, start + rules.duration + rules.after
