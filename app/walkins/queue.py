"""Who comes next, and how long that takes: pure. Minutes are minutes since 1970, UTC."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import median

OPTIMISTIC = 0.8  # of the average visit; the pessimistic bound is the average itself
STEP = 5  # minutes: a finer promise would be a lie
ENOUGH = 10  # visits, under which a measured average would be chance
USUAL_PRIORITY = 2  # of a walk-in at the door, and of everybody with an appointment


@dataclass(frozen=True)
class InLine:
    """Somebody in the waiting room; `since` is the time of the appointment, or when the number was taken."""

    key: str
    priority: int
    since: int
    called: bool = False


def in_order(people: Iterable[InLine]) -> list[InLine]:
    """Whoever is called already, then by priority, then by time; the key decides between equals."""
    return sorted(people, key=lambda one: (not one.called, one.priority, one.since, one.key))


def ahead_of(key: str, people: Iterable[InLine]) -> int:
    """How many come before; everybody for a key that is not in line."""
    ordered = [one.key for one in in_order(people)]
    return ordered.index(key) if key in ordered else len(ordered)


def average_of(lasted: Sequence[int], *, usual: int) -> int:
    """The middle of what visits really lasted; `usual`, as the practice set it, while fewer than ENOUGH were noted.

    The middle and not the mean: one visit somebody forgot to end does not lengthen everybody's wait.
    """
    return round(median(lasted)) if len(lasted) >= ENOUGH else usual


@dataclass(frozen=True)
class Range:
    """Minutes, rounded outwards to five; both 0: it is their turn next."""

    least: int
    most: int


def waiting_range(ahead: int, *, now: int, booked: Sequence[int], active: int, average: int) -> Range | None:
    """How long somebody waits behind `ahead` others; None while nobody receives.

    `booked` are the starts of appointments whose people have not come yet: whoever is due before the turn would come
    is counted too, for they go first.
    """
    if active < 1:
        return None
    others = ahead
    while True:
        whole = others * average / active
        due = sum(start <= now + whole for start in booked)
        if ahead + due <= others:
            break
        others = ahead + due
    return Range(STEP * floor(OPTIMISTIC * whole / STEP), STEP * ceil(whole / STEP))
