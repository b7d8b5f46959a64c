"""The towns and villages of Belgium, found by postcode or by name in any of their languages."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from app.directory.places.text import fold

SOURCE = Path(__file__).with_name("places.csv")
LANGUAGES = ("fr", "nl", "de", "en")
LONGEST_QUERY = 200  # characters: room for a whole address
LONGEST_NAME = 7  # words
MOST_FOUND = 50
FEWEST_LETTERS = 2

POSTCODE = re.compile(r"(?<![0-9])[1-9][0-9]{3}(?![0-9])")
POSTCODE_START = re.compile(r"[1-9][0-9]{1,2}")
COUNTRY = re.compile(r"(?:^| )(?:be?|belgique|belgie|belgien|belgium)$")  # «B-5000»
SAINTS = ({"st": "saint", "ste": "sainte"}, {"st": "sint"}, {"st": "sankt"})
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True, eq=False)  # each exists once
class Place:
    """A municipality, or a village of one. Without a postcode it is a quarter that none names."""

    key: str
    local: str
    translated: tuple[str, ...]
    spelled: str
    municipality: str
    postcodes: tuple[str, ...]
    lat: float
    lon: float
    population: int

    def name(self, language: str) -> str:
        """What people who speak this language call it; most places have one name only."""
        return self.names.get(language, self.local)

    @property
    def names(self) -> dict[str, str]:
        translated = self.translated or (self.local,) * len(LANGUAGES)
        return {language: name or self.local for language, name in zip(LANGUAGES, translated, strict=True)}

    def label(self, language: str) -> str:
        """As on an envelope, and what `find` answers with this place first: «5000 Namur»."""
        return f"{self.postcodes[0]} {self.name(language)}" if self.postcodes else self.name(language)


def find(text: str) -> list[Place]:
    """The places that this text may mean, the likeliest first; never raises."""
    asked = fold(text[:LONGEST_QUERY])
    index = _index()
    if POSTCODE_START.fullmatch(asked):
        return index.postcodes_from(asked)
    if code := POSTCODE.search(asked):
        before, after = asked[: code.start()].strip(), asked[code.end() :].strip()
        return index.at_postcode(code[0], after or COUNTRY.sub("", before))
    return index.named(asked)


def suggest(text: str, limit: int = 8, *, language: str = "fr") -> list[str]:
    """Labels for a `datalist`, as many as `limit`."""
    labels = (place.label(language) for place in find(text))
    return list(islice(dict.fromkeys(labels), max(limit, 0)))


@cache
def _index() -> "_Index":
    return _Index(SOURCE.read_text(encoding="utf-8"))


class _Index:
    """Every place by every name without its spaces, and by postcode, each list best first."""

    def __init__(self, text: str):
        names, codes = defaultdict(list), defaultdict(list)
        shared: dict[str, str] = {}
        self.count = 0
        for line in text.splitlines():
            if not line.startswith("#"):
                place, own = _read(line, shared)
                self.count += 1
                for name in _spellings(place):
                    names[name].append(place)
                for code in place.postcodes:
                    rank = code not in own, bool(place.municipality), code != place.postcodes[0]
                    codes[code].append((*rank, -place.population, place))
        self._names = {name: tuple(sorted(places, key=_importance)) for name, places in names.items()}
        self._sorted = sorted(self._names)
        self._codes = {
            code: tuple(ranked[-1] for ranked in sorted(places, key=lambda ranked: ranked[:-1]))
            for code, places in codes.items()
        }
        self._postcodes = sorted(self._codes)

    def at_postcode(self, code: str, name: str) -> list[Place]:
        """Whoever has the postcode, with the bearer of the name in front."""
        places = self._codes.get(code) or self.postcodes_from(code[:3]) or self.postcodes_from(code[:2])
        if not name:
            return list(places)
        both = [place for place in self.named(name) if place in places]
        elsewhere = self._names.get(name.replace(" ", ""), ())  # one of the two is a slip: who knows which
        return list(dict.fromkeys([*both, *places, *elsewhere]))[:MOST_FOUND]

    def postcodes_from(self, start: str) -> list[Place]:
        first = bisect_left(self._postcodes, start)
        last = bisect_left(self._postcodes, start + ":")  # the character after 9
        found = {place: None for code in self._postcodes[first:last] for place in self._codes[code]}
        return sorted(found, key=_importance)[:MOST_FOUND]

    def named(self, asked: str) -> list[Place]:
        words = asked.split()[:LONGEST_NAME]
        while words:
            for name in _readings(words):
                if found := self._starting("".join(name)):
                    return found
            words.pop()  # «Namur centre», «Gent Zuid»
        return []

    def _starting(self, name: str) -> list[Place]:
        exact = self._names.get(name, ())
        if len(name) < FEWEST_LETTERS or len(exact) >= MOST_FOUND:
            return list(exact)
        first = bisect_left(self._sorted, name)
        last = bisect_left(self._sorted, name + "\U0010ffff", lo=first)
        longer = {place: None for key in self._sorted[first:last] for place in self._names[key]}
        for place in exact:
            del longer[place]
        return [*exact, *sorted(longer, key=_importance)][:MOST_FOUND]


def _read(line: str, shared: dict[str, str]) -> tuple[Place, list[str]]:
    local, fr, nl, de, en, spelled, of, own, wider, lat, lon, population = line.split(";")
    postcodes = [shared.setdefault(code, code) for code in f"{own} {wider}".split()]
    translated = (fr, nl, de, en) if fr or nl or de or en else ()
    key = "-".join([*postcodes[:1], *fold(local).split()])
    municipality = shared.setdefault(of, of)
    where = float(lat), float(lon)
    place = Place(key, local, translated, spelled, municipality, tuple(postcodes), *where, int(population))
    return place, own.split()


def _spellings(place: Place) -> set[str]:
    found = {place.local, *place.translated, place.spelled} - {""}
    found |= {name.translate(UMLAUTS) for name in found}
    return {fold(name).replace(" ", "") for name in found}


def _readings(words: list[str]) -> Iterator[list[str]]:
    yield words
    for saints in SAINTS:  # «Woluwe-St-Pierre», «St.-Niklaas», «St. Vith»
        if not saints.keys().isdisjoint(words):
            yield [saints.get(word, word) for word in words]


def _importance(place: Place) -> tuple[int, str, str]:
    return -place.population, place.local, place.key
