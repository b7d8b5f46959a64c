"""What a person asks the central search: read from a query string, and written back into one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote_plus

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
PAGES = {str(number): number for number in range(1, MOST_PAGES + 1)}
CIRCLES = {str(km): km for km in RADII}
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

    @cached_property
    def _asked(self) -> str:
        lat, lon = map(str, self.point or ("", ""))
        values = (
            ("who", self.who),
            ("discipline", self.discipline),
            ("where", self.where),
            ("lat", lat),
            ("lon", lon),
        )
        return "/search?" + "&".join(f"{key}={quote_plus(value)}" for key, value in values if value)

    def url(self, *, by: str | None = None, within: int | None = None, page: int = 1) -> str:
        """The same question: its first page, unless said otherwise."""
        by, within = by or self.by, within or self.within
        found = self._asked
        if by != SOONEST:
            found += f"&by={by}"
        if within != RADII[0]:
            found += f"&within={within}"
        return found if page == 1 else f"{found}&page={page}"


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
    page = given.get("page", "1")
    if page not in PAGES:
        raise NotFound
    return Question(
        who=_clean(given.get("who", "")),
        where=where,
        discipline=discipline,
        point=point,
        by=NEAREST if given.get("by") == NEAREST else SOONEST,
        within=CIRCLES.get(given.get("within", ""), RADII[0]),
        page=PAGES[page],
        problems=tuple(problems),
    )


def _clean(text: str) -> str:
    """What fits into one line of a form; what no keyboard types is dropped."""
    text = text[:LONGEST]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _position(lat: str, lon: str) -> tuple[tuple[float, float] | None, str | None]:
    """(where the person stands, or what is wrong with it)."""
    if not lat and not lon:
        return None, None
    if not (DEGREES.fullmatch(lat) and DEGREES.fullmatch(lon)):
        return None, "position"
    point = float(lat), float(lon)
    return (point, None) if AROUND_BELGIUM.holds(*point) else (None, "abroad")
