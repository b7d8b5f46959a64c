"""Which appointments a change would leave without a place: the engine asked twice, before and after. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.booking import slots
from app.booking.impact.difference import Difference
from app.booking.slots import Busy, Reason

# the desk may have put it there knowingly, and it is there
NOT_ASKED = frozenset({Reason.OFF_GRID, Reason.TOO_SOON, Reason.TOO_LATE, Reason.FULL})


@dataclass(frozen=True)
class Impact:
    """What becomes of appointments that are still to come, in the order of the clock."""

    stays: list[Any] = field(default_factory=list)  # has its place before and after
    lost: list[Any] = field(default_factory=list)  # would no longer have one
    again: list[Any] = field(default_factory=list)  # was without, and would have one
    units: Mapping[UUID, tuple[UUID, UUID]] = field(
        default_factory=dict
    )  # session -> the room it leaves and takes

    @property
    def affected(self) -> int:
        return len(self.stays) + len(self.lost) + len(self.again)

    @property
    def digest(self) -> str:
        """Of what was shown: another one when an appointment came or went meanwhile."""
        told = [
            sorted(f"{one.id}:{one.starts}" for one in each) for each in (self.stays, self.lost, self.again)
        ]
        return sha256(repr(told).encode()).hexdigest()[:20]


def compare(
    change: Difference, offers: Mapping[tuple[UUID, UUID], Any], appointments: Sequence[Any]
) -> Impact:
    """`offers` by (agenda, service), as they are; `appointments` are all that the agendas' people still have."""
    found = Impact()
    for one in appointments:
        offer = offers.get((one.schedule_id, one.service_id))
        if offer is None or not change.concerns(offer) or not _within(one, change.span):
            continue
        values = change.rules.get((one.schedule_id, one.service_id))
        busy = _busy(one, appointments) if values else []
        before = objections(offer, one, busy=busy)
        after = objections(change.applied(offer), one, values=values or {}, busy=busy)
        if after - before:  # also to what the desk had put outside the hours knowingly
            found.lost.append(one)
        elif not after:
            (found.again if before else found.stays).append(one)
    return found


def fits(offer: Any, one: Any) -> bool:
    """Whether the plan still has room for an appointment, with the length and buffers it was made with."""
    return not objections(offer, one)


def objections(
    offer: Any, one: Any, *, values: Mapping[str, int] | None = None, busy: Sequence[Busy] = ()
) -> set[Reason]:
    """What the plan says against an appointment; `values` stand for its own where the service itself would change."""
    stamped = {"duration": one.ends - one.starts, "before": one.buffer_before, "after": one.buffer_after}
    longer = {name: value for name, value in (values or {}).items() if name in stamped}
    rules = replace(offer.rules, **{**stamped, **longer})
    verdict = slots.verdict(
        offer.agenda, rules, busy, offer.blocked, start=one.starts, now=one.starts, staff=True
    )
    return set(verdict.reasons) - NOT_ASKED


def _within(one: Any, span: tuple[int, int]) -> bool:
    return one.starts < span[1] and one.ends > span[0]


def _busy(one: Any, others: Iterable[Any]) -> list[Busy]:
    """What else its practitioner has; places of the same session do not count."""
    return [
        Busy(other.starts, other.ends, other.buffer_before, other.buffer_after)
        for other in others
        if other.practitioner_id == one.practitioner_id and other.session_key != one.session_key
    ]
