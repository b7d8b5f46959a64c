"""What a text says otherwise, word by word."""

from app.consent.comparing import compared


def words_of(pieces, *kinds):
    return "".join(words for kind, words in pieces if kind in kinds)


OLD = "# Annuler\n\nVous annulez sans frais jusqu'à 24 heures avant.\n\nEnsuite : 20 €.\n"
NEW = "# Annuler\n\nVous annulez sans frais jusqu'à 48 heures avant.\n\nEnsuite : 25 €.\nMerci.\n"


def test_both_texts_can_be_read_from_the_pieces():
    pieces = compared(OLD, NEW)
    assert words_of(pieces, "same", "new") == NEW
    assert words_of(pieces, "same", "gone") == OLD


def test_only_the_words_that_changed_are_marked():
    pieces = compared(OLD, NEW)
    assert ("gone", "24") in pieces and ("new", "48") in pieces
    assert [words for kind, words in pieces if kind == "gone"] == ["24", "20"]


def test_equal_texts_are_one_piece_and_an_empty_one_is_all_new():
    assert compared(OLD, OLD) == [("same", OLD)]
    assert compared("", NEW) == [("new", NEW)]


def test_two_long_texts_without_a_line_break_are_compared_at_once():
    old, new = "a b " * 5000, "b a " * 5000
    pieces = compared(old, new)
    assert words_of(pieces, "same", "new") == new
