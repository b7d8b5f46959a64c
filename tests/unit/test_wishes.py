"""What suits somebody who waits: days, hours and notice on the wall, and how long an offer lasts."""

from datetime import UTC, date, datetime

import pytest

from app.waiting import wishes
from app.waiting.wishes import Wish, suits

ZONE = "Europe/Brussels"


def minute(*when):
    """UTC minutes of a UTC moment."""
    return int(datetime(*when, tzinfo=UTC).timestamp() // 60)


NOW = minute(2026, 11, 20, 6, 0)
TUESDAY_NINE = minute(2026, 11, 24, 8, 0)  # 9:00 in Brussels
WEEK = {"first_day": date(2026, 11, 23), "last_day": date(2026, 11, 29), "zone": ZONE}


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, True),
        ({"first_day": date(2026, 11, 25)}, False),
        ({"last_day": date(2026, 11, 23)}, False),
        ({"first_day": date(2026, 11, 24), "last_day": date(2026, 11, 24)}, True),
        ({"weekdays": 0b0000010}, True),
        ({"weekdays": 0b1111101}, False),
        ({"start": 540}, True),
        ({"start": 541}, False),
        ({"end": 540}, False),
        ({"end": 541}, True),
        ({"notice": TUESDAY_NINE - NOW}, True),
        ({"notice": TUESDAY_NINE - NOW + 1}, False),
    ],
)
def test_days_hours_and_notice_all_count(wish, expected):
    assert suits(Wish(**{**WEEK, **wish}), TUESDAY_NINE, now=NOW) is expected


def test_hours_are_those_of_the_wall_on_both_sides_of_a_clock_change():
    wish = Wish(date(2027, 3, 1), date(2027, 4, 30), ZONE, start=540, end=541)
    assert suits(wish, minute(2027, 3, 26, 8, 0), now=NOW)
    assert suits(wish, minute(2027, 3, 29, 7, 0), now=NOW)
    assert not suits(wish, minute(2027, 3, 29, 8, 0), now=NOW)


def test_what_has_passed_suits_nobody():
    wish = Wish(date(2026, 11, 1), date(2026, 11, 30), ZONE)
    assert not suits(wish, NOW - 1, now=NOW) and not suits(wish, NOW + wishes.LEAST - 1, now=NOW)
    assert suits(wish, NOW + wishes.LEAST, now=NOW)


@pytest.mark.parametrize(
    ("ahead", "minutes"), [(1441, 60), (1440, 20), (21, 20), (20, 20), (12, 12), (100_000, 60)]
)
def test_an_offer_lasts_an_hour_when_the_visit_is_more_than_a_day_ahead(ahead, minutes):
    assert wishes.lasts(NOW + ahead, now=NOW) == minutes


def test_of_what_suits_the_nearest_to_what_came_free_is_taken():
    wish = Wish(**WEEK, start=540)
    starts = [TUESDAY_NINE - 30, TUESDAY_NINE + 30, TUESDAY_NINE + 60]
    assert wishes.nearest(wish, starts, to=TUESDAY_NINE, now=NOW) == TUESDAY_NINE + 30
    assert wishes.nearest(wish, starts[:1], to=TUESDAY_NINE, now=NOW) is None


@pytest.mark.parametrize(
    ("offered", "rest"),
    [((0, 60), []), ((0, 30), [(30, 60)]), ((30, 60), [(0, 30)]), ((20, 40), [(0, 20), (40, 60)]),
     ((-30, 30), [(30, 60)]), ((3, 60), []), ((60, 90), [(0, 60)])],
)  # fmt: skip
def test_what_an_offer_leaves_goes_to_others(offered, rest):
    assert wishes.leftover(0, 60, *offered) == rest


def test_a_longer_visit_may_begin_before_what_came_free():
    wish = Wish(**WEEK, start=520, end=525)
    span = {"first": TUESDAY_NINE, "last": TUESDAY_NINE + 30}
    assert wishes.may_suit(wish, *span.values(), duration=45, now=NOW)
    assert not wishes.may_suit(wish, *span.values(), duration=15, now=NOW)
