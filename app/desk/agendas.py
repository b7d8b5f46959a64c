"""The agendas as the desk looks at them: which day or week, whose, what they hold, and how they become HTML."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, current_app, g, render_template
from markupsafe import Markup

from app.booking import catalogue, queries
from app.booking.models import OCCUPYING
from app.booking.queries import Visit
from app.desk import cards, columns, frame
from app.desk.columns import WEEK, Filter
from app.desk.day import Drawn, draw
from app.kernel import clock
from app.kernel.db import EPOCH
from app.kernel.i18n import _, language
from app.kernel.ids import hexed
from app.patients.actions import ONE_LOOK, journal_look, seen_lately
from app.web import kept

FIRST_YEAR, LAST_YEAR = 2000, 2100
DECIDING = ("booking:manage", "absences:manage")  # permissions that templates/desk/_agendas.html asks for
KEPT = 16  # pictures a process remembers: a full day is about a quarter of a megabyte


def install(app: Flask) -> None:
    app.extensions["parvis.looks"] = kept.Kept(KEPT)


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
    return _state(seen, now)[0]


def _state(seen: Looking, now: datetime) -> tuple[str, int]:
    """The tag, and the end of the practice's journal."""
    versions, journal = queries.agenda_state(*seen.span)
    parts = (
        *versions,
        g.practice.catalogue_version,
        language(),
        clock.today(now, g.practice.timezone),
        seen,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24], journal


@dataclass(frozen=True)
class Picture:
    """All that decides what the agendas look like, by its value: who changes an appointment, a name or a room, looks in
    another language or at another practice, or may do more or less, looks at another picture."""

    practice: UUID
    zone: str
    language: str
    may: tuple[bool, ...]
    tag: str
    today: date
    minute: datetime | None  # of today, where a line shows it
    seen: Looking
    visits: tuple[Visit, ...]
    rooms: tuple[tuple[str, str], ...]
    hours: int  # the identity of the catalogue, which is made anew when anything in it changes
    catalogue: Any = field(compare=False)

    def __hash__(self) -> int:
        return hash((self.practice, self.language, self.may, self.tag, self.minute, self.visits))


@dataclass(eq=False)
class Shown:
    """The agendas with everybody in them, and who was seen. Two of them are never the same."""

    seen: Looking
    drawn: Drawn
    visits: list[Visit]
    tag: str
    today: date
    plain: str = ""  # the fragment as it looks when nothing was done; empty until somebody asked for it

    @property
    def count(self) -> int:
        return sum(visit.status in OCCUPYING for visit in self.visits)

    @property
    def cancelled(self) -> int:
        return sum(visit.status == "cancelled" for visit in self.visits)


def read(seen: Looking, *, now: datetime) -> Shown:
    """What stands in the agendas; reading names is reading a record, so who looked and whom they saw is journaled."""
    found, (current, journal) = catalogue.for_desk(g.practice, now=now), _state(seen, now)
    today = clock.today(now, g.practice.timezone)
    basis = {
        "practice": g.practice.id,
        "zone": g.practice.timezone,
        "language": language(),
        "may": tuple(g.staff.may(permission) for permission in DECIDING),
        "tag": current,
        "today": today,
        "minute": now.replace(second=0, microsecond=0) if seen.first <= today <= seen.last else None,
        "seen": seen,
        "catalogue": found,
    }
    looks, look = current_app.extensions["parvis.looks"], (g.staff.account_id, *basis.values())
    known = looks.get(look)
    if known is not None and known.still(journal, now):
        return known.shown
    rooms = queries.rooms_within(*seen.span, language=language(), languages=g.practice.languages)
    shown = _shown(
        Picture(
            **basis,
            visits=tuple(queries.visits(*seen.span)),
            rooms=tuple(rooms.items()),
            hours=id(found),
        )
    )
    looks.put(look, Look(shown, journal, now, _journal(seen, shown.visits, now)))
    return shown


@dataclass(frozen=True)
class Look:
    """What a member saw at the moment `since`, when the practice's journal ended at `journal`: until somebody writes
    there, and as long as it is one look, it is neither read nor journaled again. Every change of what can be seen
    leaves a line in the same transaction, a name too."""

    shown: Shown
    journal: int
    since: datetime
    until: datetime

    def still(self, journal: int, now: datetime) -> bool:
        return journal == self.journal and self.since <= now < self.until


@lru_cache(maxsize=KEPT)
def _shown(picture: Picture) -> Shown:
    """Drawn once for everybody who looks at the same within the minute; the look of each is journaled outside."""
    seen, found, visits = picture.seen, picture.catalogue, list(picture.visits)
    frames = _frames(found, seen, visits, picture.today)
    schedules = {schedule for frame in frames for schedule in frame.schedules}
    visits = [visit for visit in visits if visit.schedule in schedules]
    drawn = draw(
        frames,
        visits,
        columns.words(found, dict(picture.rooms), language=picture.language),
        now=picture.minute or EPOCH,
        zone=picture.zone,
        closed=_("Closed"),
    )
    return Shown(seen, drawn, visits, picture.tag, picture.today)


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


def _journal(seen: Looking, visits: list[Visit], now: datetime) -> datetime:
    """A page that renews itself is one look for as long as the journal says, and the end of that is answered; who is
    new on it is seen anew."""
    patients = {visit.patient for visit in visits}
    if not patients:
        return now + ONE_LOOK
    lately = seen_lately(member=g.staff, what=seen.kind, now=now)
    fresh = patients - lately.keys()
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
    return min((lately[one] for one in patients - fresh), default=now + ONE_LOOK)


def html(shown: Shown, *, said: Any = None, kind: str = "", undo: dict[str, Any] | None = None) -> str:
    """The fragment: the agendas, above them what has just been done or refused, and how to take it back."""
    if said is None and undo is None:
        shown.plain = shown.plain or _fragment(shown, said=None, said_kind="", undo=None)
        return shown.plain
    return _fragment(shown, said=said, said_kind=kind, undo=undo)


def _fragment(shown: Shown, **done: Any) -> str:
    """What it asks of the member is DECIDING."""
    return render_template(
        "desk/_agendas.html",
        shown=shown,
        seen=shown.seen,
        drawn=shown.drawn,
        legend=shown.drawn.legend,
        bodies=[Markup(cards.body(column)) for column in shown.drawn.columns],
        may_move=g.staff.may("booking:manage"),
        **done,
    )


def page(shown: Shown, *, now: datetime) -> Response:
    """The whole page around it: written once for a member, and kept until anything on it is another."""
    return kept.page((shown, frame.of_viewer()), lambda: _page(shown, now))


def _page(shown: Shown, now: datetime) -> str:
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
