"""Values over time, whoever reads them: counted, taken together for a picture, and listed page by page.

Every question is a constant statement for each pattern of source. Of many values the database goes through one index
once; what comes here fits a picture or a page.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import peewee as pw

from app.kernel.clock import day_bounds
from app.kernel.constant_sql import ConstantSQL, as_models, param
from app.kernel.db import EPOCH, database
from app.record.charts import Mark
from app.record.kinds import KINDS, Kind
from app.record.numbers import average
from app.record.periods import MOST_POINTS, width

A_MINUTE = 60_000_000  # microseconds, as instants are kept
A_DAY = 1440 * A_MINUTE
EVER = 1 << 62  # further from 1970 than any value, this way and that
PAGE = 30


@dataclass(frozen=True)
class Pattern:
    """The rows sources of one sort may read, with a place for each value of `Source.given`; the cabinets they need."""

    model: Any
    rows: Callable[..., Any]
    tenant: bool = False
    account: bool = False

    def asked(self, question: Callable[["Pattern"], Any]) -> ConstantSQL:
        return _asked(self, question)


@lru_cache(maxsize=64)
def _asked(pattern: Pattern, question: Callable[[Pattern], Any]) -> ConstantSQL:
    return ConstantSQL(lambda: question(pattern), tenant=pattern.tenant, account=pattern.account)


class Source(Protocol):
    """Where values of one kind come from: one's own cabinet, a share, or what stayed at a practice."""

    @property
    def kind(self) -> str: ...

    @property
    def pattern(self) -> Pattern: ...

    def given(self) -> dict[str, Any]: ...

    def opened(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class Figures:
    """Of one period: how many, from when to when, and the mean, least and most of each number."""

    count: int
    first: datetime | None = None
    last: datetime | None = None
    mean: int | None = None
    least: int | None = None
    most: int | None = None
    second_mean: int | None = None
    second_least: int | None = None
    second_most: int | None = None


@dataclass(frozen=True)
class Points:
    """What the picture shows: marks of the first number and of the second; `days` taken together, 0 for none."""

    figures: Figures
    marks: list[Mark]
    second: list[Mark]
    days: int


NOTHING = Points(Figures(0), [], [], 0)


def between(first: date | None, last: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """The instants that bound two days, the last one included."""
    return (
        _instant(day_bounds(first, zone)[0]) if first else None,
        _instant(day_bounds(last, zone)[1]) if last else None,
    )


def _instant(minutes: int) -> datetime:
    return EPOCH + timedelta(minutes=minutes)


def over_time(source: Source, *, since: datetime | None) -> Points:
    """Two statements: how far the values reach, and every one of them or the mean, least and most of some days."""
    first, last, many = _rows(source, _ends, since=_micros(since))[0]
    if first is None:
        return NOTHING
    days = width((last - first) // A_DAY + 1, MOST_POINTS + bool(many))
    pair = KINDS[source.kind].second is not None
    if days == 0:
        rows = _rows(source, _singles, since=_micros(since))
        groups = [(1, at, value, value, value, second, second, second) for at, value, second in rows]
    else:
        groups = _groups(source, _pairs if pair else _together, first, days * A_DAY)
    return _points(groups, last, days, pair=pair) if groups else NOTHING


Group = tuple[
    Any, ...
]  # count, first instant, total, least, most, and total, least, most of the second number


def _groups(source: Source, question: Callable[[Pattern], Any], first: int, width: int) -> list[Group]:
    """Of those stretches in which something was measured."""
    rows = _rows(source, question, first=first, width=width)
    return [
        (count, first + number * width, *numbers)
        for number, text in rows
        if text
        for count, *numbers in [map(int, text.split())]
    ]


def _points(groups: Sequence[Group], last: int, days: int, *, pair: bool) -> Points:
    """Totals and extremes of all of them are those of their groups."""
    count = sum(group[0] for group in groups)
    figures = Figures(
        count, _moment(groups[0][1]), _moment(last), *_summed(groups, count, 2),
        *(_summed(groups, count, 5) if pair else ()),
    )  # fmt: skip
    return Points(figures, _marks(groups, 2), _marks(groups, 5) if pair else [], days)


def _summed(groups: Sequence[Group], count: int, at: int) -> tuple[int | None, int, int]:
    """Mean, least and most."""
    return (
        average(sum(int(group[at]) for group in groups), count),
        min(group[at + 1] for group in groups),
        max(group[at + 2] for group in groups),
    )


def _marks(groups: Sequence[Group], at: int) -> list[Mark]:
    return [
        Mark(group[1] // A_MINUTE, average(int(group[at]), group[0]) or 0, group[at + 1], group[at + 2])
        for group in groups
    ]


def page(
    source: Source, number: int, *, since: datetime | None, size: int = PAGE, unusual: bool = False
) -> list[Any]:
    """Newest first, one more than fits when there is a next page; all of them, or those far from usual."""
    given = {"since": _micros(since), "most": size + 1, "skipped": number * size}
    rows = _rows(source, _odd if unusual else _listed, **given, **_usual(KINDS[source.kind]))
    return [as_models(row, source.pattern.model) for row in rows]


def _usual(kind: Kind) -> dict[str, int]:
    second = kind.second or kind  # of what is no pair, no second number is compared
    names = ("low", "high", "second_low", "second_high")
    return dict(zip(names, (*kind.usual, *second.usual), strict=True))


def values(
    source: Source, *, since: datetime | None, until: datetime | None
) -> Sequence[tuple[int, int | None]]:
    """Oldest first: what a goal is held against."""
    return _rows(source, _aimed, since=_micros(since), until=EVER if until is None else _micros(until))


def _rows(source: Source, question: Callable[[Pattern], Any], **given: Any) -> Sequence[Any]:
    with source.opened():
        return source.pattern.asked(question).rows(**source.given(), **given)


def _micros(at: datetime | None) -> int:
    return -EVER if at is None else (at - EPOCH) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


# ---- the questions --------------------------------------------------------------------------------------------------


def _since(pattern: Pattern, *columns: Any) -> Any:
    return pattern.rows(*columns).where(pattern.model.at >= param("since"))


def _ends(pattern: Pattern) -> Any:
    """The first and the last, and whether there are more than a picture shows one by one: three looks at an index."""
    at = pattern.model.at
    more = _since(pattern, pw.SQL("1")).order_by(at).limit(1).offset(MOST_POINTS)
    looks = [_since(pattern, pw.fn.MIN(at)), _since(pattern, pw.fn.MAX(at)), more]
    return pw.Select(columns=looks).bind(database.obj)


def _singles(pattern: Pattern) -> Any:
    model = pattern.model
    return _since(pattern, model.at, model.value, model.second).order_by(model.at, model.id)


def _together(pattern: Pattern) -> Any:
    return _grouped(pattern, pattern.model.value)


def _pairs(pattern: Pattern) -> Any:
    return _grouped(pattern, pattern.model.value, pattern.model.second)


def _grouped(pattern: Pattern, *numbers: Any) -> Any:
    """A look into the index for each stretch, and its figures in one text: so the database sorts nothing, which would
    take it longer than reading. Stretches of a year reach back to before anything can be noted.
    """
    at, fn, space = pattern.model.at, pw.fn, pw.SQL("|| ' ' ||")
    stretches = pw.ValuesList([(pw.SQL(str(number)),) for number in range(MOST_POINTS)])
    stretch = pw.CTE("stretch", stretches, columns=("number",))
    begin = stretch.c.number * param("width") + param("first")
    figures = [fn.COUNT(pw.SQL("*")), *(of(number) for number in numbers for of in (fn.SUM, fn.MIN, fn.MAX))]
    text = pw.NodeList([part for figure in figures for part in (space, figure)][1:])
    inside = pattern.rows(text).where(at >= begin, at < begin + param("width"))
    query = pw.Select([stretch], [stretch.c.number, inside]).order_by(stretch.c.number)
    return query.with_cte(stretch).bind(database.obj)


def _listed(pattern: Pattern) -> Any:
    model = pattern.model
    newest = _since(pattern, model).order_by(model.at.desc(), model.id.desc())
    return newest.limit(param("most")).offset(param("skipped"))


def _odd(pattern: Pattern) -> Any:
    """What kinds.unusual asks of one value."""
    value, second = pattern.model.value, pattern.model.second
    first = (value < param("low")) | (value > param("high"))
    return _listed(pattern).where(first | (second < param("second_low")) | (second > param("second_high")))


def _aimed(pattern: Pattern) -> Any:
    model = pattern.model
    rows = _since(pattern, model.value, model.second).where(model.at < param("until"))
    return rows.order_by(model.at, model.id)
