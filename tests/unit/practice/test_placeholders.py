"""Places in a practice's own sentences: a fixed list, filled once, never a program."""

import pytest

from app.practice import placeholders, wordings

VALUES = {
    "practice": "Lavande",
    "patient": "{day} {{ 7*7 }} %(when)s",
    "day": "mardi 1er décembre",
    "hour": "10 h",
}


def test_each_name_is_filled_once_and_what_a_patient_is_called_stays_text():
    text = placeholders.filled("{patient}, le {day} à {hour} chez {practice}", VALUES)
    assert text == "{day} {{ 7*7 }} %(when)s, le mardi 1er décembre à 10 h chez Lavande"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Bonjour {prenom}", "prenom"),
        ("{day.__class__}", "day.__class__"),
        ("{day!r:>99}", "day!r:>99"),
        ("{ day }", " day "),
        ("{}", ""),
        ("{{day}}", "{}"),
        ("{pra{day}ctice}", "{practice}"),
        ("only {", "{"),
        ("only }", "}"),
        ("{" * 10_000, "{" * placeholders.LONGEST),
    ],
)
def test_what_is_no_place_of_ours_is_named(text, named):
    assert placeholders.unknown(text)[0] == named


@pytest.mark.parametrize(
    "text", ["", "à tout de suite", "100 % {practice} {patient} {day} {hour} {practitioner} {place} {phone}"]
)
def test_our_own_places_are_taken(text):
    assert placeholders.unknown(text) == []


def test_an_sms_has_fewer_places():
    assert placeholders.unknown("{place}", placeholders.SMS) == ["place"]


def test_a_value_never_breaks_the_line_of_a_subject():
    own = wordings.said("{patient}", "", "", {"patient": "Eve\r\nBcc: all@example.be"})
    assert own.subject == "Eve Bcc: all@example.be"
