"""The day on paper: one sheet an agenda, or one list of all, with whole names or initials."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.booking import labels
from app.booking.models import OCCUPYING
from app.desk.agendas import Shown
from app.desk.day import Column, Entry
from app.kernel.clock import local
from app.kernel.i18n import _


@dataclass(frozen=True)
class Row:
    """Who comes when. `who` are several in a group, each with the word of a state other than booked."""

    starts: str
    ends: str
    who: tuple[str, ...]
    service: str
    color: str
    room: str


@dataclass(frozen=True)
class Sheet:
    title: str
    place: str
    rows: tuple[Row, ...]
    away: tuple[str, ...]  # why the agenda, or a part of its day, is closed


def sheets(shown: Shown, *, initials: bool) -> list[Sheet]:
    """Of every agenda that is open or has somebody in it, by the clock; who has cancelled stays away from paper."""
    return [
        Sheet(
            column.frame.title,
            column.frame.place,
            tuple(_rows(column, initials=initials)),
            tuple(_away(column)),
        )
        for column in shown.drawn.columns
        if column.frame.open or column.frame.away or column.entries
    ]


def _rows(column: Column, *, initials: bool) -> Iterator[Row]:
    zone = column.frame.zone
    for entry in sorted(column.entries, key=lambda one: one.appointments[0].starts):
        who = tuple(_who(one, initials=initials) for one in _coming(entry))
        if who:
            ends = max(one.ends for one in _coming(entry))
            yield Row(entry.clock, _clock(ends, zone), who, entry.service, entry.color, entry.room)


def _coming(entry: Entry) -> list[Any]:
    return [one for one in entry.appointments if one.status in OCCUPYING]


def _who(one: Any, *, initials: bool) -> str:
    letters = "".join(f"{name[:1].upper()}." for name in (one.given_name, one.family_name) if name)
    name = letters if initials else one.name
    return name if one.status == "booked" else f"{name} ({labels.STATES[one.status]})"


def _away(column: Column) -> Iterator[str]:
    zone = column.frame.zone
    for start, end, why in column.frame.away:
        yield _(
            "%(why)s, %(from)s to %(to)s", why=why, **{"from": _clock(start, zone), "to": _clock(end, zone)}
        )


def _clock(minute: int, zone: str) -> str:
    return local(minute, zone).strftime("%H:%M")
