"""Weekly plans, their cycles and versions, exceptions, holidays and blocked time."""

from datetime import date, timedelta

import pytest

from app.booking.slots import (
    Agenda,
    Blocked,
    HoursException,
    Reason,
    ServiceRules,
    WeeklyWindow,
    day_bounds,
    offered,
    verdict,
    verdicts,
)
from app.booking.slots.hours import opening

BRUSSELS = "Europe/Brussels"
MONDAY = date(2026, 11, 2)
LONG_AGO = date(2020, 1, 1)
CARE = ServiceRules("care", duration=60, grid=60)


def minute(day, hour, after=0):
    """An ordinary day: UTC minutes of a wall-clock time."""
    return day_bounds(day, BRUSSELS)[0] + hour * 60 + after


def weekly(hours, *, weekday=0, valid_from=LONG_AGO, **more):
    return WeeklyWindow(weekday, hours[0] * 60, hours[1] * 60, valid_from, **more)


def exception(kind, hours=(0, 24), *, first=MONDAY, last=MONDAY, **more):
    return HoursException(kind, first, last, hours[0] * 60, hours[1] * 60, **more)


def plan(*windows, exceptions=(), **more):
    return Agenda("nadia", BRUSSELS, windows, tuple(exceptions), **more)


def hours_on(day, agenda, service=CARE, *, blocked=(), staff=False):
    midnight = day_bounds(day, BRUSSELS)[0]
    starts = offered(
        agenda, service, (), blocked, first_day=day, last_day=day, now=midnight - 1440, staff=staff
    )
    return [(start - midnight) / 60 for start in starts]


def reason_at(hour, agenda, service=CARE, *, blocked=(), staff=False, day=MONDAY):
    found = verdict(
        agenda, service, (), blocked, start=minute(day, hour), now=minute(day, 0) - 1440, staff=staff
    )
    return found.reasons


def test_the_core_must_fit_in_the_hours():
    assert hours_on(MONDAY, plan(weekly((8, 12)))) == [8, 9, 10, 11]
    assert hours_on(MONDAY + timedelta(1), plan(weekly((8, 12)))) == []


def test_the_first_start_is_on_the_grid_and_not_where_the_hours_begin():
    agenda = plan(WeeklyWindow(0, 8 * 60 + 10, 11 * 60 + 5, LONG_AGO))
    assert hours_on(MONDAY, agenda) == [9, 10]
    shifted = ServiceRules("care", duration=60, grid=60, grid_offset=5)
    assert hours_on(MONDAY, agenda, shifted) == [9 + 5 / 60, 10 + 5 / 60]


def test_buffers_may_overhang_the_hours():
    assert hours_on(MONDAY, plan(weekly((8, 10))), ServiceRules("care", 60, 60, before=30, after=30)) == [
        8,
        9,
    ]


def test_hours_that_touch_or_overlap_are_one():
    long = ServiceRules("care", duration=180, grid=60)
    assert hours_on(MONDAY, plan(weekly((8, 10)), weekly((10, 12))), long) == [8, 9]
    assert hours_on(MONDAY, plan(weekly((8, 11)), weekly((9, 12))), long) == [8, 9]
    assert hours_on(MONDAY, plan(weekly((8, 12)), weekly((9, 10))), long) == [8, 9]


def test_hours_that_touch_at_midnight_are_one():
    night = plan(weekly((22, 24)), weekly((0, 1), weekday=1))
    long = ServiceRules("care", duration=120, grid=60)
    assert hours_on(MONDAY, night, long) == [22, 23]
    assert hours_on(MONDAY + timedelta(1), night, long) == []
    assert reason_at(23, night, long) == ()


def test_a_service_longer_than_a_day_needs_several_days_of_hours():
    always = plan(*(weekly((0, 24), weekday=weekday) for weekday in range(3)))
    assert hours_on(MONDAY, always, ServiceRules("care", duration=48 * 60, grid=720)) == [0, 12]
    assert hours_on(MONDAY, always, ServiceRules("care", duration=72 * 60, grid=720)) == [0]


def test_a_plan_holds_from_its_first_to_its_last_day():
    agenda = plan(
        weekly((8, 9), valid_to=MONDAY),
        weekly((10, 11), valid_from=MONDAY + timedelta(7), valid_to=MONDAY + timedelta(14)),
    )
    found = [hours_on(MONDAY + timedelta(7 * week), agenda) for week in range(4)]
    assert found == [[8], [10], [10], []]
    assert hours_on(MONDAY - timedelta(7), plan(weekly((8, 9), valid_from=MONDAY))) == []


@pytest.mark.parametrize("valid_from", [MONDAY, MONDAY + timedelta(6)])
def test_alternate_weeks_count_from_the_monday_of_valid_from(valid_from):
    """Seven weeks on, over the 53rd week of 2026 and into 2027."""
    agenda = plan(
        weekly((8, 9), weekday=6, valid_from=valid_from, cycle_weeks=2),
        weekly((10, 11), weekday=6, valid_from=valid_from, cycle_weeks=2, week_in_cycle=1),
    )
    sundays = [MONDAY + timedelta(6 + 7 * week) for week in range(11)]
    assert [hours_on(day, agenda) for day in sundays] == [[8.0], [10.0]] * 5 + [[8.0]]


def test_weeks_of_three():
    agenda = plan(weekly((8, 9), valid_from=MONDAY, cycle_weeks=3, week_in_cycle=2))
    assert [len(hours_on(MONDAY + timedelta(7 * week), agenda)) for week in range(7)] == [0, 0, 1, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        ([exception("close")], []),
        ([exception("close", (9, 11))], [8, 11]),
        ([exception("replace", (14, 16))], [14, 15]),
        ([exception("replace", (14, 15)), exception("replace", (17, 18))], [14, 17]),
        ([exception("add", (12, 14))], [8, 9, 10, 11, 12, 13]),
        ([exception("add", (18, 19)), exception("replace", (14, 15))], [14, 18]),
        ([exception("close"), exception("add", (18, 19)), exception("replace", (14, 15))], []),
        ([exception("close", first=MONDAY - timedelta(9), last=MONDAY - timedelta(1))], [8, 9, 10, 11]),
        ([exception("close", first=MONDAY - timedelta(9), last=MONDAY + timedelta(9))], []),
    ],
)
def test_exceptions_replace_then_add_then_close(exceptions, expected):
    agenda = plan(weekly((8, 12)), exceptions=exceptions)
    assert hours_on(MONDAY, agenda) == expected
    backwards = plan(weekly((8, 12)), exceptions=exceptions[::-1])
    assert hours_on(MONDAY, backwards) == expected


def test_an_addition_opens_a_day_without_hours():
    assert hours_on(MONDAY, plan(exceptions=[exception("add", (9, 11))])) == [9, 10]


def test_a_replacement_takes_the_place_of_all_hours_whoever_they_were_for():
    mine, other = frozenset({"care"}), frozenset({"other"})
    agenda = plan(weekly((8, 10)), exceptions=[exception("replace", (14, 15), services=other)])
    assert hours_on(MONDAY, agenda) == []
    assert reason_at(14, agenda) == (Reason.NOT_THIS_SERVICE,)
    closing = plan(weekly((8, 10)), exceptions=[exception("close", services=other)])
    assert hours_on(MONDAY, closing) == [8, 9]
    assert hours_on(MONDAY, plan(weekly((8, 10)), exceptions=[exception("close", services=mine)])) == []


def test_staff_hours_are_for_staff():
    agenda = plan(weekly((8, 9)), weekly((9, 10), audience="staff"), exceptions=[
        exception("add", (12, 13), audience="staff")])  # fmt: skip
    assert hours_on(MONDAY, agenda) == [8]
    assert hours_on(MONDAY, agenda, staff=True) == [8, 9, 12]
    assert reason_at(9, agenda) == (Reason.OUTSIDE_HOURS,)


def test_hours_of_another_service_are_not_offered_and_say_so():
    agenda = plan(
        weekly((8, 9), services=frozenset({"care"})), weekly((9, 11), services=frozenset({"other"}))
    )
    assert hours_on(MONDAY, agenda) == [8]
    assert reason_at(9, agenda) == (Reason.NOT_THIS_SERVICE,)


def test_a_holiday_empties_the_day_additions_included():
    agenda = plan(weekly((8, 10)), exceptions=[exception("add", (12, 13))], holidays=frozenset({MONDAY}))
    assert hours_on(MONDAY, agenda) == []
    assert hours_on(MONDAY, agenda, staff=True) == []
    assert hours_on(MONDAY + timedelta(7), agenda) == [8, 9]
    assert reason_at(9, agenda) == (Reason.HOLIDAY,)


@pytest.mark.parametrize("why", [Reason.ABSENCE, Reason.CLOSURE, Reason.BLOCKED])
def test_blocked_time_is_taken_out_of_the_hours(why):
    agenda, blocked = plan(weekly((8, 12))), [Blocked(minute(MONDAY, 9), minute(MONDAY, 10), why)]
    assert hours_on(MONDAY, agenda, blocked=blocked) == [8, 10, 11]
    assert reason_at(9, agenda, blocked=blocked) == (why,)
    rows = [(minute(MONDAY, 9), minute(MONDAY, 10), why.value)]  # as the database gives them
    assert hours_on(MONDAY, agenda, blocked=rows) == [8, 10, 11]
    assert reason_at(9, agenda, blocked=rows) == (why,)


def test_buffers_may_overhang_blocked_time_as_they_do_the_hours():
    blocked = [Blocked(minute(MONDAY, 9), minute(MONDAY, 10), Reason.ABSENCE)]
    service = ServiceRules("care", 60, 60, before=30, after=30)
    assert hours_on(MONDAY, plan(weekly((8, 12))), service, blocked=blocked) == [8, 10, 11]


def test_the_day_is_explained_hour_by_hour():
    agenda = plan(
        weekly((8, 10)), weekly((11, 13)), weekly((15, 16), services=frozenset({"other"})),
        exceptions=[exception("close", (12, 13)), exception("close", (20, 21))],
    )  # fmt: skip
    found = verdicts(agenda, CARE, (), (), first_day=MONDAY, last_day=MONDAY, now=minute(MONDAY, -24))
    assert [each.start for each in found] == [minute(MONDAY, hour) for hour in range(24)]
    names = {(each.start - found[0].start) // 60: each.reasons for each in found}
    assert [hour for hour in names if not names[hour]] == [8, 9, 11]
    assert [hour for hour in names if names[hour] == (Reason.BREAK,)] == [10]
    assert [hour for hour in names if names[hour] == (Reason.CLOSED,)] == [12, 20]
    assert [hour for hour in names if names[hour] == (Reason.NOT_THIS_SERVICE,)] == [15]
    rest = [hour for hour in names if names[hour] == (Reason.OUTSIDE_HOURS,)]
    assert rest == [*range(8), 13, 14, 16, 17, 18, 19, 21, 22, 23]


def test_a_start_that_runs_into_a_break_or_out_of_the_day():
    agenda, long = plan(weekly((8, 10)), weekly((11, 13))), ServiceRules("care", duration=90, grid=30)
    assert reason_at(9, agenda, long) == (Reason.BREAK,)
    assert reason_at(12, agenda, long) == (Reason.OUTSIDE_HOURS,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekday": 7},
        {"start": -1},
        {"start": 600},
        {"end": 1441},
        {"cycle_weeks": 0},
        {"cycle_weeks": 2, "week_in_cycle": 2},
        {"audience": "everybody"},
    ],
)
def test_a_window_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        WeeklyWindow(**{"weekday": 0, "start": 480, "end": 600, "valid_from": MONDAY} | wrong)


def test_an_exception_or_a_service_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="kind"):
        exception("open")
    for wrong in ({"duration": 0}, {"grid": 0}, {"capacity": 0}, {"before": -1}, {"after": 1441}):
        with pytest.raises(ValueError):
            ServiceRules(**{"id": "care", "duration": 30, "grid": 15} | wrong)


def test_the_smallest_and_the_largest_rules_are_accepted():
    assert ServiceRules("care", duration=1, grid=1, capacity=1, before=0, after=0, horizon_days=0)
    assert ServiceRules("care", duration=1, grid=1, before=1440, after=1440)


def test_the_opening_of_a_day_is_for_whichever_service():
    other = frozenset({"other"})
    agenda = plan(
        weekly((8, 10)), weekly((10, 11), services=other), weekly((15, 17), audience="staff"),
        exceptions=[exception("close", (9, 10)), exception("close", (8, 9), services=other)],
        holidays=frozenset({MONDAY + timedelta(7)}),
    )  # fmt: skip
    found = [(minute(MONDAY, 8), minute(MONDAY, 9)), (minute(MONDAY, 10), minute(MONDAY, 11))]
    assert opening(agenda, MONDAY, staff=False) == found
    assert opening(agenda, MONDAY) == [*found, (minute(MONDAY, 15), minute(MONDAY, 17))]
    assert opening(agenda, MONDAY + timedelta(1)) == opening(agenda, MONDAY + timedelta(7)) == []
    assert hours_on(MONDAY, agenda) == [8]


def test_a_plan_is_found_again_by_content_or_by_version():
    eight, nine = weekly((8, 9)), weekly((9, 10))
    assert plan(eight) == plan(eight)
    assert hash(plan(eight)) == hash(plan(eight))
    assert plan(eight) != plan(nine)
    assert plan(eight) != "nadia"
    assert plan(eight, version=1) == plan(eight, version=1)
    assert plan(eight, version=1) != plan(eight, version=2)
    assert hours_on(MONDAY, plan(eight, version=1)) == [8]
    assert hours_on(MONDAY, plan(nine, version=2)) == [9]
