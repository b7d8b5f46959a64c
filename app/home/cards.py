"""The cards of the search results: what stays of a card is kept, what changes by the minute is filled in."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal

from app.directory import search as directory
from app.directory.disciplines import practitioner_label
from app.directory.search import Entry
from app.home.moulds import GAP, escaped, fill, interleaved
from app.kernel.clock import local, today
from app.kernel.i18n import _, day_label, locale_of, when_label
from app.web.outside import config

STAYS = (
    "id", "letter", "name", "discipline", "practice", "site", "street", "town", "map", "phone", "tel", "email", "home",
)  # fmt: skip
CHANGES = ("distance", "label", "iso", "day", "hour")  # in the order of the template
KEPT = 4096  # faces, of some 1.5 kB each

Face = tuple[str, list[bytes]]  # the time zone of the place, and the HTML around what changes

_kept: dict[tuple[Any, ...], Face] = {}


def html(entries: list[Entry], code: str, *, now: datetime, first_new: int | None) -> bytes:
    """One card an entry; `first_new` is the place of the first that was not on the page before: focus goes there."""
    keys = [
        (entry.id, entry.card_hash, code, _state(entry), entry.km is not None, place == first_new)
        for place, entry in enumerate(entries)
    ]
    faces = _faces(keys, code)
    days: dict[str, date] = {}
    values: list[bytes] = []
    pieces = [b""]  # the last of one card and the first of the next become one
    for entry, key in zip(entries, keys, strict=True):
        zone, face = faces[key]
        pieces[-1] += face[0]
        pieces += face[1:]
        if entry.km is not None:
            values.append(_distance(round(entry.km * 10), code))
        if key[3] == "free":
            if zone not in days:
                days[zone] = today(now, zone)
            values += _first_free(entry.next_free or 0, zone, code, days[zone])
    return interleaved(pieces, values)


def _faces(keys: list[tuple[Any, ...]], code: str) -> dict[tuple[Any, ...], Face]:
    found = {key: _kept.get(key) for key in keys}
    missing = [key for key, face in found.items() if face is None]
    if missing:
        read = directory.cards([key[0] for key in missing])
        for key in missing:
            found[key] = _kept[key] = _face(read[key[0]], key, code)
        for oldest in list(_kept)[:-KEPT]:
            _kept.pop(oldest, None)
    return found


def _face(card: dict[str, Any], key: tuple[Any, ...], code: str) -> Face:
    number, _hash, _code, state, is_near, is_new = key
    values = [
        f"result-{number}",
        card["practice"][:1].upper(),
        card["name"],
        practitioner_label(card["discipline"]),
        card["practice"],
        card["site"][code],
        card["street"],
        card["town"][code],
        card["map"],
        card["phone"],
        card["tel"],
        card["email"],
        f"{config().scheme}://{card['host']}/" if card["host"] else "",
    ]
    gaps = [GAP if is_near else b"", *[GAP if state == "free" else b""] * 4]
    shape = (("state", state), ("is_new", is_new))
    return card["zone"], fill(
        "home/_result.html", code, STAYS + CHANGES, escaped(values) + gaps, shape
    ).split(GAP)


def _state(entry: Entry) -> str:
    """`free`, `full`, `see` (look at the practice's site) or `call`."""
    if not entry.bookable:
        return "call"
    if entry.is_stale:
        return "see"
    return "full" if entry.next_free is None else "free"


@lru_cache(maxsize=4096)
def _first_free(minutes: int, zone: str, code: str, here: date) -> list[bytes]:
    """The label, the time as machines write it, the day and the hour as people say them."""
    moment = local(minutes, zone)
    day = day_label(moment.date(), code)
    hour = when_label(moment, code).removeprefix(day).strip()
    away = (moment.date() - here).days
    label = {0: _("First free time, today"), 1: _("First free time, tomorrow")}.get(
        away, _("First free time")
    )
    return escaped([label, moment.isoformat(), day, hour])


@lru_cache(maxsize=4096)
def _distance(tenths: int, code: str) -> bytes:
    return escaped([distance_label(tenths, code)])[0]


def distance_label(tenths: int, code: str) -> str:
    """«1,2 km», and whole kilometres from ten on: a town is not a point."""
    km = tenths / 10 if tenths < 100 else round(tenths / 10)
    return f"{format_decimal(km, format='0.#', locale=locale_of(code))}\u00a0km"
