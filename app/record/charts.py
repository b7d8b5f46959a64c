"""A picture of values over time, worked out as numbers: the template draws them, and no program runs in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 72, 14, 16, 44
STEPS = 4  # labels along the time axis, less one
DOTS = 62  # with more points a line alone is clearer


class Mark(NamedTuple):
    """One point: an instant in any unit, a value, and the least and most of what was taken together for it."""

    at: int
    value: int
    low: int
    high: int


@dataclass(frozen=True)
class Line:
    path: str
    spread: str  # outline of least and most, "" when each mark is one value
    dots: tuple[tuple[str, str], ...]
    bars: tuple[tuple[str, str, str, str], ...]  # x, y, width, height


@dataclass(frozen=True)
class Chart:
    lines: tuple[Line, ...]
    across: tuple[tuple[str, int], ...]  # y and the value it stands for
    along: tuple[tuple[str, int, str], ...]  # x, the instant it stands for, and how its label is anchored
    bands: tuple[tuple[str, str], ...]  # y and height of what a goal asks for
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


Limits = tuple[int | None, int | None]


def draw(
    series: Sequence[Sequence[Mark]],
    *,
    first: int,
    last: int,
    goals: Sequence[Limits] = (),
    bars: bool = False,
    least: int | None = None,
) -> Chart | None:
    """None without a value. `first` and `last` bound the time axis; `bars` begin at nought."""
    marks = [mark for one in series for mark in one]
    if not marks:
        return None
    ends = [end for limits in goals for end in limits if end is not None]
    low = 0 if bars else min([*(mark.low for mark in marks), *ends])
    high = max([*(mark.high for mark in marks), *ends])
    ticks = _ticks(low, high, least=0 if bars else least)
    plane = _Plane(first, max(last, first + 1), ticks[0], ticks[-1])
    return Chart(
        lines=tuple(_line(one, plane, bars=bars) for one in series),
        across=tuple((_n(plane.y(value)), value) for value in ticks),
        along=_along(plane),
        bands=tuple(_band(limits, plane) for limits in goals if limits != (None, None)),
    )


@dataclass(frozen=True)
class _Plane:
    first: int
    last: int
    low: int
    high: int
    heights: dict[int, str] = field(default_factory=dict)

    def x(self, at: int) -> float:
        share = min(max((at - self.first) / (self.last - self.first), 0), 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: int) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def height(self, value: int) -> str:
        """As it is drawn; of years of values most come again and again."""
        found = self.heights.get(value)
        if found is None:
            found = self.heights[value] = _n(self.y(value))
        return found


def _ticks(low: int, high: int, *, least: int | None) -> list[int]:
    """Round numbers around low and high, four to seven of them; never below `least`."""
    room = max(high - low, 4)
    step = next(size for power in range(12) for digit in (1, 2, 5) if (size := digit * 10**power) * 5 >= room)
    begin, end = low // step * step, -(-high // step) * step
    while (end - begin) // step < 3:
        if least is None or begin - step >= least:
            begin -= step
        if (end - begin) // step < 3:
            end += step
    return list(range(begin, end + step, step))


def _line(marks: Sequence[Mark], plane: _Plane, *, bars: bool) -> Line:
    if bars:
        room = (WIDTH - LEFT - RIGHT) / max(len(marks), 7)
        return Line("", "", (), tuple(_bar(mark, plane, min(room * 0.7, 28)) for mark in marks))
    across = [_n(plane.x(mark.at)) for mark in marks]
    points = [(x, plane.height(mark.value)) for x, mark in zip(across, marks, strict=True)]
    path = "M" + "L".join([f"{x} {y}" for x, y in points]) if points else ""
    return Line(path, _spread(marks, across, plane), tuple(points) if len(points) <= DOTS else (), ())


def _spread(marks: Sequence[Mark], across: Sequence[str], plane: _Plane) -> str:
    if all(mark.low == mark.high for mark in marks):
        return ""
    there = [f"{x} {plane.height(mark.high)}" for x, mark in zip(across, marks, strict=True)]
    back = [f"{x} {plane.height(mark.low)}" for x, mark in zip(across, marks, strict=True)]
    return "M" + "L".join(there + back[::-1]) + "Z"


def _bar(mark: Mark, plane: _Plane, width: float) -> tuple[str, str, str, str]:
    left = min(max(plane.x(mark.at) - width / 2, LEFT), WIDTH - RIGHT - width)
    top = plane.y(mark.value)
    return _n(left), _n(top), _n(width), _n(HEIGHT - BOTTOM - top)


def _band(limits: Limits, plane: _Plane) -> tuple[str, str]:
    low, high = limits
    top = plane.y(high) if high is not None else TOP
    foot = plane.y(low) if low is not None else HEIGHT - BOTTOM
    return _n(top), _n(max(foot - top, 1))


def _along(plane: _Plane) -> tuple[tuple[str, int, str], ...]:
    span, anchors = plane.last - plane.first, ("start", *["middle"] * (STEPS - 1), "end")
    instants = [plane.first + span * number // STEPS for number in range(STEPS + 1)]
    return tuple((_n(plane.x(at)), at, anchor) for at, anchor in zip(instants, anchors, strict=True))


def _n(number: float) -> str:
    """A tenth of a unit is finer than any screen."""
    return f"{number:.1f}".removesuffix(".0")
