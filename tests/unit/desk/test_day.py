"""Where the entries of a day stand in their column."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.desk.day import MOST_LANES, Called, Entry, Frame, Words, _side_by_side, draw

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
NINE = int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp() // 60)  # by the clock of Brussels


def entry(row, rows, status="booked"):
    return Entry(row, rows, [SimpleNamespace(status=status, capacity=1)], "12:00", "Session")


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


def frame(*spans, day=TUESDAY, schedules=("a",), away=(), **more):
    return Frame(
        "a", "Aline", "Namur", "Europe/Brussels", day, schedules, "p", tuple(spans), tuple(away), **more
    )


def visit(start, end, *, schedule="a", status="booked", session="s"):
    return SimpleNamespace(
        schedule=schedule, starts=start, ends=end, status=status, capacity=1, session=session, service="k"
    )


def drawn(frames, visits=(), *, now=NOON):
    words = Words({"k": Called("Séance", 15)}, {"s": "Salle 1"})
    return draw(frames, visits, words, now=now, zone="Europe/Brussels", closed="Closed")


def test_what_is_free_is_what_is_open_less_who_comes():
    found = drawn(
        [frame((NINE, NINE + 180))],
        [visit(NINE + 30, NINE + 60), visit(NINE + 60, NINE + 90, status="noshow")],
    )
    (column,) = found.columns
    assert [(block.start - NINE, block.end - NINE) for block in column.free] == [(0, 30), (60, 180)]
    assert (found.first, found.last) == (9, 12)
    assert [entry.clock for entry in column.entries] == ["09:30", "10:00"]
    assert (column.entries[0].row, column.entries[0].rows, column.entries[0].room) == (7, 6, "Salle 1")


def test_what_is_closed_on_purpose_says_why_and_the_rest_is_closed():
    away = [(NINE + 60, NINE + 120, "Absent")]
    found = drawn([frame((NINE, NINE + 60), away=away), frame((NINE, NINE + 180), schedules=("b",))])
    assert [(block.row, block.rows, block.why) for block in found.columns[0].shut] == [
        (13, 12, "Absent"),
        (25, 12, "Closed"),
    ]


def test_a_week_puts_everybody_under_their_day():
    days = [
        frame((NINE + number * 1440, NINE + number * 1440 + 60), day=TUESDAY + timedelta(days=number))
        for number in range(3)
    ]
    found = drawn(
        days, [visit(NINE + 1440, NINE + 1470), visit(NINE, NINE + 30), visit(NINE, NINE + 30, schedule="x")]
    )
    assert [len(column.entries) for column in found.columns] == [1, 1, 0]


def test_the_hour_stands_in_today_alone():
    today = frame((NINE, NINE + 360), is_today=True)
    assert drawn([today]).now_row == 49  # 13:00, four hours below 9:00
    assert drawn([frame((NINE, NINE + 360))]).now_row is None
    assert drawn([today], now=NOON - timedelta(hours=8)).now_row is None


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_the_day_the_clocks_change_a_row_is_still_the_clock_on_the_wall(day):
    nine = int(
        datetime(day.year, day.month, day.day, 9 - (2 if day.month == 3 else 1), tzinfo=UTC).timestamp() // 60
    )
    found = drawn([frame((nine, nine + 60), day=day)], [visit(nine + 15, nine + 45)])
    assert [(entry.row, entry.clock) for entry in found.columns[0].entries] == [(4, "09:15")]
