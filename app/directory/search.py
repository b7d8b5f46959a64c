"""The central search: finds public agendas by name, discipline and place in any mix, whatever practice they are of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from json import loads
from math import cos, inf, radians
from typing import Any
from uuid import UUID

import peewee as pw

from app.directory import places, vocabulary
from app.directory.cells import TOUCHED, cells_around
from app.directory.listing import is_stale
from app.directory.models import Listing, Practitioner
from app.directory.places import Place, distance_km, fold
from app.directory.places.geometry import KM_PER_DEGREE
from app.directory.question import NEAREST, RADII, SOONEST, Question, read
from app.kernel.clock import to_minutes
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.tenancy import across_practices

__all__ = ["PAGE", "Entry", "Meaning", "Question", "Results", "cards", "read", "search"]

PAGE = 10  # results at first, and with every «show more»
MOST_NAMES = 6  # words

Recompute = Callable[[UUID, UUID], int | None]  # (practice, schedule) -> its first free time, looked up now
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Meaning:
    """One way to understand a question."""

    discipline: str = ""
    names: tuple[str, ...] = ()  # folded words, each the beginning of a word of a name
    place: Place | None = None
    point: tuple[float, float] | None = None  # of the place, or of the person

    @property
    def is_empty(self) -> bool:
        return not (self.discipline or self.names or self.point)


@dataclass(slots=True)
class Entry:
    """An agenda that answers; what its card says is another question (`cards`)."""

    id: int
    card_hash: int
    bookable: bool
    next_free: int | None
    km_tenths: int | None
    is_stale: bool  # more of them than one answer can look up anew

    def by_time(self) -> tuple[float, int, int]:
        return self.next_free or inf, self.km_tenths or 0, self.id

    def by_distance(self) -> tuple[int, float, int]:
        return self.km_tenths or 0, self.next_free or inf, self.id


@dataclass(frozen=True)
class Results:
    question: Question
    meaning: Meaning
    entries: list[Entry]
    has_more: bool = False
    radius: int | None = None  # km
    other_places: tuple[Place, ...] = ()  # that the same words may mean


def search(question: Question, *, now: datetime, recompute: Recompute) -> Results:
    """The agendas that answer, as many pages of them as asked for, the soonest first or the nearest.

    `recompute` is called for the shown ones whose first free time may be wrong: the search knows no bookings.
    """
    if question.is_empty:
        return Results(question, Meaning(), [])
    meanings, others = _understand(question.who, question.where, question.discipline, question.point)
    if question.where and meanings[0].place is None:
        question = replace(question, problems=(*question.problems, "place"))
    wanted = question.page * PAGE
    rows: Sequence[Row] = []
    meaning, radius = Meaning(), None
    for attempt, meant in enumerate(meanings):
        rows, reach = _rows(question, meant, limit=wanted + 1)
        if rows or attempt == 0:
            meaning, radius = meant, reach
        if rows:
            break
    order = Entry.by_distance if question.by == NEAREST and meaning.point else Entry.by_time
    minutes = to_minutes(now)
    found = sorted((_entry(row, meaning.point, minutes) for row in rows), key=order)
    shown = found[:wanted]
    if _make_certain(shown, recompute):
        shown.sort(key=order)
    return Results(question, meaning, shown, len(found) > wanted, radius, others)


def _make_certain(entries: list[Entry], recompute: Recompute) -> int:
    """How many were looked up anew: normally none, the worker is seldom more than a second behind."""
    doubtful = [entry for entry in entries if entry.is_stale][:PAGE]
    for entry in doubtful:
        row = Listing.get_or_none(Listing.id == entry.id)
        if row is not None:  # else its practice closed this very moment
            entry.next_free = recompute(row.practice_id, row.schedule_id)
            entry.is_stale = False
    return len(doubtful)


def _entry(row: Row, point: tuple[float, float] | None, now: int) -> Entry:
    key, card_hash, lat, lon, bookable, first, until, computed_at, version = row
    tenths = round(distance_km(*point, lat, lon) * 10) if point else None
    stale = bookable and is_stale(until, first, computed_at=computed_at, version=version, now=now)
    return Entry(key, card_hash, bookable, first, tenths, stale)


# --- what may be meant


@lru_cache(maxsize=1024)
def _understand(
    who: str, where: str, discipline: str, point: tuple[float, float] | None
) -> tuple[list[Meaning], tuple[Place, ...]]:
    """(what may be meant, the likeliest first; the other places that `where` may name).

    A later meaning only counts when the ones before it find nobody.
    """
    towns = places.find(where) if where else []
    place = towns[0] if towns else None
    point = (place.lat, place.lon) if place else point
    words = fold(who).split()
    typed, names = vocabulary.understand(words)
    town = _town(names) if not where and point is None else None
    here = Meaning(typed or discipline, tuple(names[:MOST_NAMES]), place, point)
    there = [Meaning(typed or discipline, (), town, (town.lat, town.lon))] if town else []
    literal = (
        [Meaning(discipline, tuple(words[:MOST_NAMES]), place, point)] if typed else []
    )  # «Psy & Co» is a name
    # «kiné Namur» means the town, though a practice may bear its name; «Lens» alone is a name first
    meanings = [*there, here, *literal] if here.discipline else [here, *there]
    return meanings, _other_places(where, towns)


def _town(names: list[str]) -> Place | None:
    """The place that these words name in full."""
    text = " ".join(names)
    return next((place for place in places.find(text) if _bears(place, text)), None) if names else None


def _bears(place: Place, folded: str) -> bool:
    return folded in place.postcodes or folded in {fold(name) for name in (place.local, *place.translated)}


def _other_places(where: str, towns: list[Place]) -> tuple[Place, ...]:
    """Places as likely as the one that was taken: of the same name, or with the same beginning."""
    if len(towns) < 2 or any(c.isdigit() for c in where):
        return ()
    text, taken = fold(where), towns[0]
    rest = towns[1:]
    if _bears(taken, text):
        rest = [place for place in rest if _bears(place, text)]
    return tuple(
        place for place in rest if distance_km(taken.lat, taken.lon, place.lat, place.lon) > RADII[0]
    )[:3]


# --- reading the shop window

CARDS = ConstantSQL(
    lambda: Listing.select(Listing.id, Listing.card).where(
        Listing.id.in_([param(f"id{number}") for number in range(PAGE)])
    ),
    tenant=False,
)


def cards(keys: list[int]) -> dict[int, dict[str, Any]]:
    """What stands on the cards of some entries."""
    found = {}
    for start in range(0, len(keys), PAGE):
        some = keys[start : start + PAGE]
        some += some[:1] * (PAGE - len(some))
        found |= {
            key: loads(card) for key, card in CARDS.rows(**{f"id{n}": key for n, key in enumerate(some)})
        }
    return found


def _rows(question: Question, meaning: Meaning, *, limit: int) -> tuple[Sequence[Row], int | None]:
    """(rows in no order, the radius they were found in)."""
    if meaning.is_empty:
        return [], None  # nothing that could be understood is not everybody
    values: dict[str, Any] = {"limit": limit, "discipline": meaning.discipline}
    for number, name in enumerate(meaning.names):
        values[f"name{number}"] = f"% {name}%"
    shape = (bool(meaning.discipline), len(meaning.names))
    with across_practices(reason="the shop window shows the agendas of every practice"):
        if meaning.point is None:
            return _statement(0, *shape, SOONEST).rows(**values), None
        for km in RADII[RADII.index(question.within) :]:
            found = _statement(km, *shape, question.by).rows(**values, **_circle(*meaning.point, km))
            if found:
                return found, km
        return [], RADII[-1]


@lru_cache(maxsize=2048)
def _circle(lat: float, lon: float, km: int) -> dict[str, Any]:
    """Parameters of a statement: where, how far, how long a degree is there, and the squares it touches."""
    squares = {f"cell{number}": cell for number, cell in enumerate(cells_around(lat, lon, km))}
    degrees = {"per_lat": KM_PER_DEGREE**2, "per_lon": (KM_PER_DEGREE * cos(radians(lat))) ** 2}
    return {"lat": lat, "lon": lon, "far": float(km * km), **degrees, **squares}


@lru_cache(
    maxsize=256
)  # 4 circles (one is none) × with and without discipline × 7 counts of names × 2 orders
def _statement(km: int, discipline: bool, names: int, by: str) -> ConstantSQL:
    return ConstantSQL(lambda: _query(km, discipline, names, by), tenant=False)


def _query(km: int, discipline: bool, names: int, by: str) -> Any:
    """First the few keys, out of an index alone; then their rows, and the version their agenda has now."""
    pick = Listing.alias("pick")
    first = pick.next_free.asc(nulls="LAST")
    chosen = pick.select(pick.id).limit(param("limit"))
    if discipline:
        chosen = chosen.where(pick.discipline == param("discipline"))
    for number in range(names):
        # peewee's own operators mean GLOB here and ILIKE there
        chosen = chosen.where(pw.NodeList((pick.words, pw.SQL("LIKE"), param(f"name{number}"))))
    if km:
        # a flat map is right to a few metres over such distances, and asks no trigonometry of the database
        north, east = pick.lat - param("lat"), pick.lon - param("lon")
        square = north * north * param("per_lat") + east * east * param("per_lon")
        near = pick.cell.in_([param(f"cell{number}") for number in range(TOUCHED[km])])
        chosen = chosen.where(near, square <= param("far"))
        # in the order of the index, so that SQLite stops reading a square as soon as it has enough
        chosen = chosen.order_by(
            *((square, pick.id) if by == NEAREST else (first, pick.lat, pick.lon, pick.id))
        )
    else:
        chosen = chosen.order_by(first, pick.id)
    chosen = chosen.alias("chosen")
    columns = (
        Listing.id, Listing.card_hash, Listing.lat, Listing.lon, Listing.bookable, Listing.next_free,
        Listing.next_free_until, Listing.next_free_version, Practitioner.availability_version,
    )  # fmt: skip
    return (
        Listing.select(*columns)
        .join(chosen, on=(Listing.id == chosen.c.id))
        .join(Practitioner, on=(Practitioner.id == Listing.practitioner_id))
    )
