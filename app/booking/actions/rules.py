"""The owner changes who may book what: rows of the matrix, and how much of an agenda the public may take."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from app.booking import rule_words
from app.booking.models import AgendaLimit, BookingPolicy
from app.booking.policy import FIELDS
from app.booking.refusals import RulesEdited
from app.directory import listing
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.i18n import _, speaking
from app.kernel.owners import Practice

Who = tuple[int | None, bool | None]  # level of trust, known
EVERYBODY: Who = (None, None)
# what changes when an agenda can first be booked, and so the central search
SHOWN = {"outcome", "min_notice_minutes", "horizon_days"}


@dataclass(frozen=True)
class Place:
    """Where rules hold: rows of the directory, None is «everywhere»."""

    service: Any = None
    schedule: Any = None

    @property
    def target(self) -> str:
        """As the journal names it; the practice as a whole is just that."""
        if self.schedule is None:
            return "practice" if self.service is None else f"service:{self.service.id}"
        if self.service is None:
            return f"agenda:{self.schedule.id}"
        return f"agenda:{self.schedule.id.hex}/{self.service.id.hex}"


@dataclass(frozen=True, order=True)
class LimitRow:
    """One limit of an agenda as it is typed."""

    service: UUID | None
    period: str
    unit: str
    most: int


def rows(place: Place) -> dict[Who, BookingPolicy]:
    found = BookingPolicy.select().where(
        _of(BookingPolicy.service, place.service), _of(BookingPolicy.schedule, place.schedule)
    )
    return {(row.level, row.known): row for row in found}


def _of(column: Any, row: Any) -> Any:
    return column.is_null() if row is None else column == row.id


def stamp(place: Place) -> str:
    """Changes with every rule of this place, and with nothing else: what a form was filled from."""
    said = {
        f"{who}": {name: getattr(row, name) for name in FIELDS if getattr(row, name) is not None}
        for who, row in rows(place).items()
    }
    return _digest({who: values for who, values in said.items() if values})


def limits(schedule: Any) -> list[LimitRow]:
    found = AgendaLimit.select().where(AgendaLimit.schedule == schedule.id)
    return sorted((LimitRow(row.service_id, row.period, row.unit, row.most) for row in found), key=str)


def limits_stamp(schedule: Any) -> str:
    return _digest([str(row) for row in limits(schedule)])


def _digest(said: Any) -> str:
    return str(crc32(json.dumps(said, sort_keys=True).encode()))


def change(
    practice: Practice,
    place: Place,
    wanted: Mapping[Who, Mapping[str, Any]],
    *,
    seen: str,
    by: str,
    now: datetime,
) -> list[str]:
    """Sets the given fields of the given rows; what changed, in the practice's words. RulesEdited when somebody was
    quicker: `seen` is the stamp of what the form was filled from."""
    with write_tx():
        _bump(practice)
        if stamp(place) != seen:
            raise RulesEdited
        known = rows(place)
        changed = [
            (who, name, getattr(known.get(who), name, None), value)
            for who, values in wanted.items()
            for name, value in values.items()
            if getattr(known.get(who), name, None) != value
        ]
        for who in {who for who, *_rest in changed}:
            _keep(place, who, known.get(who), wanted[who])
        words = _record(practice, place, changed, by=by, now=now)
        if SHOWN & {name for _who, name, *_rest in changed}:
            listing.rebuild(practice, now=now)
    return words


def _keep(place: Place, who: Who, row: BookingPolicy | None, values: Mapping[str, Any]) -> None:
    """A row that says nothing any more goes; that of the whole practice stays."""
    said = {name: getattr(row, name) for name in FIELDS} if row else dict.fromkeys(FIELDS)
    said |= values
    if any(value is not None for value in said.values()):
        if row is not None:
            BookingPolicy.update(**said).where(BookingPolicy.id == row.id).execute()
        else:
            level, known = who
            BookingPolicy.create(
                service=place.service, schedule=place.schedule, level=level, known=known, **said
            )
    elif row is not None:
        BookingPolicy.delete().where(BookingPolicy.id == row.id).execute()


def _record(practice: Practice, place: Place, changed: list[Any], *, by: str, now: datetime) -> list[str]:
    with speaking(practice.languages[0]):
        words = [
            _(
                "%(who)s – %(what)s: %(before)s, now %(after)s",
                who=rule_words.who(*who),
                what=str(rule_words.FIELDS[name]),
                before=rule_words.value(name, before),
                after=rule_words.value(name, after),
            )
            for who, name, before, after in changed
        ]
    if words:
        audit.record(by=by, verb="rules.change", target=place.target, at=now, detail={"changes": words})
    return words


def change_limits(
    practice: Practice, schedule: Any, wanted: Collection[LimitRow], *, seen: str, by: str, now: datetime
) -> None:
    """An agenda has exactly these limits from now on. RulesEdited when somebody was quicker."""
    with write_tx():
        _bump(practice)
        if limits_stamp(schedule) != seen:
            raise RulesEdited
        before = set(limits(schedule))
        if before == set(wanted):
            return
        AgendaLimit.delete().where(AgendaLimit.schedule == schedule.id).execute()
        for row in wanted:
            AgendaLimit.create(
                schedule=schedule.id, service=row.service, period=row.period, unit=row.unit, most=row.most
            )
        detail = {
            "before": [_plain(row) for row in sorted(before, key=str)],
            "after": [_plain(row) for row in wanted],
        }
        audit.record(by=by, verb="limits.change", target=f"agenda:{schedule.id}", at=now, detail=detail)
        listing.rebuild(practice, now=now)


def _plain(row: LimitRow) -> list[Any]:
    return [row.service.hex if row.service else None, row.period, row.unit, row.most]


def _bump(practice: Practice) -> None:
    """First statement of every change of what is offered; on PostgreSQL the lock that puts owners in line."""
    version = Practice.catalogue_version + 1
    Practice.update(catalogue_version=version).where(Practice.id == practice.id).execute()
