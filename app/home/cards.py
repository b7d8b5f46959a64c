"""The cards of the search results: what stays of a card is kept, what changes by the minute is filled in."""

from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal

from app.directory import search as directory
from app.directory.disciplines import practitioner_label
from app.directory.search import Entry
from app.home.moulds import GAP, escaped, fill, interleaved
from app.kernel.clock import local, to_minutes, today
from app.kernel.i18n import _, day_label, locale_of, when_label
from app.web.outside import config

STAYS = (
    "letter", "name", "discipline", "practice", "site", "street", "town", "map", "phone", "tel", "email", "home",
)  # fmt: skip
CHANGES = ("distance", "label", "iso", "day", "hour")  # in the order of the template
KEPT = 4096  # of each kind, some 1.5 kB each
QUARTER = 15  # minutes: «today» ends on the quarter of an hour in every zone there is

Key = tuple[Any, ...]
Face = tuple[str, list[bytes]]  # the time zone of the place, and the HTML around what changes

_faces: dict[Key, Face] = {}
_cards: dict[Key, bytes] = {}


def html(entries: list[Entry], code: str, *, now: datetime, first_new: int | None) -> bytes:
    """One card an entry; `first_new` is the place of the first that was not on the page before: focus goes there."""
    quarter = to_minutes(now) // QUARTER
    keys = [
        (it.id, it.card_hash, code, _state(it), place == first_new, it.km_tenths, it.next_free, quarter)
        for place, it in enumerate(entries)
    ]
    found = [_cards.get(key) for key in keys]
    missing = [place for place, card in enumerate(found) if card is None]
    if missing:
        made = _make([keys[place] for place in missing], now)
        for place, card in zip(missing, made, strict=True):
            found[place] = _cards[keys[place]] = card
        _forget(_cards)
    return b"".join(found)


def _make(keys: list[Key], now: datetime) -> list[bytes]:
    """What stays, from the face; and what changes, in between. A practice that closed this very moment has none."""
    names = [(*key[:5], key[5] is not None) for key in keys]
    unread = [name[0] for name in names if name not in _faces]
    read = directory.cards(unread) if unread else {}
    made = []
    for key, name in zip(keys, names, strict=True):
        number, _hash, code, state, _is_new, tenths, next_free, _quarter = key
        if name not in _faces and number in read:
            _faces[name] = _face(read[number], name)
        if name not in _faces:
            made.append(b"")
            continue
        zone, pieces = _faces[name]
        values = [] if tenths is None else _distance(tenths, code)
        if state == "free":
            values += _first_free(next_free, zone, code, today(now, zone))
        made.append(interleaved(pieces, values))
    _forget(_faces)
    return made


def _forget(kept: dict[Key, Any]) -> None:
    """The oldest, beyond the measure; another thread may be doing the same."""
    for oldest in list(kept)[: max(len(kept) - KEPT, 0)]:
        kept.pop(oldest, None)


def _face(card: dict[str, Any], key: Key) -> Face:
    _id, _hash, code, state, is_new, is_near = key
    values = [
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


def _distance(tenths: int, code: str) -> list[bytes]:
    return escaped([distance_label(tenths, code)])


def distance_label(tenths: int, code: str) -> str:
    """«1,2 km», and whole kilometres from ten on: a town is not a point."""
    km = tenths / 10 if tenths < 100 else round(tenths / 10)
    return f"{format_decimal(km, format='0.#', locale=locale_of(code))}\u00a0km"
