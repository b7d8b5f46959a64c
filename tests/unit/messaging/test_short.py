"""What an SMS says fits into two of them, in the alphabet that costs least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging import short

SENTENCE = "%(practice)s : vous avez rendez-vous le %(when)s. Questions ? %(phone)s"
WORDS = {"when": "mardi 24 novembre à 14\u00a0h\u00a030", "phone": "081 22 33 44"}


def test_letters_outside_the_alphabet_become_their_likeness():
    written = "Août, ça, cœur — l’été, Łódź «oui» … 30\u00a0€"
    assert short.plain(written) == 'Aout, ca, coeur - l\'été, ?odz "oui" ... 30 €'


def test_a_usual_one_is_one():
    text = short.fitted(SENTENCE, practice="Cabinet Lavande", **WORDS)
    assert (
        text
        == "Cabinet Lavande : vous avez rendez-vous le mardi 24 novembre à 14 h 30. Questions ? 081 22 33 44"
    )
    assert short.parts(text) == 1


def test_a_name_without_end_is_cut_and_nothing_else():
    text = short.fitted(SENTENCE, practice="Centre €uropéen " * 20, **WORDS)
    assert short.parts(text) == 2 and "..." in text
    assert text.endswith("le mardi 24 novembre à 14 h 30. Questions ? 081 22 33 44")


@pytest.mark.parametrize(("length", "cost"), [(160, 1), (161, 2), (306, 2), (307, 3)])
def test_what_it_costs(length, cost):
    assert short.parts("x" * length) == cost


@given(st.text(max_size=400))
def test_it_never_costs_more_than_two(name):
    assert short.parts(short.fitted(SENTENCE, practice=name, **WORDS)) <= 2
