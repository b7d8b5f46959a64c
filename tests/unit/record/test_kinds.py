"""The table of what can be measured is whole, and says what is unusual and what cannot be."""

import re

import pytest

from app.record import kinds, labels
from app.record.kinds import GROUPS, KINDS, impossible, unusual

PARAMETERS = set(KINDS)


def test_everything_of_the_first_list_is_there():
    assert {
        "weight", "height", "mood", "energy", "pain", "blood-pressure", "waist", "glucose", "heart-rate", "bmi",
        "metabolic-rate", "steps", "distance", "calories", "fat-burn", "cardio", "floors",
    } == PARAMETERS  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda one: one.key)
def test_a_kind_is_whole(kind):
    assert kind.group in GROUPS and kind.key in labels.NAMES and kind.ucum in labels.UNITS
    assert kind.hard[0] <= kind.usual[0] < kind.usual[1] <= kind.hard[1]
    assert kind.usual[0] <= kind.start <= kind.usual[1] and kind.step > 0
    assert not unusual(kind, kind.start, kind.second.start if kind.second else None)
    assert kind.loinc is None or _is_loinc(kind.loinc)
    if kind.style == "faces":
        assert set(labels.FACES[kind.key]) == set(labels.FACE_ICONS[kind.key]) == set(kind.faces)


def _is_loinc(code):
    """LOINC's own check digit, modulus 10 (LOINC Users' Guide, appendix)."""
    digits, check = re.fullmatch(r"(\d{1,5})-(\d)", code).groups()
    odd, even = digits[::-1][::2][::-1], digits[::-1][1::2][::-1]
    total = even + str(int(odd) * 2)
    return (10 - sum(map(int, total)) % 10) % 10 == int(check)


@pytest.mark.parametrize(
    "code", [kinds.KINDS["blood-pressure"].second.loinc, kinds.KINDS["blood-pressure"].second.first_loinc]
)
def test_the_codes_of_a_pair_have_a_right_check_digit(code):
    assert _is_loinc(code) and not _is_loinc(code[:-1] + str((int(code[-1]) + 1) % 10))


@pytest.mark.parametrize(
    ("key", "value", "second", "asks", "refused"),
    [
        ("weight", 724, None, False, False), ("weight", 7000, None, True, False), ("weight", 7001, None, True, True),
        ("weight", 2, None, True, True), ("blood-pressure", 128, 82, False, False),
        ("blood-pressure", 200, 82, True, False), ("blood-pressure", 128, 120, True, False),
        ("blood-pressure", 82, 128, True, True), ("blood-pressure", 128, None, False, True),
        ("pain", 4, None, False, False), ("pain", 5, None, False, True), ("mood", 6, None, True, True),
        ("steps", 0, None, False, False), ("glucose", 400, None, True, False),
    ],
)  # fmt: skip
def test_slips_are_asked_about_and_what_cannot_be_is_refused(key, value, second, asks, refused):
    assert unusual(KINDS[key], value, second) is asks
    assert impossible(KINDS[key], value, second) is refused
