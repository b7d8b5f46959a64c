"""A long list of services, narrowed by what somebody types."""

from types import SimpleNamespace

import pytest

from app.booking.menu import LONGEST, MANY, MenuLine, searched


def lines(*services):
    return [
        MenuLine(SimpleNamespace(name=name, description=description), "30 min", "")
        for name, description in services
    ]


KNEE = ({"fr": "Rééducation du genou", "nl": "Knierevalidatie"}, {"fr": "Après une opération"})
BACK = ({"fr": "École du dos"}, {})
FOOT = ({"fr": "Semelles"}, None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("genou", [KNEE]),
        ("REEDUC", [KNEE]),
        ("genou rééducation", [KNEE]),  # in any order
        ("knie", [KNEE]),  # in whatever language of the practice
        ("opération", [KNEE]),
        ("ecole", [BACK]),
        ("genou dos", []),
        ("", [KNEE, BACK, FOOT]),
        ("  ", [KNEE, BACK, FOOT]),
        ("'", [KNEE, BACK, FOOT]),  # no letter is no word
    ],
)
def test_it_holds_each_word(asked, found):
    assert [
        (line.service.name, line.service.description)
        for line in searched(lines(KNEE, BACK, FOOT), asked).lines
    ] == found


def test_only_a_long_list_asks_what_to_look_for():
    assert not searched(lines(*[KNEE] * MANY), "").is_long
    assert searched(lines(*[KNEE] * (MANY + 1)), "nobody").is_long


def test_no_more_is_read_than_a_name_can_hold():
    assert searched(lines(KNEE), "x" * 100_000).asked == "x" * LONGEST
