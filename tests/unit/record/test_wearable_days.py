"""Days asked of a service and what is kept of its answer."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.record.wearables import days
from app.record.wearables.ports import Totals

TODAY = date(2026, 11, 20)
FIRST, UNTIL = TODAY - timedelta(days=7), TODAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("is_new", "wanted", "back"),
    [
        (True, None, 88),
        (False, None, 7),
        (False, TODAY - timedelta(days=30), 30),
        (False, TODAY + timedelta(days=400), 7),
        (False, date(1900, 1, 1), 88),
    ],
)
def test_how_far_back_is_asked(is_new, wanted, back):
    first, until = days.span(today=TODAY, is_new=is_new, wanted=wanted)
    assert ((TODAY - first).days, until) == (back, UNTIL)
    assert (until - first).days <= days.FIRST_TIME


def test_windows_meet_without_gap_or_overlap():
    found = list(days.windows(FIRST - timedelta(days=81), UNTIL, most=14))
    assert found[0][0] == FIRST - timedelta(days=81) and found[-1][1] == UNTIL
    assert all(end == start for (_s, end), (start, _e) in zip(found, found[1:], strict=False))
    assert max((end - start).days for start, end in found) == 14
    assert list(days.windows(UNTIL, FIRST, most=14)) == []


def test_values_become_whole_numbers_and_what_cannot_be_is_counted():
    told = {
        TODAY: Decimal("6.545"),
        TODAY - timedelta(days=1): Decimal("1e999"),
        TODAY - timedelta(days=2): Decimal(-1),
        TODAY - timedelta(days=3): None,
        TODAY - timedelta(days=4): Decimal(401),
        date(2100, 1, 1): Decimal(1),
        date(1900, 1, 1): Decimal(1),
    }
    found = days.sort("distance", Totals(told, odd=1), first=FIRST, until=UNTIL)
    assert found.values == {TODAY: 655} and found.odd == 7 and not found.has_every_day
    assert days.sort("steps", Totals({TODAY: Decimal(0)}), first=FIRST, until=UNTIL).values == {TODAY: 0}


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2026, 3, 29), date(2024, 2, 29)])
def test_a_day_whose_clock_changes_is_one_day(day):
    assert days.moment(day).date() == day and days.moment(day).hour == 12
    assert days.name("steps", day) == f"steps:{day}"
