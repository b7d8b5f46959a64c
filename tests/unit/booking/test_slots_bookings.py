"""Bookings, buffers, groups, notice and horizon."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.booking.slots import (
    Agenda,
    Busy,
    Reason,
    ServiceRules,
    WeeklyWindow,
    day_bounds,
    first_offered,
    group_key,
    offered,
    offered_by_any,
    verdict,
    verdicts,
)

BRUSSELS = "Europe/Brussels"
MONDAY = date(2026, 11, 2)
MIDNIGHT = day_bounds(MONDAY, BRUSSELS)[0]
EIGHT, NOON = MIDNIGHT + 480, MIDNIGHT + 720
MORNINGS = tuple(WeeklyWindow(day, 480, 720, date(2020, 1, 1)) for day in range(5))
NADIA, OMAR = Agenda("nadia", BRUSSELS, MORNINGS), Agenda("omar", BRUSSELS, MORNINGS)
CARE = ServiceRules("care", duration=30, grid=30)
GROUP = ServiceRules("group", duration=30, grid=30, capacity=3)


def clock(hours):
    return MIDNIGHT + int(hours[:2]) * 60 + int(hours[3:])


def seated(start, *, taken=1, capacity=3, agenda=NADIA, service=GROUP, length=30, before=0, after=0):
    begin = clock(start)
    return Busy(begin, begin + length, before, after, group_key(agenda, service), taken, capacity)


def free(service=CARE, busy=(), *, staff=False, agenda=NADIA, now=MIDNIGHT):
    starts = offered(agenda, service, busy, (), first_day=MONDAY, last_day=MONDAY, now=now, staff=staff)
    return [f"{(start - MIDNIGHT) // 60:02}:{(start - MIDNIGHT) % 60:02}" for start in starts]


def why(start, service=CARE, busy=(), *, staff=False, now=MIDNIGHT):
    return verdict(NADIA, service, busy, (), start=clock(start), now=now, staff=staff).reasons


EVERY = ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def without(*starts):
    return [start for start in EVERY if start not in starts]


def test_a_booking_takes_its_time_and_leaves_both_ends_free():
    busy = [Busy(clock("09:00"), clock("10:00"))]
    assert free(CARE, busy) == without("09:00", "09:30")
    assert why("09:30", CARE, busy) == (Reason.BUSY,)
    assert why("08:30", CARE, busy) == why("10:00", CARE, busy) == ()


def test_a_booking_off_the_grid_takes_both_starts_it_touches():
    assert free(CARE, [Busy(clock("09:29"), clock("09:31"))]) == without("09:00", "09:30")


def test_bookings_elsewhere_count_because_the_person_is_busy():
    elsewhere = seated("09:00", agenda=Agenda("nadia-in-gent", BRUSSELS))
    assert free(GROUP, [elsewhere]) == without("09:00")
    assert why("09:00", GROUP, [elsewhere]) == (Reason.BUSY,)


def test_rows_may_be_plain_tuples_in_any_order_and_overlap():
    rows = [tuple(Busy(clock("11:00"), clock("11:30"))), tuple(Busy(clock("08:00"), clock("10:00"))),
            tuple(Busy(clock("08:30"), clock("09:00")))]  # fmt: skip
    assert free(CARE, rows) == free(CARE, rows[::-1]) == ["10:00", "10:30", "11:30"]


@pytest.mark.parametrize(
    ("mine", "theirs", "gone"),
    [
        # (before, after) of the service, then of the booking 10:00-10:30; starts that it takes, grid 15
        ((0, 0), (0, 0), ["09:45", "10:00", "10:15"]),
        ((0, 0), (0, 15), ["09:45", "10:00", "10:15", "10:30"]),
        ((0, 0), (15, 0), ["09:30", "09:45", "10:00", "10:15"]),
        ((15, 0), (0, 0), ["09:45", "10:00", "10:15", "10:30"]),
        ((0, 15), (0, 0), ["09:30", "09:45", "10:00", "10:15"]),
        ((15, 0), (0, 15), ["09:45", "10:00", "10:15", "10:30"]),  # the longer of the two, not their sum
        ((30, 0), (0, 15), ["09:45", "10:00", "10:15", "10:30", "10:45"]),
        ((0, 15), (30, 0), ["09:15", "09:30", "09:45", "10:00", "10:15"]),
        ((1, 1), (1, 1), ["09:30", "09:45", "10:00", "10:15", "10:30"]),
    ],
)
def test_between_two_bookings_the_longer_buffer_is_kept(mine, theirs, gone):
    service = ServiceRules("care", 30, 15, before=mine[0], after=mine[1])
    busy = [Busy(clock("10:00"), clock("10:30"), *theirs)]
    every = free(service)
    assert free(service, busy) == [start for start in every if start not in gone]
    for start in gone:
        overlaps = start in ("09:45", "10:00", "10:15")
        assert why(start, service, busy) == ((Reason.BUSY,) if overlaps else (Reason.BUFFER_CONFLICT,))


def test_a_buffer_may_reach_over_the_day():
    long = [Busy(MIDNIGHT - 60, MIDNIGHT - 30, 0, 540)]  # until 08:30
    assert free(CARE, long) == without("08:00")


def test_a_group_is_joined_until_it_is_full():
    assert free(GROUP, [seated("09:00")]) == EVERY
    assert free(GROUP, [seated("09:00", taken=2)]) == EVERY
    assert free(GROUP, [seated("09:00")] * 3) == without("09:00")
    assert why("09:00", GROUP, [seated("09:00"), seated("09:00", taken=2)]) == (Reason.FULL,)


def test_a_group_is_joined_only_at_its_own_start():
    quarter = ServiceRules("group", duration=30, grid=15, capacity=3)
    assert "09:15" not in free(quarter, [seated("09:00")])
    assert why("09:15", quarter, [seated("09:00")]) == (Reason.BUSY,)


def test_the_strictest_capacity_wins():
    assert free(GROUP, [seated("09:00", capacity=1)]) == without("09:00")
    assert free(GROUP, [seated("09:00", capacity=9, taken=3)]) == without("09:00")
    assert free(GROUP, [seated("09:00", capacity=9), seated("09:00", capacity=2)]) == without("09:00")


def test_a_service_for_one_is_never_joined():
    alone = ServiceRules("group", duration=30, grid=30)
    busy = [seated("09:00", capacity=3, service=alone)]
    assert free(alone, busy) == without("09:00")
    assert why("09:00", alone, busy) == (Reason.BUSY,)


def test_places_kept_for_staff_are_off_the_public_count():
    reserving = ServiceRules("group", duration=30, grid=30, capacity=3, staff_reserved=1)
    two = [seated("09:00", taken=2)]
    assert free(reserving, two) == without("09:00")
    assert why("09:00", reserving, two) == (Reason.FULL,)
    assert free(reserving, two, staff=True) == EVERY
    assert free(reserving, [seated("09:00")]) == EVERY


def test_a_service_wholly_kept_for_staff_has_no_public_start():
    reserving = ServiceRules("group", duration=30, grid=30, capacity=2, staff_reserved=2)
    assert free(reserving) == []
    assert why("09:00", reserving) == (Reason.FULL,)
    assert free(reserving, staff=True) == EVERY
    days = {"first_day": MONDAY, "last_day": MONDAY}
    assert first_offered(NADIA, reserving, (), (), **days, now=MIDNIGHT) is None


def test_a_seat_is_not_refused_by_the_buffers_of_its_own_group():
    buffered = ServiceRules("group", duration=30, grid=30, capacity=3, before=15, after=15)
    assert free(buffered, [seated("09:00", before=15, after=15)]) == without("08:30", "09:30")


def test_a_seat_is_refused_by_another_booking_on_the_same_time():
    clash = [seated("09:00"), Busy(clock("09:15"), clock("09:30"))]
    assert why("09:00", GROUP, clash) == (Reason.BUSY,)
    assert free(GROUP, clash) == without("09:00")


def test_min_notice_and_horizon_clip_patients_and_not_staff():
    now = clock("08:30")
    service = ServiceRules("care", 30, 30, min_notice=60, horizon_days=2)
    week = {"first_day": MONDAY - timedelta(3), "last_day": MONDAY + timedelta(6)}
    starts = offered(NADIA, service, (), (), **week, now=now)
    assert starts[0] == clock("09:30")
    assert starts[-1] == clock("11:30") + 1440  # today and tomorrow
    assert why("09:00", service, now=now) == (Reason.TOO_SOON,)
    assert why("09:30", service, now=now) == ()
    assert verdict(NADIA, service, (), (), start=EIGHT + 2880, now=now).reasons == (Reason.TOO_LATE,)
    assert verdict(NADIA, service, (), (), start=EIGHT + 2880, now=now, staff=True).is_offered
    everything = offered(NADIA, service, (), (), **week, now=now, staff=True)
    assert everything[0] == EIGHT - 3 * 1440
    assert everything[-1] == clock("11:30") + 4 * 1440


def test_a_minute_of_notice_counts():
    service = ServiceRules("care", 30, 30, min_notice=60)
    assert free(service, now=clock("08:00"))[0] == "09:00"
    assert free(service, now=clock("08:01"))[0] == "09:30"


def test_the_horizon_counts_local_days():
    late = day_bounds(MONDAY, BRUSSELS)[0] - 1  # still Sunday in Brussels
    service = ServiceRules("care", 30, 30, horizon_days=2)
    week = {"first_day": MONDAY - timedelta(1), "last_day": MONDAY + timedelta(6)}
    assert offered(NADIA, service, (), (), **week, now=late)[-1] == clock("11:30")
    assert offered(NADIA, service, (), (), **week, now=late + 1)[-1] == clock("11:30") + 1440
    nothing = ServiceRules("care", 30, 30, horizon_days=0)
    assert offered(NADIA, nothing, (), (), **week, now=late) == []


def test_every_reason_of_a_start_is_named_in_order():
    busy = [Busy(clock("09:00"), clock("09:10")), Busy(clock("09:35"), clock("09:50"), 30)]
    found = why("09:05", ServiceRules("care", 30, 30, min_notice=600), busy)
    assert found == (Reason.OFF_GRID, Reason.TOO_SOON, Reason.BUSY, Reason.BUFFER_CONFLICT)


@pytest.mark.parametrize("start", [-(2**63), 0, 2**31, 2**63])
def test_a_start_beyond_all_calendars_is_refused_and_does_not_fail(start):
    found = verdict(NADIA, CARE, (), (), start=start, now=MIDNIGHT)
    assert found.reasons == ((Reason.TOO_LATE,) if start > MIDNIGHT else (Reason.TOO_SOON,))


@pytest.mark.parametrize("staff", [True, False])
def test_days_at_the_ends_of_the_calendar_are_empty_and_do_not_fail(staff):
    for day in (date.min, date.max):
        assert offered(NADIA, CARE, (), (), first_day=day, last_day=day, now=MIDNIGHT, staff=staff) == []
        assert verdicts(NADIA, CARE, (), (), first_day=day, last_day=day, now=MIDNIGHT, staff=staff) == []
    turned = {"first_day": MONDAY, "last_day": MONDAY - timedelta(1)}
    assert offered(NADIA, CARE, (), (), **turned, now=MIDNIGHT, staff=staff) == []
    assert first_offered(NADIA, CARE, (), (), **turned, now=MIDNIGHT, staff=staff) is None
    endless = ServiceRules("care", 30, 30, horizon_days=10**9)
    last = date(2199, 12, 31)
    far = {"first_day": last - timedelta(3), "last_day": date.max}
    starts = offered(NADIA, endless, (), (), **far, now=MIDNIGHT, staff=staff)
    assert datetime.fromtimestamp(starts[-1] * 60, ZoneInfo(BRUSSELS)).date() == last


def test_the_first_offered_start_looks_past_bookings_and_closed_days():
    days = {"first_day": MONDAY, "last_day": MONDAY + timedelta(29), "now": MIDNIGHT}
    assert first_offered(NADIA, CARE, (), (), **days) == EIGHT
    busy = [Busy(MIDNIGHT, MIDNIGHT + 11 * 1440)]  # until Friday week
    assert first_offered(NADIA, CARE, busy, (), **days) == EIGHT + 11 * 1440
    assert first_offered(NADIA, CARE, [Busy(MIDNIGHT, MIDNIGHT + 30 * 1440)], (), **days) is None
    assert first_offered(NADIA, CARE, (), (), **days | {"last_day": MONDAY}) == EIGHT


def test_the_first_offered_start_minds_bookings_a_day_away():
    days = {"first_day": MONDAY, "last_day": MONDAY + timedelta(9), "now": MIDNIGHT}
    assert first_offered(NADIA, CARE, [Busy(EIGHT, EIGHT + 30)], (), **days) == EIGHT + 30
    yesterday = Busy(clock("10:00") - 1470, clock("10:00") - 1440, after=1440)
    assert first_offered(NADIA, CARE, [yesterday], (), **days) == clock("10:00")
    tomorrow = Busy(clock("11:45") + 1440, NOON + 1440, before=1440)
    assert first_offered(NADIA, CARE, [Busy(EIGHT, clock("11:30")), tomorrow], (), **days) == EIGHT + 2880


def test_the_first_offered_start_may_be_the_first_minute_of_the_second_look():
    days = {"first_day": MONDAY, "last_day": MONDAY + timedelta(9), "now": clock("08:59")}
    busy = [Busy(MIDNIGHT, clock("09:00") + 1440)]
    assert first_offered(NADIA, CARE, busy, (), **days) == clock("09:00") + 1440


def test_the_grid_starts_again_at_midnight_next_to_a_booking():
    always = Agenda(
        "always", BRUSSELS, tuple(WeeklyWindow(day, 0, 1440, date(2020, 1, 1)) for day in range(7))
    )
    service, tuesday = ServiceRules("care", duration=30, grid=25), MIDNIGHT + 1440
    busy = [Busy(MIDNIGHT, tuesday - 60), Busy(tuesday + 30, tuesday + 1440)]
    days = {"first_day": MONDAY, "last_day": MONDAY + timedelta(1), "now": MIDNIGHT}
    assert offered(always, service, busy, (), **days) == [tuesday - 40, tuesday - 15, tuesday]


def test_the_last_minute_of_the_horizon_is_offered():
    always = Agenda(
        "always", BRUSSELS, tuple(WeeklyWindow(day, 0, 1440, date(2020, 1, 1)) for day in range(7))
    )
    service = ServiceRules("care", duration=1, grid=1, horizon_days=1)
    days = {"first_day": MONDAY, "last_day": MONDAY + timedelta(3), "now": MIDNIGHT}
    assert offered(always, service, (), (), **days) == list(range(MIDNIGHT, MIDNIGHT + 1440))
    for start, reasons in ((MIDNIGHT + 1439, ()), (MIDNIGHT + 1440, (Reason.TOO_LATE,))):
        assert verdict(always, service, (), (), start=start, now=MIDNIGHT).reasons == reasons


def test_any_agenda_names_who_is_free():
    questions = [(OMAR, CARE, [Busy(EIGHT, NOON - 60)], ()), (NADIA, CARE, [Busy(EIGHT + 30, NOON - 30)], ())]
    days = {"first_day": MONDAY, "last_day": MONDAY, "now": MIDNIGHT}
    expected = {EIGHT: ("nadia",), NOON - 60: ("omar",), NOON - 30: ("nadia", "omar")}
    for order in (questions, questions[::-1]):
        assert list(offered_by_any(order, **days).items()) == list(expected.items())
