"""Town and postcode search: what people type in four languages, and that the data holds together."""

from collections import defaultdict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.directory import places
from app.directory.places import BELGIUM, bounding_box, distance_km, find, fold, gazetteer, suggest
from tools import places as tool

NAMUR = (50.4669, 4.8675)
BRUSSELS = (50.8505, 4.3488)
KB = 1024


def all_places():
    index = gazetteer._index()
    return list({place.key: place for found in index._names.values() for place in found}.values())


def spellings(place):
    return [name for name in (place.local, *place.translated, place.spelled) if name]


def best(text):
    return find(text)[0].local


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("liege", "Liège"),
        ("Luik", "Liège"),
        ("Lüttich", "Liège"),
        ("Luettich", "Liège"),
        ("LIÈGE", "Liège"),
        ("sint-niklaas", "Sint-Niklaas"),
        ("Sint Niklaas", "Sint-Niklaas"),
        ("St.-Niklaas", "Sint-Niklaas"),
        ("Gand", "Gent"),
        ("Ghent", "Gent"),
        ("Brussels", "Bruxelles"),
        ("Brüssel", "Bruxelles"),
        ("bruessel", "Bruxelles"),
        ("Namen", "Namur"),
        ("Namür", "Namur"),
        ("Ypern", "Ieper"),
        ("Ypres", "Ieper"),
        ("Mecheln", "Mechelen"),
        ("Anvers", "Antwerpen"),
        ("Antwerp", "Antwerpen"),
        ("St. Vith", "Sankt Vith"),
        ("Woluwe-St-Pierre", "Woluwe-Saint-Pierre"),
        ("Rhode St Genese", "Sint-Genesius-Rode"),
        ("Ste Ode", "Sainte-Ode"),
        ("Saint-Vith", "Sankt Vith"),
        ("Bergen", "Mons"),
        ("Doornik", "Tournai"),
        ("braine lalleud", "Braine-l'Alleud"),
        ("'s-Gravenbrakel", "Braine-le-Comte"),
        ("Coxyde", "Koksijde"),
        ("Tongres", "Tongeren"),
        ("louvain-la-neuve", "Louvain-la-Neuve"),
        ("Ottignies LLN", "Ottignies"),
        ("Namur centre", "Namur"),
    ],
)
def test_a_town_is_found_by_any_of_its_names(typed, town):
    assert best(typed) == town


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("5000", "Namur"),
        ("9000", "Gent"),
        ("4700", "Eupen"),
        ("1000", "Bruxelles"),
        (" 5000 ", "Namur"),
        ("5000 Namur", "Namur"),
        ("Namur 5000", "Namur"),
        ("B-5000", "Namur"),
        ("BE 5000 Namur", "Namur"),
        ("5000namur", "Namur"),
        ("5020 Malonne", "Malonne"),
        ("rue du Bord de l'Eau 12, 5020 Malonne", "Malonne"),
        ("4020", "Liège"),
        ("1050", "Ixelles"),
        ("1348", "Louvain-la-Neuve"),
        ("５０００", "Namur"),
    ],
)
def test_a_postcode_is_found_alone_and_with_its_town(typed, town):
    assert best(typed) == town


def test_the_beginning_of_a_postcode_finds_the_towns_around():
    assert best("50") == best("500") == "Namur"
    assert {place.postcodes[0][:3] for place in find("900")} == {"900"}
    assert all(any(code.startswith("47") for code in place.postcodes) for place in find("47"))


def test_a_postcode_nobody_has_finds_its_neighbours():
    assert best("3999") == "Peer"
    assert all(place.postcodes[0].startswith("999") for place in find("9999"))


def test_two_letters_are_enough_and_the_largest_town_comes_first():
    assert best("na") == "Namur"
    assert best("br") == "Bruxelles"
    assert len(find("n")) == 0
    assert len(find("s")) == 0


def test_namesakes_are_all_found_the_largest_first():
    assert [place.postcodes[0] for place in find("Saint-Nicolas")] == ["9100", "4420"]
    assert {"9300", "3800"} <= {place.postcodes[0] for place in find("Aalst")}
    assert len({place.key for place in find("Celles")}) == 3


def test_a_town_of_another_postcode_comes_after_those_of_the_postcode():
    found = [place.local for place in find("5000 Bruxelles")]
    assert found[0] == "Namur" and found[-1] == "Bruxelles"


def test_names_follow_the_language_and_fall_back_to_the_local_one():
    gent = find("9000")[0]
    assert [gent.name(language) for language in places.LANGUAGES] == ["Gand", "Gent", "Gent", "Ghent"]
    assert gent.names == {"fr": "Gand", "nl": "Gent", "de": "Gent", "en": "Ghent"}
    assert gent.name("it") == "Gent"
    assert find("1000")[0].name("de") == "Brüssel"


def test_suggestions_are_labels_that_find_their_own_place():
    assert suggest("namu", 1) == ["5000 Namur"]
    assert suggest("gen", 1, language="nl") == ["9000 Gent"]
    assert len(suggest("sa", 5)) == 5
    assert suggest("sa", 0) == suggest("sa", -1) == suggest("", 5) == []
    for place in all_places():
        for language in places.LANGUAGES:
            assert find(place.label(language))[0] is place


def test_nothing_typed_finds_nothing():
    assert find("") == find("   ") == find("-'.") == find("\x00") == find("\ud800") == find("zzzz") == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Liège", "liege"),
        ("Sint-Job-in-'t-Goor", "sint job in t goor"),
        ("  Braine-l’Alleud ", "braine l alleud"),
        ("Œudeghien", "oeudeghien"),
        ("Großstraße", "grossstrasse"),
        ("ĲSSEL", "ijssel"),
        ("ÅLESUND, Łódź & Ærø", "alesund lodz aero"),
        ("İstanbul", "istanbul"),
        ("5000\tNamur\n", "5000 namur"),
        ("\x00\ud800\udfff\ufffe", ""),
        ("é" * 3, "eee"),
    ],
)
def test_folding_keeps_letters_and_digits_only(text, folded):
    assert fold(text) == folded


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
@example("\u0301\u0316" * 5000)
@example("\ufdfa" * 10_000)
@example("st " * 4000)
@example("5" * 10_000)
def test_folding_is_stable_and_finding_never_raises(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert len(find(text)) <= gazetteer.MOST_FOUND
    assert all(isinstance(label, str) for label in suggest(text, 5))


@settings(deadline=None)
@given(st.sampled_from(all_places()), st.sampled_from(places.LANGUAGES), st.integers(2, 30))
def test_the_beginning_of_a_name_finds_the_place_or_larger_ones(place, language, length):
    start = fold(place.name(language))[:length]
    found = find(start)
    assert place in found or len(found) == gazetteer.MOST_FOUND
    assert len({found.key for found in found}) == len(found)


def test_distances_are_those_of_the_map():
    assert distance_km(*NAMUR, *BRUSSELS) == pytest.approx(56.2, abs=0.5)
    assert distance_km(51.2300, 2.9126, 49.6833, 5.8167) == pytest.approx(268, abs=3)  # Oostende - Arlon
    assert distance_km(*NAMUR, *NAMUR) == 0
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)


@given(st.floats(49.4, 51.6), st.floats(2.5, 6.5), st.floats(0, 100), st.floats(-1, 1), st.floats(-1, 1))
def test_a_bounding_box_holds_every_point_that_is_near(lat, lon, km, north, east):
    box = bounding_box(lat, lon, km)
    other = lat + north * km / 90, lon + east * km / 50
    if distance_km(lat, lon, *other) <= km * 0.999999:
        assert box.holds(*other)
    assert distance_km(lat, lon, box.north, lon) == pytest.approx(km, rel=1e-6, abs=1e-6)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 30_000))
def test_a_bounding_box_exists_everywhere(lat, lon, km):
    box = bounding_box(lat, lon, km)
    assert -90 <= box.south <= box.north <= 90
    assert -180 <= box.west <= box.east <= 180


def test_every_postcode_is_belgian_and_every_place_in_belgium():
    found = all_places()
    assert len(found) > 3000
    for place in found:
        assert BELGIUM.holds(place.lat, place.lon), place
        assert all(1000 <= int(code) <= 9999 for code in place.postcodes), place
        assert place.population >= 0


def test_the_country_is_whole():
    rows = tool.lines("postcodes.csv")
    assert len({municipality for _, municipality, _ in rows}) == 565  # since the mergers of January 2025
    assert len({postcode for postcode, _, _ in rows}) > 1140
    assert rows == sorted(rows, key=lambda row: row[:2])
    for postcode, municipality, _ in rows:
        assert any(place.local == municipality for place in find(postcode)), postcode


def test_the_villages_of_a_municipality_lie_together():
    municipalities = defaultdict(list)
    for place in all_places():
        if place.postcodes:
            municipalities[place.municipality or place.local].append(place)
    for name, members in municipalities.items():
        for one in members:
            away = max(distance_km(one.lat, one.lon, other.lat, other.lon) for other in members)
            assert away < 20, (name, one, away)


def test_a_key_is_unique_and_good_for_an_address():
    keys = [place.key for place in all_places()]
    assert len(set(keys)) == len(keys) == gazetteer._index().count
    assert all(key.isascii() and key.replace("-", "").isalnum() for key in keys)


def test_the_file_is_small_and_what_the_tool_makes_of_its_sources():
    checked_in = gazetteer.SOURCE.read_bytes()
    assert len(checked_in) < 400 * KB
    assert tool.build().encode() == checked_in


def test_every_town_geonames_knows_is_found_by_its_name_where_it_lies():
    elsewhere = []
    for town in tool.belgian_towns():
        named = [place for place in find(town.name) if fold(town.name) in map(fold, spellings(place))]
        assert named, town.name
        if min(distance_km(place.lat, place.lon, town.lat, town.lon) for place in named) > 15:
            elsewhere.append(town.name)
    # Two municipalities that GeoNames has in another province, and quarters that share a village's name.
    assert set(elsewhere) == {"Brunehault", "La Bruyère"} | {"Bever", "Ledeberg", "Sint-Joris"}
