"""The page of one parameter, worked out: figures, picture, the table behind the picture, and how goals went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any, NamedTuple

from app.kernel.clock import HOME, day_bounds, local, to_minutes, today, zone
from app.kernel.i18n import _, date_label, language, short_day
from app.record import charts, labels, lines, periods
from app.record.cards import target_of
from app.record.charts import Chart, Mark
from app.record.kinds import KINDS, Kind
from app.record.lines import Figures, Source
from app.record.models import Goal
from app.record.targets import Progress, progress

A_YEAR = 366 * 24 * 60


class Row(NamedTuple):
    """One line of the table that says what the picture shows."""

    when: str
    value: str
    least: str
    most: str


@dataclass(frozen=True)
class GoalStory:
    """*Objectif* and *Évolution*: what was asked, by whom, and how it has gone since."""

    goal: Goal
    words: str
    since: str
    until: str
    progress: Progress
    first: str
    last: str


@dataclass(frozen=True)
class Picture:
    """What one page of a parameter draws; `names` of the series, where there are two."""

    kind: Kind
    period: str
    figures: Figures
    chart: Chart | None
    names: list[str]
    across: list[tuple[str, str]]
    along: list[tuple[str, str, str]]
    days: int
    summary: str
    rows: list[Row]
    mean: str
    least: str
    most: str


def of(source: Source, kind: Kind, *, period: str, goals: Sequence[Goal], now: datetime) -> Picture:
    """Two statements, as `lines.over_time`."""
    first = periods.first_day(period, today=today(now, HOME))
    since, _until = lines.between(first, None, HOME)
    points = lines.over_time(source, since=since)
    found = points.figures
    span = _span(found, first, now)
    bands = [limits for goal in goals for limits in _bands(kind, goal)]
    series = [points.marks, points.second] if kind.second is not None else [points.marks]
    chart = charts.draw(series, first=span[0], last=span[1], goals=bands, bars=kind.daily, least=_least(kind))
    return Picture(
        kind=kind,
        period=period,
        figures=found,
        chart=chart,
        names=[_("Upper value"), _("Lower value")] if kind.second is not None else [],
        across=[(y, _axis(kind, value)) for y, value in chart.across] if chart else [],
        along=[(x, _tick(at, span), anchor) for x, at, anchor in chart.along] if chart else [],
        days=points.days,
        summary=_summary(kind, found, first),
        rows=_rows(kind, points),
        mean=_written(kind, found.mean, found.second_mean),
        least=_written(kind, found.least, found.second_least),
        most=_written(kind, found.most, found.second_most),
    )


def _least(kind: Kind) -> int | None:
    return 0 if kind.hard[0] == 0 else None


def _bands(kind: Kind, goal: Goal) -> list[charts.Limits]:
    target = target_of(goal)
    return [target.band, target.second_band] if kind.second is not None else [target.band]


def _span(found: Figures, first: date | None, now: datetime) -> tuple[int, int]:
    """The time axis, in minutes: the whole period, or from the first value to the last."""
    end = to_minutes(now)
    if first is not None:
        return day_bounds(first, HOME)[0], end
    begin = to_minutes(found.first) if found.first else end - 1440
    return min(begin, end - 1440), end


def _axis(kind: Kind, value: int) -> str:
    return labels.number(kind, value)


def _tick(at: int, span: tuple[int, int]) -> str:
    day = local(at, HOME).date()
    _weekday, number, month = short_day(day, language())
    return f"{month} {day.year}" if span[1] - span[0] > A_YEAR else f"{number} {month}"


def _written(kind: Kind, first: int | None, second: int | None) -> str:
    if first is None:
        return ""
    if kind.style == "faces":  # a mean of faces is no face
        return f"{labels.number(kind, first)}/{kind.hard[1]}"
    return labels.value(kind, first, second)


def _summary(kind: Kind, found: Figures, first: date | None) -> str:
    """What the picture shows, in one sentence, for whoever does not see it."""
    if not found.count or found.last is None or found.first is None:
        return _("%(name)s: no value in this period.", name=labels.name(kind.key))
    day = first or found.first.astimezone(zone(HOME)).date()
    return _(
        "%(name)s since %(day)s: on average %(mean)s, from %(least)s to %(most)s.",
        name=labels.name(kind.key),
        day=date_label(day, language()),
        mean=_written(kind, found.mean, found.second_mean),
        least=_written(kind, found.least, found.second_least),
        most=_written(kind, found.most, found.second_most),
    )


def _rows(kind: Kind, points: lines.Points) -> list[Row]:
    """Of years of values most come again and again: each is put into words once."""
    seconds: Sequence[Mark | None] = points.second or [None] * len(points.marks)
    mean = cache(partial(_written if points.days else labels.value, kind))
    edge = cache(partial(_written, kind))
    days, code = points.days, language()
    when = (
        _("%(first)s and the %(days)s days after", first="%(first)s", days=days - 1)
        if days > 1
        else "%(first)s"
    )
    rows = []
    for mark, other in zip(points.marks, seconds, strict=True):
        day = when % {"first": date_label(local(mark.at, HOME).date(), code)}
        words = mean(mark.value, other and other.value)
        least = edge(mark.low, other and other.low) if days else ""
        rows.append(Row(day, words, least, edge(mark.high, other and other.high) if days else ""))
    return rows


def story(source: Source | None, kind: Kind, goal: Goal) -> GoalStory:
    """One statement; without a source (nothing is shared) the goal alone."""
    since, until = lines.between(goal.starts_on, goal.ends_on, HOME)
    values = lines.values(source, since=since, until=until) if source is not None else ()
    found = progress(target_of(goal), values)
    return GoalStory(
        goal,
        labels.target(kind, goal),
        date_label(goal.starts_on, language()),
        date_label(goal.ends_on, language()) if goal.ends_on else "",
        found,
        labels.value(kind, *found.first) if found.first else "",
        labels.value(kind, *found.last) if found.last else "",
    )


def shows_hour(row: Any) -> bool:
    """Whether the hour was measured: not of a whole day, nor of what was typed for an earlier day."""
    if KINDS[row.kind].daily:
        return False
    noted = getattr(row, "created_at", None)
    return bool(row.source != "manual" or (noted and moment(noted).date() == moment(row.at).date()))


def moment(at: datetime) -> Any:
    return at.astimezone(zone(HOME))
