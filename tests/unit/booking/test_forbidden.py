"""What limits of an agenda and a person's own appointments take away, told by the engine itself."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.booking import slots
from app.booking.slots import Agenda, Caps, Limit, Reason, ServiceRules, Taken, WeeklyWindow
from app.booking.slots.forbidden import period_bounds

ZONE = "Europe/Brussels"
MONDAY = date(2026, 11, 23)
AGENDA = Agenda("a", ZONE, tuple(WeeklyWindow(day, 540, 720, date(2020, 1, 1)) for day in range(7)))
RULES = ServiceRules("care", duration=30, grid=30, horizon_days=60)
NOW = int(datetime(2026, 11, 22, 8, tzinfo=ZoneInfo(ZONE)).timestamp() // 60)


def at(day, hour, minute=0):
    return int(datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(ZONE)).timestamp() // 60)


def taken(day, hour, minutes=30, service="care"):
    return Taken(at(day, hour), at(day, hour) + minutes, service)


def days_offered(blocked, *, first=MONDAY, last=date(2026, 12, 6)):
    starts = slots.offered(AGENDA, RULES, [], blocked, first_day=first, last_day=last, now=NOW)
    return {slots.local_day(start, ZONE).day for start in starts}


def limited(*limits, having):
    span = {"first": MONDAY.toordinal(), "last": date(2026, 12, 6).toordinal()}
    return slots.agenda_limits(RULES, limits, having, zone=ZONE, **span)


def capped(own, count_only=False, **caps):
    return slots.person_caps(RULES, Caps(**caps), own, zone=ZONE, now=NOW, count_only=count_only)


def test_a_full_day_is_offered_no_more_and_the_next_one_is():
    having = [taken(24, 9), taken(24, 10)]
    assert 24 in days_offered(limited(Limit("day", "count", 3), having=having))
    offered = days_offered(limited(Limit("day", "count", 2), having=having))
    assert 24 not in offered and {23, 25} <= offered


def test_minutes_count_the_one_that_would_come():
    assert 24 not in days_offered(limited(Limit("day", "minutes", 80), having=[taken(24, 9, 60)]))
    assert 24 in days_offered(limited(Limit("day", "minutes", 90), having=[taken(24, 9, 60)]))


@pytest.mark.parametrize(("period", "lost"), [("week", set(range(23, 30))), ("month", set(range(23, 31)))])
def test_weeks_and_months_are_whole(period, lost):
    assert days_offered(limited(Limit(period, "count", 1), having=[taken(25, 9)])) & set(range(23, 31)) == (
        set(range(23, 31)) - lost
    )


def test_a_limit_of_another_service_does_not_bind_this_one():
    having = [taken(24, 9, service="other")]
    assert 24 in days_offered(limited(Limit("day", "count", 1, service="other"), having=having))
    assert 24 in days_offered(limited(Limit("day", "count", 1, service="care"), having=having))
    assert 24 not in days_offered(limited(Limit("day", "count", 1), having=having))


@pytest.mark.parametrize(
    "day", [date(2026, 11, 23), date(2026, 11, 29), date(2024, 2, 29), date(2026, 12, 31)]
)
def test_periods_hold_their_days(day):
    for period in ("day", "week", "month"):
        low, high = period_bounds(period, day.toordinal(), day.toordinal())
        assert low <= day.toordinal() <= high
        first, last = date.fromordinal(low), date.fromordinal(high)
        if period == "week":
            assert (first.weekday(), last.weekday(), high - low) == (0, 6, 6)
        if period == "month":
            assert first.day == 1 and date.fromordinal(high + 1).day == 1 and last.month == day.month


def test_nobody_is_in_two_places():
    own = [taken(24, 9)]
    verdict = slots.verdict(AGENDA, RULES, [], capped(own), start=at(24, 9), now=NOW)
    assert verdict.reasons == (Reason.PATIENT_BUSY,)
    assert slots.verdict(AGENDA, RULES, [], capped(own), start=at(24, 9, 30), now=NOW).is_offered


def test_whoever_holds_enough_is_offered_nothing():
    own = [taken(24, 9), taken(26, 9)]
    assert days_offered(capped(own, upcoming_most=2)) == set()
    assert days_offered(capped(own, upcoming_most=3)) != set()
    past = [taken(20, 9), taken(26, 9)]
    assert days_offered(capped(past, upcoming_most=2)) != set()


def test_at_most_two_in_any_seven_days():
    own = [taken(24, 9), taken(27, 9)]
    offered = days_offered(capped(own, window_most=2, window_days=7))
    assert offered & set(range(23, 31)) == set()  # 21..30 November
    assert {1, 2} <= offered
    assert days_offered(capped([own[0]], window_most=2, window_days=7)) >= {25, 26}


def test_a_week_between_two():
    offered = days_offered(capped([taken(24, 9)], gap_days=7))
    assert offered & set(range(18, 31)) == set() and 1 in offered
    assert 25 in days_offered(capped([taken(24, 9)], gap_days=1))
    assert 24 not in days_offered(capped([taken(24, 9)], gap_days=1))


def test_of_a_guest_only_how_many_counts_and_never_when():
    own = [taken(24, 9)]
    assert capped(own, count_only=True) == []
    assert days_offered(capped(own, count_only=True, upcoming_most=1)) == set()
