"""Values over time, whoever reads them: counted, taken together for a picture, and listed page by page."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import peewee as pw

from app.kernel.clock import day_bounds, to_minutes
from app.kernel.db import EPOCH
from app.record.charts import Mark
from app.record.numbers import average
from app.record.periods import width

A_DAY = 86_400_000_000  # microseconds
PAGE = 30


class Source(Protocol):
    """Where values come from: one's own cabinet, a share, or what stayed at a practice."""

    model: Any

    def query(self, *columns: Any) -> Any: ...

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

    marks: list[Mark]
    second: list[Mark]
    days: int


def between(first: date | None, last: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """The instants that bound two days, the last one included."""
    return (
        _instant(day_bounds(first, zone)[0]) if first else None,
        _instant(day_bounds(last, zone)[1]) if last else None,
    )


def _instant(minutes: int) -> datetime:
    return EPOCH + timedelta(minutes=minutes)


def figures(source: Source, *, since: datetime | None) -> Figures:
    """One statement."""
    model, fn = source.model, pw.fn
    columns = (
        fn.COUNT(model.id), fn.MIN(model.at), fn.MAX(model.at),
        fn.SUM(model.value), fn.MIN(model.value), fn.MAX(model.value),
        fn.SUM(model.second), fn.MIN(model.second), fn.MAX(model.second),
    )  # fmt: skip
    with source.opened():
        row = _since(source.query(*columns), model, since).tuples().first()
    count, first, last, total, least, most, second_total, second_least, second_most = row
    if not count:
        return Figures(0)
    second = average(int(second_total), count) if second_total is not None else None
    return Figures(
        count, _moment(first), _moment(last), average(int(total), count), least, most,
        second, second_least, second_most,
    )  # fmt: skip


def _moment(found: Any) -> datetime:
    return found if isinstance(found, datetime) else EPOCH + timedelta(microseconds=int(found))


def points(source: Source, found: Figures, *, since: datetime | None) -> Points:
    """One statement: every value, or the mean, least and most of as many days as fit a picture."""
    if not found.count or found.first is None or found.last is None:
        return Points([], [], 0)
    days = width((found.last - found.first).days + 1, found.count)
    return _single(source, since) if days == 0 else _together(source, found.first, days, since)


def _single(source: Source, since: datetime | None) -> Points:
    model = source.model
    with source.opened():
        query = _since(source.query(model.at, model.value, model.second), model, since)
        rows = list(query.order_by(model.at, model.id).tuples())
    marks = [Mark(to_minutes(at), value, value, value) for at, value, _second in rows]
    second = [Mark(to_minutes(at), found, found, found) for at, _value, found in rows if found is not None]
    return Points(marks, second, 0)


def _together(source: Source, first: datetime, days: int, since: datetime | None) -> Points:
    model, fn = source.model, pw.fn
    origin = (first - EPOCH) // timedelta(microseconds=1)
    bucket = pw.NodeList((pw.SQL("("), model.at, pw.SQL(f"- {origin}) / {days * A_DAY}")))
    columns = (
        bucket, fn.COUNT(model.id), fn.MIN(model.at),
        fn.SUM(model.value), fn.MIN(model.value), fn.MAX(model.value),
        fn.SUM(model.second), fn.MIN(model.second), fn.MAX(model.second),
    )  # fmt: skip
    with source.opened():
        query = _since(source.query(*columns), model, since)
        rows = list(query.group_by(pw.SQL("1")).order_by(pw.SQL("1")).tuples())
    marks, second = [], []
    for _bucket, count, at, total, low, high, second_total, second_low, second_high in rows:
        middle = to_minutes(_moment(at))
        marks.append(Mark(middle, average(int(total), count) or 0, low, high))
        if second_total is not None:
            second.append(Mark(middle, average(int(second_total), count) or 0, second_low, second_high))
    return Points(marks, second, days)


def page(source: Source, number: int, *, since: datetime | None, size: int = PAGE) -> Sequence[Any]:
    """Newest first, one more than fits when there is a next page."""
    model = source.model
    with source.opened():
        query = _since(source.query(), model, since).order_by(model.at.desc(), model.id.desc())
        return list(query.limit(size + 1).offset(number * size))


def values(
    source: Source, *, since: datetime | None, until: datetime | None
) -> Iterator[tuple[int, int | None]]:
    """Oldest first: what a goal is held against."""
    model = source.model
    with source.opened():
        query = _since(source.query(model.value, model.second), model, since)
        if until is not None:
            query = query.where(model.at < until)
        yield from list(query.order_by(model.at, model.id).tuples())


def _since(query: Any, model: Any, since: datetime | None) -> Any:
    return query.where(model.at >= since) if since is not None else query
