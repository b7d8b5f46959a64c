"""A browser session whose cookie is read late: the same mapping as one that is read at once."""

import pytest
from flask.sessions import SecureCookieSession

from app.web.cookies import LateSession


@pytest.fixture
def read():
    """How often the cookie was read."""
    return []


@pytest.fixture
def late(read):
    def cookie():
        read.append(1)
        return SecureCookieSession({"csrf_token": "x", "held": "y"})

    return LateSession(cookie)


def test_nothing_is_read_while_nobody_asks(late, read):
    assert not late.modified and not late.accessed and not late.new
    late.accessed = True  # as Flask marks it for whoever asks
    assert read == []
    assert late["held"] == "y" and read == [1]


def test_it_is_read_once_and_answers_as_the_one_behind_it(late, read):
    assert late and len(late) == 2 and set(late) == {"csrf_token", "held"} and "held" in late
    assert late.get("held") == "y" and late.get("nothing") is None and not late.permanent
    assert dict(late) == {"csrf_token": "x", "held": "y"}
    with pytest.raises(KeyError):
        late["nothing"]
    assert not late.modified and read == [1]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda one: one.__setitem__("a", 1), {"csrf_token": "x", "held": "y", "a": 1}),
        (lambda one: one.setdefault("a", 1), {"csrf_token": "x", "held": "y", "a": 1}),
        (lambda one: one.pop("held"), {"csrf_token": "x"}),
        (lambda one: one.clear(), {}),
        (lambda one: one.update(held="z"), {"csrf_token": "x", "held": "z"}),
        (lambda one: setattr(one, "modified", True), {"csrf_token": "x", "held": "y"}),
        (lambda one: setattr(one, "permanent", True), {"csrf_token": "x", "held": "y", "_permanent": True}),
    ],
)
def test_a_change_is_seen_and_will_be_sent(late, read, change, left):
    change(late)
    assert late.modified and dict(late) == left and read == [1]
    assert bool(late) == bool(left)


def test_taking_what_is_not_there_changes_nothing(late):
    assert late.pop("nothing", None) is None and late.setdefault("held", "z") == "y"
    assert not late.modified
