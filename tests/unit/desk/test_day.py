"""Where the entries of a day stand in their column."""

from datetime import UTC, datetime
from types import SimpleNamespace

from app.desk.day import MOST_LANES, Entry, _side_by_side

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entry(row, rows, status="booked"):
    return Entry(row, rows, [SimpleNamespace(status=status, capacity=1)], NOON, "Session")


def lanes(*entries):
    return {(found.row, found.status): (found.lane, found.lanes) for found in _side_by_side(list(entries))}


def test_entries_that_follow_each_other_have_the_whole_width():
    assert lanes(entry(1, 6), entry(7, 6), entry(13, 3)) == {
        (1, "booked"): (1, 1),
        (7, "booked"): (1, 1),
        (13, "booked"): (1, 1),
    }


def test_entries_that_overlap_stand_side_by_side_and_only_they():
    found = lanes(entry(1, 6, "cancelled"), entry(4, 6), entry(10, 6))
    assert found == {(1, "cancelled"): (1, 2), (4, "booked"): (2, 2), (10, "booked"): (1, 1)}


def test_who_comes_stands_before_who_does_not():
    assert lanes(entry(1, 6, "cancelled"), entry(1, 3))[1, "booked"] == (1, 2)


def test_there_are_never_more_lanes_than_one_can_read():
    found = _side_by_side([entry(1, 6, "cancelled") for _ in range(9)])
    assert {each.lanes for each in found} == {MOST_LANES}
    assert {each.lane for each in found} == set(range(1, MOST_LANES + 1))
