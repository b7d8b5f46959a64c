"""The table of states is whole."""

from app.booking.models import CANCEL_KINDS, OCCUPYING, STATUSES
from app.booking.states import BEGIN, TRANSITIONS, may_become


def test_every_state_has_its_line():
    assert set(TRANSITIONS) == set(STATUSES)
    assert set(STATUSES) >= set().union(*TRANSITIONS.values()) | BEGIN


def test_what_is_over_stays_over():
    assert not TRANSITIONS["cancelled"] and not TRANSITIONS["entered-in-error"]
    assert not any(may_become(status, status) for status in STATUSES)


def test_nothing_that_took_place_is_cancelled():
    assert not may_become("fulfilled", "cancelled") and not may_become("checked-in", "cancelled")
    assert may_become("booked", "cancelled")


def test_a_step_at_the_desk_can_be_taken_back():
    for status, after in (("booked", "arrived"), ("arrived", "checked-in"), ("checked-in", "fulfilled")):
        assert may_become(status, after) and may_become(after, status)


def test_requests_keep_their_time():
    assert {"proposed", "pending"} <= set(OCCUPYING)
    assert set(CANCEL_KINDS) == {"patient", "practice", "undone", "refused", "expired"}
