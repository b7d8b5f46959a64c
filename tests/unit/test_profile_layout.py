"""Which widgets stand where: what the product has, the practice chose and the person arranged."""

from hypothesis import given
from hypothesis import strategies as st

from app.profile.layout import Layout, arranged, first, merged, step, typed

GALLERY = ("a", "b", "c", "d")
slugs = st.lists(st.sampled_from([*GALLERY, "gone", "x" * 40]), max_size=8)


def test_shy_widgets_wait_unless_the_practice_names_them():
    assert first(GALLERY, shy={"c"}) == Layout(("a", "b", "d"), ("c",))
    assert first(GALLERY, shy={"c"}, chosen=["c", "a", "c", "gone"]) == Layout(("c", "a"), ())


def test_what_came_later_stands_at_the_end_or_waits_as_it_says_itself():
    saved = Layout(("b", "gone", "a"), ("d",))
    assert arranged(Layout(GALLERY, ("e",)), saved) == Layout(("b", "a", "c"), ("d", "e"))
    assert arranged(Layout(GALLERY), None) == Layout(GALLERY)


def test_each_button_does_one_thing_and_the_ends_do_nothing():
    now = Layout(("a", "b"), ("c",))
    assert step(now, "up", "b").shown == ("b", "a")
    assert step(now, "down", "a").shown == ("b", "a")
    assert step(now, "up", "a") == step(now, "down", "b") == step(now, "fly", "a") == now
    assert step(now, "hide", "a") == Layout(("b",), ("a", "c"))
    assert step(now, "show", "c") == Layout(("a", "b", "c"), ())
    assert step(now, "show", "gone") == step(now, "hide", "c") == now


def test_widgets_a_practice_has_not_keep_their_place():
    before = Layout(("x", "a", "y", "b"), ("z", "c"))
    assert merged(Layout(("b", "a"), ("c",)), before) == Layout(("x", "b", "a", "y"), ("c", "z"))
    assert merged(Layout(("a",)), None) == Layout(("a",))


@given(slugs, slugs, st.sampled_from(["up", "down", "hide", "show"]), st.sampled_from(GALLERY))
def test_nothing_is_lost_and_nothing_doubled(shown, chosen, what, slug):
    start = first(GALLERY, shy={"d"}, chosen=chosen or None)
    every = sorted((*start.shown, *start.hidden))
    for found in (
        typed(start, shown),
        step(typed(start, shown), what, slug),
        arranged(start, typed(start, shown)),
    ):
        assert sorted((*found.shown, *found.hidden)) == every
