"""The rules of answers: kept as typed, checked by kind, and a strange one never breaks anything."""

import pytest

from app.questionnaires import items
from app.questionnaires.items import Item

ABC = [{"fr": "a"}, {"fr": "b"}, {"fr": "c"}]


def item(kind="short", key="k", **more):
    return Item(key=key, kind=kind, text={"fr": "Question"}, **more)


@pytest.mark.parametrize(
    ("one", "given", "kept"),
    [
        (item(), "  un   deux ", "un deux"),
        (item("long"), "un\r\n\r\n  deux  \n", "un\n\ndeux"),
        (item("one", options=ABC), "2", "2"),
        (item("several", options=ABC), ["0", "2"], ["0", "2"]),
        (item("scale", low=1, high=5), "5", "5"),
        (item("date"), "2026-02-28", "2026-02-28"),
        (item("yes-no"), "no", "no"),
        (item(), "<script>alert(1)</script> {{ 7*7 }} 🦵", "<script>alert(1)</script> {{ 7*7 }} 🦵"),
    ],
)
def test_an_answer_of_its_kind_is_kept(one, given, kept):
    assert items.check([one], {"k": given}) == ({"k": kept}, {})


@pytest.mark.parametrize(
    ("one", "given", "problem"),
    [
        (item(), "x" * 201, "too-long-short"),
        (item("long"), "x" * 2001, "too-long-long"),
        (item(), "a\x00b", "letters"),
        (item("long"), "a\x1bb", "letters"),
        (item("one", options=ABC), "3", "choice"),
        (item("one", options=ABC), "-1", "choice"),
        (item("several", options=ABC), ["0", "9"], "choice"),
        (item("several", options=ABC), "0", "choice"),
        (item("scale", low=1, high=5), "0", "choice"),
        (item("scale", low=1, high=5), "1e0", "choice"),
        (item("date"), "2026-02-30", "date"),
        (item("date"), "20260228", "date"),
        (item("yes-no"), "maybe", "choice"),
        (item(required=True), "  ", "missing"),
        (item("several", options=ABC, required=True), [], "missing"),
    ],
)
def test_what_is_no_answer_says_why(one, given, problem):
    assert items.check([one], {"k": given}) == ({}, {"k": problem})


def test_what_need_not_be_answered_may_be_left():
    assert items.check([item(), item("date", key="d")], {}) == ({}, {})


def test_a_page_is_read_by_its_questions_alone():
    asked = [item(), item("several", key="s", options=ABC)]
    form = {"q-k": "oui", "q-s-0": "1", "q-s-2": "1", "q-s-7": "1", "q-other": "x", "csrf_token": "t"}
    assert items.typed(asked, form) == {"k": "oui", "s": ["0", "2"]}
    assert len(items.typed(asked, {"q-k": "x" * 100_000})["k"]) == 4000


def test_questions_move_one_place_and_stop_at_the_ends():
    three = [item(key=key) for key in "abc"]
    assert [one.key for one in items.moved(three, "c", -1)] == ["a", "c", "b"]
    assert [one.key for one in items.moved(three, "a", -1)] == ["a", "b", "c"]
    assert [one.key for one in items.moved(three, "c", 1)] == ["a", "b", "c"]


def test_what_is_stored_is_read_back():
    one = item("scale", low=1, high=7, low_text={"fr": "pas du tout"}, high_text={"fr": "très"})
    assert items.read([one.stored()]) == [one]
