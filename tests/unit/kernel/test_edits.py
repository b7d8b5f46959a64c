"""What a form was filled from, what changed since, and the change in words."""

import pytest

from app.kernel import edits
from app.kernel.edits import Edited
from app.kernel.i18n import speaking

KEPT = {"name": "Lavande", "phone": None, "online": True, "languages": ["fr", "nl"]}


def test_a_stamp_of_the_same_values_is_the_same_however_nothing_is_written():
    assert edits.stamp(KEPT) == edits.stamp({**KEPT, "phone": "", "languages": ("fr", "nl")})
    edits.check(edits.stamp(KEPT), KEPT)


@pytest.mark.parametrize(
    "other", [{"name": "Lavande "}, {"phone": "1"}, {"online": False}, {"languages": ["nl", "fr"]}]
)
def test_any_other_value_is_refused_and_named(other):
    seen, now = edits.stamp(KEPT), {**KEPT, **other}
    assert edits.since(seen, now) == set(other)
    with pytest.raises(Edited):
        edits.check(seen, now)


@pytest.mark.parametrize("seen", ["", "nonsense", "name", "name:0 phone:zz :::", "a " * 500])
def test_a_stamp_nobody_was_given_is_stale(seen):
    with pytest.raises(Edited):
        edits.check(seen, KEPT)


def test_a_line_break_of_a_browser_is_no_change():
    assert edits.same("one\r\ntwo", "one\ntwo")


def test_a_change_is_told_in_words_and_a_long_text_only_named():
    before = {"phone": "081 1", "text": "a" * 500, "online": True, "name": "x"}
    after = {"phone": "", "text": "b" * 500, "online": False, "name": "x"}
    names = {"phone": "Telephone", "text": "Text", "online": "Online", "name": "Name"}
    with speaking("en"):
        assert edits.changes(before, after, names) == [
            "Telephone: 081 1, now –",
            "Text: changed",
            "Online: Yes, now No",
        ]
