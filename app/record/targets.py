"""Goals as rules: when a value reaches one, and how it has gone since it was set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DIRECTIONS = ("at-least", "at-most", "between")


@dataclass(frozen=True)
class Target:
    """`low` of at-least, `high` of at-most, both of between; the same for the second number of a pair."""

    direction: str
    low: int | None = None
    high: int | None = None
    second_low: int | None = None
    second_high: int | None = None

    @property
    def band(self) -> tuple[int | None, int | None]:
        return self.low, self.high

    @property
    def second_band(self) -> tuple[int | None, int | None]:
        return self.second_low, self.second_high


@dataclass(frozen=True)
class Progress:
    """Since the goal began: how many values there are, how many reach it, the first and the last."""

    values: int
    reached: int
    first: tuple[int, int | None] | None = None
    last: tuple[int, int | None] | None = None
    last_reaches: bool = False

    @property
    def percent(self) -> int:
        return round(100 * self.reached / self.values) if self.values else 0


def is_whole(target: Target) -> bool:
    """Whether the numbers go with the direction, the lower below the higher; a pair has both or neither."""
    pairs = [target.band]
    if target.second_low is not None or target.second_high is not None:
        pairs.append(target.second_band)
    return all(_goes(target.direction, low, high) for low, high in pairs)


def _goes(direction: str, low: int | None, high: int | None) -> bool:
    if direction == "at-least":
        return low is not None and high is None
    if direction == "at-most":
        return low is None and high is not None
    return direction == "between" and low is not None and high is not None and low < high


def reaches(target: Target, value: int, second: int | None = None) -> bool:
    return _within(value, *target.band) and (second is None or _within(second, *target.second_band))


def _within(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def progress(target: Target, values: Iterable[tuple[int, int | None]]) -> Progress:
    """`values` oldest first."""
    rows: Sequence[tuple[int, int | None]] = list(values)
    if not rows:
        return Progress(0, 0)
    reached = sum(reaches(target, *row) for row in rows)
    return Progress(len(rows), reached, rows[0], rows[-1], reaches(target, *rows[-1]))
