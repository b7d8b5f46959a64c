"""A week drawn: where the hours stand on a plane of seven days, in per cent, for a picture without styles."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.booking.plans.typed import minutes_of
from app.settings.week_rows import Row

EARLY, LATE = 6 * 60, 21 * 60  # shown at least
AXIS = 8.0  # per cent of the width, for the hours at the left
COLUMN = (100 - AXIS) / 7


@dataclass(frozen=True)
class Block:
    """One line of the form, by its number."""

    number: int
    x: float
    y: float
    width: float
    height: float
    words: str
    is_staff: bool


@dataclass(frozen=True)
class Drawing:
    first: int  # minutes after midnight at the upper edge
    last: int
    blocks: tuple[Block, ...]

    def hours(self) -> Iterable[tuple[int, float]]:
        """(hour, how far down)"""
        for hour in range(self.first // 60, self.last // 60 + 1):
            yield hour, self._down(hour * 60)

    def columns(self) -> Iterable[float]:
        return [_round(AXIS + COLUMN * day) for day in range(7)]

    def _down(self, minute: int) -> float:
        return _round((minute - self.first) * 100 / (self.last - self.first))


def drawing(rows: Iterable[Row], week: int) -> Drawing:
    """Of the rows of one week that can be read."""
    read = [
        (row, start, end)
        for row in rows
        if row.week == week
        and (start := minutes_of(row.start)) is not None
        and (end := minutes_of(row.end)) is not None
        and start < end
    ]
    first = min([EARLY, *(start // 60 * 60 for _row, start, _end in read)])
    last = max([LATE, *(-(-end // 60) * 60 for _row, _start, end in read)])
    plane = Drawing(first, last, ())
    blocks = tuple(
        Block(
            row.number,
            _round(AXIS + COLUMN * row.weekday + 0.4),
            plane._down(start),
            _round(COLUMN - 0.8),
            _round(plane._down(end) - plane._down(start)),
            f"{row.start}–{row.end}",
            row.audience == "staff",
        )
        for row, start, end in read
    )
    return Drawing(first, last, blocks)


def _round(number: float) -> float:
    return round(number, 3)
