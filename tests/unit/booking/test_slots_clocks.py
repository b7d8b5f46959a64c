"""Slots across daylight saving: hours are wall clock, durations are minutes that pass."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.booking.slots import (
    Agenda,
    Busy,
    Reason,
    ServiceRules,
    WeeklyWindow,
    day_bounds,
    local_day,
    offered,
    verdict,
)

BRUSSELS = "Europe/Brussels"
SPRING = (date(2026, 3, 29), date(2027, 3, 28))
AUTUMN = (date(2026, 10, 25), date(2027, 10, 31))


def agenda_open(*hours, zone=BRUSSELS):
    spans = [tuple(int(part[:2]) * 60 + int(part[3:]) for part in each.split("-")) for each in hours]
    return Agenda(
        "nadia", zone, tuple(WeeklyWindow(day, *span, date(2020, 1, 1)) for day in range(7) for span in spans)
    )


def at(day, clock, zone=BRUSSELS, fold=0):
    hour, minute = clock.split(":")
    local = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=ZoneInfo(zone), fold=fold)
    return int(local.timestamp()) // 60


def clocks(starts, zone=BRUSSELS):
    return [
        datetime.fromtimestamp(start * 60, UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M")
        for start in starts
    ]


def on(day, agenda, busy=(), *, duration=30, grid=30, **rules):
    service = ServiceRules("care", duration, grid, **rules)
    return offered(agenda, service, busy, (), first_day=day, last_day=day, now=0, staff=True)


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
def test_the_day_of_a_change_has_the_hours_of_any_other_day(day):
    agenda = agenda_open("08:00-10:00", "13:00-14:00")
    expected = ["08:00", "08:30", "09:00", "09:30", "13:00", "13:30"]
    assert clocks(on(day, agenda)) == clocks(on(day - timedelta(7), agenda)) == expected


@pytest.mark.parametrize(
    ("day", "hours"),
    [(SPRING[0], 23), (SPRING[1], 23), (AUTUMN[0], 25), (AUTUMN[1], 25), (date(2026, 10, 26), 24)],
)
def test_a_day_lasts_from_one_midnight_to_the_next(day, hours):
    start, end = day_bounds(day, BRUSSELS)
    assert end - start == hours * 60
    assert (start, end) == (at(day, "00:00"), at(day + timedelta(1), "00:00"))
    assert (local_day(start - 1, BRUSSELS), local_day(start, BRUSSELS)) == (day - timedelta(1), day)
    assert (local_day(end - 1, BRUSSELS), local_day(end, BRUSSELS)) == (day, day + timedelta(1))


@pytest.mark.parametrize("day", SPRING)
def test_in_spring_a_wall_time_that_does_not_exist_is_not_offered(day):
    starts = on(day, agenda_open("01:00-04:00"))
    assert clocks(starts) == ["01:00", "01:30", "03:00", "03:30"]
    assert starts == [starts[0] + 30 * n for n in range(4)]


@pytest.mark.parametrize("day", SPRING)
@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("02:00-03:00", []),
        ("02:15-02:45", []),
        ("01:00-02:30", ["01:00", "01:30"]),  # until the change, which is 03:00 summer time
        ("02:30-04:00", ["03:00", "03:30"]),
    ],
)
def test_in_spring_hours_in_the_missing_hour_shrink(day, hours, expected):
    assert clocks(on(day, agenda_open(hours))) == expected


@pytest.mark.parametrize("day", AUTUMN)
def test_in_autumn_every_wall_time_is_offered_once_and_first(day):
    starts = on(day, agenda_open("01:00-04:00"))
    assert clocks(starts) == ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]
    assert starts[3] == at(day, "02:30", fold=0)
    assert starts[4] - starts[3] == 90


@pytest.mark.parametrize("day", AUTUMN)
def test_in_autumn_the_repeated_hour_passes_and_is_no_place_for_a_start(day):
    agenda, service = agenda_open("01:00-04:00"), ServiceRules("care", 30, 30)
    for again in (at(day, "02:00", fold=1), at(day, "02:30", fold=1)):
        assert verdict(agenda, service, (), (), start=again, now=0, staff=True).reasons == (Reason.OFF_GRID,)
    # Ninety minutes from 02:30 last until 03:00 winter time, and leave 03:00 free.
    taken = [Busy(at(day, "02:30"), at(day, "02:30") + 90)]
    assert clocks(on(day, agenda, taken)) == ["01:00", "01:30", "02:00", "03:00", "03:30"]


@pytest.mark.parametrize("day", AUTUMN)
@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("01:00-02:30", ["01:00", "01:30", "02:00"]),
        ("01:00-02:59", ["01:00", "01:30", "02:00"]),
        ("01:00-03:00", ["01:00", "01:30", "02:00", "02:30"]),
        ("02:30-03:30", ["02:30", "03:00"]),
    ],
)
def test_in_autumn_hours_end_at_the_first_occurrence(day, hours, expected):
    assert clocks(on(day, agenda_open(hours))) == expected


@pytest.mark.parametrize("day", AUTUMN)
def test_in_autumn_hours_that_run_past_the_repeated_hour_last_an_hour_longer(day):
    agenda = agenda_open("01:00-03:00")
    assert clocks(on(day, agenda, duration=180)) == ["01:00"]
    assert clocks(on(day - timedelta(7), agenda, duration=180)) == []


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
@pytest.mark.parametrize(("grid", "offset"), [(25, 0), (35, 10), (90, 0), (420, 30)])
def test_the_grid_counts_from_local_midnight_on_both_sides_of_the_change(day, grid, offset):
    starts = on(day, agenda_open("04:00-24:00"), duration=5, grid=grid, grid_offset=offset)
    minutes = [int(clock[:2]) * 60 + int(clock[3:]) for clock in clocks(starts)]
    assert minutes == [minute for minute in range(offset % grid, 1440, grid) if 240 <= minute <= 1435]


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
def test_no_two_starts_of_a_day_and_night_overlap(day):
    starts = on(day, agenda_open("00:00-24:00"))
    assert len(starts) == (46 if day in SPRING else 48)
    assert all(late - early >= 30 for early, late in zip(starts, starts[1:], strict=False))


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Santiago", date(2026, 9, 6), "01:00"),  # midnight does not exist
        ("Asia/Beirut", date(2026, 3, 29), "01:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "00:00"),
    ],
)
def test_zones_that_change_at_midnight_or_by_half_an_hour(zone, day, first):
    starts = on(day, agenda_open("00:00-04:00", zone=zone))
    assert clocks(starts, zone)[0] == first
    assert starts[0] == day_bounds(day, zone)[0]
    assert clocks(starts, zone)[-1] == "03:30"


def test_a_day_that_a_zone_skipped_is_empty():
    apia, skipped = "Pacific/Apia", date(2011, 12, 30)
    start, end = day_bounds(skipped, apia)
    assert start == end
    assert on(skipped, agenda_open("08:00-10:00", zone=apia)) == []


def test_hours_up_to_a_midnight_that_comes_twice_go_on_into_the_next_day():
    """In Beirut the clocks of 24 October 2026 go from 24:00 back to 23:00."""
    beirut, day = "Asia/Beirut", date(2026, 10, 24)
    starts = on(day, agenda_open("00:00-24:00", zone=beirut), duration=120, grid=60)
    assert clocks(starts, beirut)[-2:] == ["22:00", "23:00"]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    day=st.sampled_from([*SPRING, *AUTUMN]),
    start=st.integers(240, 1435),
    length=st.integers(5, 700),
    duration=st.integers(1, 90),
    grid=st.sampled_from((5, 7, 15, 20, 25, 60)),
    buffers=st.tuples(st.sampled_from((0, 10)), st.sampled_from((0, 20))),
    bookings=st.lists(st.tuples(st.integers(200, 1400), st.integers(5, 90)), max_size=3),
)
def test_whatever_the_hours_outside_the_change_the_wall_times_are_the_same(
    day, start, length, duration, grid, buffers, bookings
):
    window = (WeeklyWindow(6, start, min(1440, start + length), date(2020, 1, 1)),)
    listed = []
    for sunday in (day, day - timedelta(7)):
        noon = at(sunday, "12:00")
        busy = [Busy(noon - 720 + minute, noon - 720 + minute + minutes) for minute, minutes in bookings]
        service = {"duration": duration, "grid": grid, "before": buffers[0], "after": buffers[1]}
        listed.append(clocks(on(sunday, Agenda("nadia", BRUSSELS, window), busy, **service)))
    assert listed[0] == listed[1]
