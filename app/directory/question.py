"""What a person asks the central search: read from a query string, and written back into one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.directory.cells import TOUCHED
from app.directory.disciplines import DISCIPLINES
from app.directory.places import BELGIUM, Box
from app.kernel.errors import NotFound

MOST_PAGES = 10
RADII = tuple(TOUCHED)  # km: the next one is tried when nobody is found
LONGEST = 200  # characters of a field that are read
ABROAD = 0.4  # degrees: who stands just over the border may well go to a practice on this side
AROUND_BELGIUM = Box(
    BELGIUM.south - ABROAD, BELGIUM.north + ABROAD, BELGIUM.west - ABROAD, BELGIUM.east + ABROAD
)
DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,18})?")
PAGE_NUMBER = re.compile(r"[1-9][0-9]?")
NEAREST, SOONEST = "nearest", "soonest"


@dataclass(frozen=True)
class Question:
    """Cleaned, and not yet understood; `url` asks it again."""

    who: str = ""
    where: str = ""
    discipline: str = ""  # chosen from the list; one that was typed stands in `who`
    point: tuple[float, float] | None = None  # where the person is
    by: str = SOONEST
    within: int = RADII[0]
    page: int = 1
    problems: tuple[str, ...] = ()  # "discipline", "position", "abroad"; the search adds "place"

    @property
    def is_empty(self) -> bool:
        return not (self.who or self.where or self.discipline or self.point)

    def url(self, **changes: Any) -> str:
        asked = replace(self, **{"page": 1, **changes})
        lat, lon = asked.point or ("", "")
        values = {
            "who": asked.who,
            "discipline": asked.discipline,
            "where": asked.where,
            "lat": lat,
            "lon": lon,
            "by": asked.by if asked.by != SOONEST else "",
            "within": asked.within if asked.within != RADII[0] else "",
            "page": asked.page if asked.page > 1 else "",
        }
        return "/search?" + urlencode({key: value for key, value in values.items() if value != ""})


def read(given: Mapping[str, str]) -> Question:
    """What cannot be read is left out and named among the problems; a page that never was is NotFound."""
    problems = []
    discipline = given.get("discipline", "")
    if discipline and discipline not in DISCIPLINES:
        discipline = ""
        problems.append("discipline")
    where = _clean(given.get("where", ""))
    point, problem = (None, None) if where else _position(given.get("lat", ""), given.get("lon", ""))
    if problem:
        problems.append(problem)
    page, within = given.get("page", "1"), given.get("within", "")
    if not PAGE_NUMBER.fullmatch(page) or int(page) > MOST_PAGES:
        raise NotFound
    return Question(
        who=_clean(given.get("who", "")),
        where=where,
        discipline=discipline,
        point=point,
        by=NEAREST if given.get("by") == NEAREST else SOONEST,
        within=int(within) if within in map(str, RADII) else RADII[0],
        page=int(page),
        problems=tuple(problems),
    )


def _clean(text: str) -> str:
    """What fits into one line of a form; what no keyboard types is dropped."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:LONGEST]).split())


def _position(lat: str, lon: str) -> tuple[tuple[float, float] | None, str | None]:
    """(where the person stands, or what is wrong with it)."""
    if not lat and not lon:
        return None, None
    if not (DEGREES.fullmatch(lat) and DEGREES.fullmatch(lon)):
        return None, "position"
    point = float(lat), float(lon)
    return (point, None) if AROUND_BELGIUM.holds(*point) else (None, "abroad")
