"""Understanding a search: words for disciplines, what a query string holds, squares on the map, likely places."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.directory import cells, places, search, vocabulary
from app.directory.disciplines import DISCIPLINES
from app.directory.places import BELGIUM, distance_km, fold
from app.directory.question import AROUND_BELGIUM, MOST_PAGES, Question, read
from app.directory.vocabulary import understand
from app.kernel.errors import NotFound

SOMEWHERE = {
    "lat": st.floats(AROUND_BELGIUM.south, AROUND_BELGIUM.north),
    "lon": st.floats(AROUND_BELGIUM.west, AROUND_BELGIUM.east),
}


# --- words


@pytest.mark.parametrize(
    ("typed", "discipline", "rest"),
    [
        ("kiné", "persphysiotherapist", ""),
        ("un kiné", "persphysiotherapist", ""),
        ("KINESIST", "persphysiotherapist", ""),
        ("kinesi", "persphysiotherapist", ""),  # still typing
        ("Krankengymnastin", "persphysiotherapist", ""),
        ("physical therapist", "persphysiotherapist", ""),
        ("tandartsen", "persdentist", ""),
        ("Zahnärztin", "persdentist", ""),
        ("zahnaerztinnen", "persdentist", ""),
        ("dentiste Peeters", "persdentist", "peeters"),
        ("Dr Peeters dentiste", "persdentist", "peeters"),
        ("logopède", "perslogopedist", ""),
        ("speech and language therapist", "perslogopedist", ""),
        ("podologue à Namur", "perspodologist", "namur"),
        ("voedingsdeskundige", "persdietician", ""),
        ("psy", "perspsychologist", ""),
        ("sage-femme de Smet", "persmidwife", "smet"),
        ("infirmières", "persnurse", ""),
        ("infirmier ou infirmière", "persnurse", ""),
        ("ergo", "persoccupationaltherapist", ""),
        ("De Smet", None, "de smet"),
        ("Dieter Krug", None, "dieter krug"),
        ("", None, ""),
    ],
)
def test_a_discipline_is_understood_however_people_call_it(typed, discipline, rest):
    assert understand(fold(typed).split()) == (discipline, rest.split())


def test_no_word_means_two_disciplines():
    said = {}
    for phrase, code in vocabulary._phrases():
        assert said.setdefault(phrase, code) == code, phrase


def test_every_discipline_has_words():
    assert set(vocabulary.SPOKEN) == set(DISCIPLINES)


# --- query strings


def test_a_question_survives_being_written_and_read():
    asked = Question(
        who="kiné", where="5000 Namur", discipline="persdentist", by="nearest", within=25, page=3
    )
    url = asked.url(page=3)
    assert read(_query(url)) == asked


def test_a_position_survives_too():
    asked = Question(point=(50.467, 4.868))
    assert read(_query(asked.url())) == asked


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"discipline": "persastrologer"}, "discipline"),
        ({"discipline": "\x00"}, "discipline"),
        ({"lat": "50.4"}, "position"),
        ({"lat": "nan", "lon": "4.3"}, "position"),
        ({"lat": "inf", "lon": "4.3"}, "position"),
        ({"lat": "1e1", "lon": "4.3"}, "position"),
        ({"lat": "٥٠", "lon": "4.3"}, "position"),
        ({"lat": "5_0.4", "lon": "4.3"}, "position"),
        ({"lat": "50.4;", "lon": "4.3"}, "position"),
        ({"lat": "9" * 400, "lon": "4.3"}, "position"),
        ({"lat": "48.85", "lon": "2.35"}, "abroad"),
        ({"lat": "-50.4", "lon": "4.3"}, "abroad"),
    ],
)
def test_what_cannot_be_read_is_named_and_left_out(given, problem):
    question = read({"who": "kiné", **given})
    assert question.problems == (problem,)
    assert question.who == "kiné"
    assert (question.discipline, question.point) == ("", None)


def test_just_over_the_border_is_near_enough():
    assert read({"lat": "50.776", "lon": "6.084"}).point  # Aachen


def test_a_typed_place_counts_more_than_a_position():
    assert read({"where": "Gent", "lat": "50.4", "lon": "4.3"}).point is None


@pytest.mark.parametrize(
    "page", ["0", "-1", "x", "1.5", "٢", "", str(MOST_PAGES + 1), str(2**63), "9" * 5000]
)
def test_a_page_that_never_was_is_not_found(page):
    with pytest.raises(NotFound):
        read({"page": page})


@given(st.text(max_size=300))
def test_whatever_is_typed_becomes_one_printable_line(text):
    question = read({"who": text, "where": text})
    assert question.who == question.where
    assert question.who.isprintable() and len(question.who) <= 200
    assert "  " not in question.who


# --- the map


@given(
    **SOMEWHERE, radius=st.sampled_from(list(cells.TOUCHED)), turn=st.floats(-1, 1), reach=st.floats(-1, 1)
)
def test_every_point_within_the_circle_lies_in_one_of_its_squares(lat, lon, radius, turn, reach):
    there = lat + reach * radius / 111.3, lon + turn * radius / 68.0
    if distance_km(lat, lon, *there) <= radius:
        assert cells.cell_at(*there) in cells.cells_around(lat, lon, radius)


@given(**SOMEWHERE, radius=st.sampled_from(list(cells.TOUCHED)))
def test_a_circle_always_takes_the_same_number_of_squares(lat, lon, radius):
    assert len(cells.cells_around(lat, lon, radius)) == cells.TOUCHED[radius]


def test_two_places_never_share_a_square_by_accident():
    corners = [(lat, lon) for lat in (BELGIUM.south, BELGIUM.north) for lon in (BELGIUM.west, BELGIUM.east)]
    assert len({cells.cell_at(*corner) for corner in corners}) == 4


# --- places


def meanings(*, who="", where="", discipline=""):
    return search._understand(who, where, discipline, None)[0]


def test_a_discipline_and_a_town_in_one_field_mean_the_town_first():
    first, second, *_ = meanings(who="kiné Namur")
    assert (first.discipline, first.names, first.place.local) == ("persphysiotherapist", (), "Namur")
    assert (second.discipline, second.names, second.place) == ("persphysiotherapist", ("namur",), None)


def test_a_town_alone_is_a_name_first():
    first, second = meanings(who="Lens")
    assert (first.names, first.place) == (("lens",), None)
    assert (second.names, second.place.local) == ((), "Lens")


def test_a_word_for_a_discipline_may_be_part_of_a_name():
    first, second = meanings(who="Psy Plus")
    assert (first.discipline, first.names) == ("perspsychologist", ("plus",))
    assert (second.discipline, second.names) == ("", ("psy", "plus"))


def test_what_is_typed_replaces_what_was_chosen():
    assert meanings(who="dentiste", discipline="persnurse")[0].discipline == "persdentist"


def test_a_name_of_two_towns_offers_the_other():
    towns = places.find("Saint-Nicolas")
    others = search._other_places("Saint-Nicolas", towns)
    assert others and towns[0] not in others
    assert all(distance_km(towns[0].lat, towns[0].lon, other.lat, other.lon) > 10 for other in others)


def test_a_postcode_offers_no_other():
    assert search._other_places("5000", places.find("5000")) == ()


def _query(url):
    return dict(parse_qsl(url.partition("?")[2]))
