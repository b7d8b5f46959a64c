"""Hours for a period: what was before comes back after it, on the same turn of weeks."""

from datetime import date, timedelta

from app.booking.plans.typed import last_of_period, resumed, succeeded, turned
from app.booking.slots import Agenda, WeeklyWindow, opening

ZONE = "Europe/Brussels"
ODD = WeeklyWindow(0, 480, 720, date(2026, 1, 5), None, 2, 0)  # Mondays of one week in two
EVEN = WeeklyWindow(1, 480, 720, date(2026, 1, 5), None, 2, 1)  # Tuesdays of the other
SUMMER = WeeklyWindow(2, 540, 600, date(2026, 7, 1), date(2026, 8, 31))


def days_open(windows, first, last):
    agenda = Agenda("a", ZONE, windows=tuple(windows))
    return {
        first + timedelta(days=step)
        for step in range((last - first).days + 1)
        if opening(agenda, first + timedelta(days=step))
    }


def test_after_a_period_the_weeks_take_turns_as_if_it_had_never_been():
    old = (ODD, EVEN)
    for last in (date(2026, 8, 31), date(2026, 9, 4), date(2026, 9, 9)):
        new = WeeklyWindow(2, 540, 600, SUMMER.valid_from, last)
        whole = (*succeeded(old, [new], start=new.valid_from), *resumed(old, new.valid_from, last))
        later = last + timedelta(days=1), date(2026, 12, 31)
        assert days_open(whole, *later) == days_open(old, *later)
        assert all(day.weekday() == 2 for day in days_open(whole, new.valid_from, last))


def test_hours_that_would_have_ended_within_the_period_do_not_come_back():
    ending = WeeklyWindow(0, 480, 720, date(2026, 1, 5), date(2026, 8, 1))
    assert resumed([ending], SUMMER.valid_from, SUMMER.valid_to) == ()


def test_a_period_never_reaches_into_hours_that_begin_later():
    autumn = WeeklyWindow(0, 480, 720, date(2026, 8, 15))
    assert last_of_period([ODD, autumn], SUMMER.valid_from, SUMMER.valid_to) == date(2026, 8, 14)
    assert last_of_period([ODD], SUMMER.valid_from, SUMMER.valid_to) == SUMMER.valid_to


def test_a_turn_is_counted_in_weeks_from_monday_across_a_change_of_the_clocks():
    assert turned(0, 2, date(2026, 10, 19), date(2026, 10, 26)) == 1
    assert turned(1, 3, date(2026, 3, 23), date(2026, 4, 5)) == 0
