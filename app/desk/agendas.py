"""The agendas as the desk looks at them: which day or week, whose, what they hold, and how they become HTML."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import g, render_template
from markupsafe import Markup

from app.booking import catalogue, queries
from app.booking.models import OCCUPYING
from app.booking.queries import Visit
from app.desk import cards, columns
from app.desk.columns import WEEK, Filter
from app.desk.day import Drawn, Entry, draw
from app.kernel import clock
from app.kernel.i18n import _, language
from app.kernel.ids import hexed
from app.patients.actions import journal_look, seen_lately

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Looking:
    """What is on the screen: a day of agendas side by side, or one practitioner's week."""

    kind: str  # day, week
    day: date
    shown: Filter

    @property
    def first(self) -> date:
        return self.day if self.kind == "day" else self.day - timedelta(days=self.day.weekday())

    @property
    def last(self) -> date:
        return self.first if self.kind == "day" else self.first + WEEK

    @property
    def step(self) -> timedelta:
        return timedelta(days=1 if self.kind == "day" else 7)

    @property
    def fields(self) -> dict[str, str]:
        """What every address and form of the page carries along."""
        whose = {"practitioner": self.shown.practitioner, "location": self.shown.location}
        return {"date": self.day.isoformat(), **{name: str(one) for name, one in whose.items() if one}}

    def address(self, kind: str = "", *, path: str = "", **changes: Any) -> str:
        fields = {**self.fields, **{name: str(value) for name, value in changes.items() if value}}
        return f"/desk/{kind or self.kind}{path}?{urlencode(fields)}"

    @property
    def span(self) -> tuple[int, int]:
        zone = g.practice.timezone
        return clock.day_bounds(self.first, zone)[0], clock.day_bounds(self.last, zone)[1]


def looking(kind: str, asked: Any, *, now: datetime) -> Looking:
    """From the query of a page or the fields of a form; whoever is not of this practice filters nothing."""
    found = catalogue.for_desk(g.practice, now=now)
    today = clock.today(now, g.practice.timezone)
    who = _known(asked.get("practitioner"), {one.practitioner for one in columns.agendas(found)})
    where = _known(asked.get("location"), {one.location for one in columns.agendas(found)})
    if kind == "week" and who is None:
        who = columns.first_practitioner(found, Filter(location=where))
    return Looking(kind, day_of(asked.get("date"), today), Filter(who, where))


def _known(text: str | None, known: set[UUID]) -> UUID | None:
    return next((one for one in known if text and str(one) == text), None)


def day_of(text: str | None, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text) if text and len(text) == 10 and text.isascii() else otherwise
    except ValueError:
        return otherwise
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else otherwise


def tag(seen: Looking, *, now: datetime) -> str:
    """The ETag of the agendas on the screen: another one as soon as they would look different."""
    parts = (
        *queries.agenda_state(*seen.span),
        g.practice.catalogue_version,
        language(),
        clock.today(now, g.practice.timezone),
        seen,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Shown:
    """The agendas with everybody in them, and who was seen."""

    seen: Looking
    drawn: Drawn
    visits: list[Visit]
    tag: str
    today: date

    @property
    def count(self) -> int:
        return sum(visit.status in OCCUPYING for visit in self.visits)

    @property
    def entries(self) -> Iterator[Entry]:
        return (entry for column in self.drawn.columns for entry in column.entries)

    @property
    def cancelled(self) -> int:
        return sum(visit.status == "cancelled" for visit in self.visits)


def read(seen: Looking, *, now: datetime) -> Shown:
    """What stands in the agendas; reading names is reading a record, so who looked and whom they saw is journaled."""
    current = tag(seen, now=now)
    found = catalogue.for_desk(g.practice, now=now)
    visits = queries.visits(*seen.span)
    rooms = queries.rooms_within(*seen.span, language=language(), languages=g.practice.languages)
    today = clock.today(now, g.practice.timezone)
    frames = _frames(found, seen, visits, today)
    schedules = {schedule for frame in frames for schedule in frame.schedules}
    visits = [visit for visit in visits if visit.schedule in schedules]
    drawn = draw(
        frames,
        visits,
        columns.words(found, rooms, language=language()),
        now=now,
        zone=g.practice.timezone,
        closed=_("Closed"),
    )
    _journal(seen, visits, now)
    return Shown(seen, drawn, visits, current, today)


def _frames(found: Any, seen: Looking, visits: list[Visit], today: date) -> list[Any]:
    look = {"shown": seen.shown, "today": today, "language": language()}
    if seen.kind == "day":
        return columns.of_day(found, seen.day, **look)
    if seen.shown.practitioner is None:
        return []
    frames = columns.of_week(found, seen.first, practitioner=seen.shown.practitioner, **look)
    mine = {schedule for frame in frames for schedule in frame.schedules}
    zone = g.practice.timezone
    busy = {clock.local(visit.starts, zone).date() for visit in visits if visit.schedule in mine}
    return columns.shown_days(frames, busy)


def _journal(seen: Looking, visits: list[Visit], now: datetime) -> None:
    """A page that renews itself is one look for as long as the journal says; who is new on it is seen anew."""
    patients = {visit.patient for visit in visits}
    fresh = patients - seen_lately(member=g.staff, what=seen.kind, now=now) if patients else patients
    if fresh:
        target = f"{seen.kind}:{seen.first.isoformat()}"
        journal_look(
            [UUID(one) for one in fresh],
            member=g.staff,
            what=seen.kind,
            why=seen.kind,
            now=now,
            target=target,
        )


def html(shown: Shown, *, said: Any = None, kind: str = "", undo: dict[str, Any] | None = None) -> str:
    """The fragment: the agendas, above them what has just been done or refused, and how to take it back."""
    return render_template(
        "desk/_agendas.html",
        shown=shown,
        seen=shown.seen,
        drawn=shown.drawn,
        legend=sorted({(one.color, one.service) for one in shown.entries if one.color}, key=itemgetter(1)),
        bodies=[Markup(cards.body(column)) for column in shown.drawn.columns],
        may_move=g.staff.may("booking:manage"),
        said=said,
        said_kind=kind,
        undo=undo,
    )


def page(shown: Shown, *, now: datetime) -> str:
    """The whole page around it."""
    found = catalogue.for_desk(g.practice, now=now)
    return render_template(
        "desk/day.html",
        shown=shown,
        seen=shown.seen,
        agendas=Markup(html(shown)),
        today=shown.today,
        people=columns.practitioners(found),
        places=columns.locations(found, language()),
    )


def schedule_of(text: str | None, *, now: datetime) -> Any:
    """The agenda of this practice behind an id in a form or address; None for anything else."""
    found = catalogue.for_desk(g.practice, now=now)
    wanted = hexed(text) if text and len(text) <= 40 else ""
    return next((one for one in columns.agendas(found) if one.id == wanted), None)
