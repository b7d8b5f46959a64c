"""How many sessions of a prescription are used, booked and left, and where reimbursement changes: pure.

Sessions count in the order of their days. Tiers count the sessions of a calendar year, across prescriptions of one
kind of care; a prescription counts its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WARN_WITHIN = 2  # sessions before a tier


@dataclass(frozen=True, slots=True)
class Quota:
    """A year of one kind of care. `tiers` (9, 18): the 10th and the 19th session are reimbursed less."""

    per_year: int | None = None
    tiers: tuple[int, ...] = ()
    start_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A visit on a local day; `took_place` once it has begun."""

    on: date
    took_place: bool


@dataclass(frozen=True, slots=True)
class Budget:
    prescribed: int
    used: int
    booked: int
    number: int  # the next session to book, counted over its year
    tier: int | None  # the bound that the next session crosses: from it on, less is reimbursed
    near: int | None  # a bound that the sessions left will cross
    full: bool  # nothing of the next session is reimbursed any more
    start_by: date | None  # until when the treatment must begin; None once it has
    late: bool  # that day has passed without a session

    @property
    def left(self) -> int:
        return max(0, self.prescribed - self.used - self.booked)

    @property
    def needs_another(self) -> bool:
        """A new prescription, before anything else is booked."""
        return self.left == 0


def budget(
    *,
    prescribed: int,
    prescribed_on: date,
    used_elsewhere: int,
    sessions: Collection[Session],
    of_the_year: int,
    quota: Quota,
    today: date,
) -> Budget:
    """`sessions` are those on this prescription; `of_the_year` counts those of its kind this year, these included."""
    used = used_elsewhere + sum(one.took_place for one in sessions)
    booked = sum(not one.took_place for one in sessions)
    number = of_the_year + 1
    left = max(0, prescribed - used - booked)
    begun = used > 0
    start_by = None
    if quota.start_within_days is not None and not begun:
        start_by = prescribed_on + timedelta(days=quota.start_within_days)
    first = min((one.on for one in sessions), default=today)
    return Budget(
        prescribed=prescribed,
        used=used,
        booked=booked,
        number=number,
        tier=_crossed(quota.tiers, number, number),
        near=_crossed(quota.tiers, number + 1, number + max(left, WARN_WITHIN) - 1),
        full=quota.per_year is not None and number > quota.per_year,
        start_by=start_by,
        late=start_by is not None and max(first, today) > start_by,
    )


def _crossed(tiers: Sequence[int], first: int, last: int) -> int | None:
    """The first bound whose next session is one of `first` to `last`."""
    return next((tier for tier in sorted(tiers) if first <= tier + 1 <= last), None)
