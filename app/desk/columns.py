"""The columns of the desk's agenda before anybody has booked: each agenda's day, or one practitioner's week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from app.booking.catalogue import Catalogue, Offer
from app.booking.hours import open_spans
from app.booking.slots import Reason
from app.booking.slots.hours import merged
from app.desk.day import Called, Frame, Words
from app.directory.models import Location, Practitioner, Schedule
from app.kernel.clock import day_bounds
from app.kernel.i18n import _, short_day
from app.kernel.owners import pick

WEEK = timedelta(days=6)


@dataclass(frozen=True, eq=False)
class Agenda:
    """One schedule as the desk names it; `offer` is any of its offers, None while it gives nothing."""

    id: str
    practitioner: UUID
    name: str
    location: UUID
    site: dict[str, str]
    zone: str
    offer: Offer | None


@dataclass(frozen=True)
class Filter:
    """Which agendas are shown: of one practitioner, at one site, or all of them."""

    practitioner: UUID | None = None
    location: UUID | None = None

    def of(self, agendas: Sequence[Agenda]) -> list[Agenda]:
        return [
            one
            for one in agendas
            if self.practitioner in (None, one.practitioner) and self.location in (None, one.location)
        ]


@lru_cache(maxsize=256)
def agendas(found: Catalogue) -> tuple[Agenda, ...]:
    """Every agenda in the practice's own order, those that give nothing too; read once a catalogue."""
    offers = {offer.schedule.id: offer for offer in found.offers}
    rows = (
        Schedule.select(Schedule, Practitioner, Location)
        .join_from(Schedule, Practitioner)
        .join_from(Schedule, Location)
        .order_by(Schedule.position, Schedule.key)
    )
    return tuple(
        Agenda(
            row.id.hex,
            row.practitioner_id,
            row.practitioner.name,
            row.location_id,
            row.location.name,
            row.location.timezone,
            offers.get(row.id),
        )
        for row in rows
    )


def of_day(found: Catalogue, day: date, *, shown: Filter, today: date, language: str) -> list[Frame]:
    """One column an agenda."""
    return [
        replace(frame, is_today=True) if day == today else frame
        for frame in _day(found, day, shown, language)
    ]


@lru_cache(maxsize=512)
def _day(found: Catalogue, day: date, shown: Filter, language: str) -> tuple[Frame, ...]:
    return tuple(
        Frame(
            key=one.id,
            title=one.name,
            place=pick(one.site, language, found.practice.languages),
            zone=one.zone,
            day=day,
            schedules=(one.id,),
            practitioner=one.practitioner,
            open=_open(one, day),
            away=_away(one, day, language),
        )
        for one in shown.of(agendas(found))
    )


def of_week(
    found: Catalogue, monday: date, *, practitioner: UUID, shown: Filter, today: date, language: str
) -> list[Frame]:
    """One column a day: all the agendas of a practitioner together, wherever they receive."""
    mine = replace(shown, practitioner=practitioner).of(agendas(found))
    frames = []
    for day in (monday + timedelta(days=number) for number in range(7)):
        spans = sorted({span for one in mine for span in _open(one, day)})
        places = [pick(one.site, language, found.practice.languages) for one in mine if _open(one, day)]
        frames.append(
            Frame(
                key=day.isoformat(),
                title=" ".join(short_day(day, language)[:2]),
                place=", ".join(dict.fromkeys(places)),
                zone=mine[0].zone if mine else found.practice.timezone,
                day=day,
                schedules=tuple(one.id for one in mine),
                practitioner=practitioner,
                open=tuple(merged(spans)),
                away=tuple(sorted({span for one in mine for span in _away(one, day, language)})),
                is_today=day == today,
            )
        )
    return frames


def shown_days(frames: Sequence[Frame], busy: set[date]) -> list[Frame]:
    """The days of a week worth a column: Monday to Friday, and a Saturday or Sunday where something happens."""
    return [frame for frame in frames if frame.day.weekday() < 5 or frame.open or frame.day in busy]


@lru_cache(maxsize=4096)
def _open(agenda: Agenda, day: date) -> tuple[tuple[int, int], ...]:
    if agenda.offer is None:
        return ()
    return tuple(open_spans(agenda.offer.agenda, agenda.offer.blocked, day, staff=True))


def _away(agenda: Agenda, day: date, language: str) -> tuple[tuple[int, int, str], ...]:
    """Absences, closures and blocked times of a day, and a holiday nobody opened, in words."""
    if agenda.offer is None:
        return ()
    first, last = day_bounds(day, agenda.zone)
    words = {
        Reason.CLOSURE: _("Practice closed"),
        Reason.ABSENCE: _("Absent"),
        Reason.BLOCKED: _("Blocked"),
    }
    found = [
        (max(one.start, first), min(one.end, last), words[one.reason])
        for one in agenda.offer.blocked
        if one.start < last and one.end > first
    ]
    if day in agenda.offer.agenda.holidays and not _open(agenda, day):
        found.append((first, last, _("Public holiday")))
    return tuple(found)


@lru_cache(maxsize=256)
def _services(found: Catalogue, language: str) -> dict[str, Called]:
    languages = found.practice.languages
    return {
        offer.service.id.hex: Called(
            pick(offer.service.name, language, languages), offer.rules.grid, offer.service.color
        )
        for offer in found.offers
    }


def words(found: Catalogue, rooms: dict[str, str], *, language: str) -> Words:
    return Words(_services(found, language), rooms)


def first_practitioner(found: Catalogue, shown: Filter) -> UUID | None:
    """Whose week is shown while nobody is chosen."""
    mine = shown.of(agendas(found)) or agendas(found)
    return mine[0].practitioner if mine else None


def practitioners(found: Catalogue) -> list[tuple[UUID, str]]:
    return list({one.practitioner: one.name for one in agendas(found)}.items())


def locations(found: Catalogue, language: str) -> list[tuple[UUID, str]]:
    names = {one.location: pick(one.site, language, found.practice.languages) for one in agendas(found)}
    return list(names.items())
