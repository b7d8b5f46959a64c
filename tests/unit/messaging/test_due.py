"""When reminders and lists are due: by the clock on the wall, across both changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.clock import local, to_minutes
from app.messaging import due

BRUSSELS = "Europe/Brussels"
DAY = due.DAY


def at(text, zone=BRUSSELS, fold=0):
    """Minutes since 1970 of «2027-03-28 10:00» on the wall."""
    return to_minutes(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


def wall(minutes, zone=BRUSSELS):
    return f"{local(minutes, zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("visit", "lead", "expected"),
    [
        ("2026-11-24 14:30", DAY, "2026-11-23 14:30"),
        ("2026-11-24 14:30", 7 * DAY, "2026-11-17 14:30"),
        ("2026-11-24 14:30", 240, "2026-11-24 10:30"),
        # 28 March 2027: two o'clock becomes three; the days before and after have 24 and 23 hours
        ("2027-03-28 10:00", DAY, "2027-03-27 10:00"),
        ("2027-03-29 10:00", DAY, "2027-03-28 10:00"),
        ("2027-03-29 02:30", DAY, "2027-03-28 03:30"),  # an hour that does not exist is the one after it
        ("2027-03-30 08:00", 3 * DAY, "2027-03-27 08:00"),
        ("2027-03-28 04:00", 120, "2027-03-28 01:00"),  # elapsed, not on the wall
        # 25 October 2026 and 31 October 2027: three o'clock becomes two
        ("2026-10-25 10:00", DAY, "2026-10-24 10:00"),
        ("2026-10-26 10:00", DAY, "2026-10-25 10:00"),
        ("2026-10-26 02:30", DAY, "2026-10-25 02:30"),
        ("2027-10-31 10:00", DAY, "2027-10-30 10:00"),
        (
            "2026-10-25 03:30",
            120,
            "2026-10-25 02:30",
        ),  # two hours earlier the clock said the same for the first time
    ],
)
def test_days_keep_the_hour_on_the_wall_and_hours_elapse(visit, lead, expected):
    if lead % DAY:
        assert due.due_at(at(visit), lead, BRUSSELS) == at(visit) - lead
    assert wall(due.due_at(at(visit), lead, BRUSSELS)) == expected


@pytest.mark.parametrize(
    ("visit", "hours"),
    [("2027-03-28 10:00", 23), ("2026-10-25 10:00", 25), ("2026-11-24 10:00", 24)],
)
def test_the_day_before_is_as_long_as_that_day(visit, hours):
    assert at(visit) - due.due_at(at(visit), DAY, BRUSSELS) == hours * 60


def test_an_hour_that_comes_twice_is_told_once():
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1)
    assert second - first == 60  # the control: two different visits
    assert due.due_at(second, DAY, BRUSSELS) == due.due_at(first, DAY, BRUSSELS) == at("2026-10-24 02:30")


def test_the_wall_is_that_of_the_place():
    visit = at("2027-03-14 10:00", "America/New_York")  # their clocks change a fortnight earlier
    assert wall(due.due_at(visit, DAY, "America/New_York"), "America/New_York") == "2027-03-13 10:00"
    assert visit - due.due_at(visit, DAY, "America/New_York") == 23 * 60


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(
        lambda day: to_minutes(day.replace(tzinfo=UTC))
    ),
    st.sampled_from(due.LEADS),
)
def test_it_is_always_before_the_visit_and_never_off_by_more_than_the_hour_of_the_change(visit, lead):
    found = due.due_at(visit, lead, BRUSSELS)
    assert abs((visit - found) - lead) <= 60
    assert found < visit
    quiet = due.by_day(found, BRUSSELS)
    assert quiet <= found and not due._is_night(local(quiet, BRUSSELS))


# ---- what leaves now --------------------------------------------------------------------------------------------


def lead_due(visit, now, *, leads=(DAY,), heard="2026-01-01 00:00", since="2026-01-01 00:00", **more):
    return due.lead_due(
        at(visit), leads, zone_name=BRUSSELS, heard=at(heard), since=at(since), now=at(now), **more
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23 14:29", None),
        ("2026-11-23 14:30", DAY),
        ("2026-11-23 23:00", DAY),  # a worker that was away still tells
        ("2026-11-24 14:29", DAY),
        ("2026-11-24 14:30", None),  # the visit has begun
        ("2026-11-25 09:00", None),
    ],
)
def test_a_reminder_leaves_from_its_time_until_the_visit(now, expected):
    assert lead_due("2026-11-24 14:30", now) == expected


def test_of_several_that_are_late_the_nearest_alone_leaves():
    leads = (7 * DAY, DAY)
    assert lead_due("2026-11-24 14:30", "2026-11-20 08:00", leads=leads) == 7 * DAY
    assert lead_due("2026-11-24 14:30", "2026-11-24 08:00", leads=leads) == DAY


@pytest.mark.parametrize(
    ("heard", "expected"),
    [("2026-11-23 11:30", DAY), ("2026-11-23 11:31", None), ("2026-11-24 09:00", None)],
)
def test_whoever_has_just_booked_is_not_reminded(heard, expected):
    assert lead_due("2026-11-24 14:30", "2026-11-24 10:00", heard=heard) == expected


def test_what_was_due_before_a_lead_was_chosen_is_not_made_up_for():
    assert lead_due("2026-11-24 14:30", "2026-11-24 10:00", since="2026-11-23 14:31") is None
    assert lead_due("2026-11-24 14:30", "2026-11-24 10:00", since="2026-11-23 14:30") == DAY


@pytest.mark.parametrize(
    ("visit", "lead", "expected"),
    [
        ("2026-11-24 09:00", 120, "2026-11-23 20:00"),  # seven in the morning: the evening before
        ("2026-11-24 10:00", 120, "2026-11-24 08:00"),
        ("2026-11-24 22:00", DAY, "2026-11-23 20:00"),
        ("2026-11-24 14:00", DAY, "2026-11-23 14:00"),
        ("2027-03-28 09:00", 120, "2027-03-27 20:00"),
    ],
)
def test_nothing_rings_at_night(visit, lead, expected):
    assert wall(due.by_day(due.due_at(at(visit), lead, BRUSSELS), BRUSSELS)) == expected


@pytest.mark.parametrize(
    ("told", "visit", "expected"),
    [
        ("2026-11-23 22:30", "2026-11-24 14:00", "2026-11-24 08:00"),
        ("2026-11-24 03:00", "2026-11-24 10:00", "2026-11-24 08:00"),
        ("2027-03-27 23:00", "2027-03-30 09:00", "2027-03-28 08:00"),
        (
            "2026-11-24 03:00",
            "2026-11-24 09:59",
            "2026-11-24 03:00",
        ),  # whoever comes that early would not hear of it
        ("2026-11-23 22:30", "2026-11-23 23:00", "2026-11-23 22:30"),
        ("2026-11-24 08:00", "2026-11-24 14:00", "2026-11-24 08:00"),
        ("2026-11-24 20:59", "2026-11-25 14:00", "2026-11-24 20:59"),  # the control: by day it rings at once
    ],
)
def test_what_changes_at_night_rings_in_the_morning(told, visit, expected):
    assert wall(due.by_morning(at(told), at(visit), BRUSSELS)) == expected


def test_a_late_one_waits_for_the_morning():
    night = {"leads": (DAY,), "quiet_at_night": True}
    assert lead_due("2026-11-24 14:30", "2026-11-24 03:00", **night) is None
    assert lead_due("2026-11-24 14:30", "2026-11-24 08:00", **night) == DAY
    assert lead_due("2026-11-24 14:30", "2026-11-24 03:00") == DAY  # the control: a mail does not ring


# ---- the list of the week ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-22 16:59", None),
        ("2026-11-22 17:00", "2026-11-22 17:00"),
        ("2026-11-23 09:00", "2026-11-22 17:00"),
        ("2026-11-24 17:01", None),  # a list of the week is no news in the middle of it
        ("2026-10-25 17:00", "2026-10-25 17:00"),  # the day of 25 hours
        ("2027-03-28 17:00", "2027-03-28 17:00"),
        ("2026-10-26 16:00", "2026-10-25 17:00"),
    ],
)
def test_lists_leave_on_sunday_afternoon(now, expected):
    found = due.list_due(datetime.fromtimestamp(at(now) * 60, UTC))
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == expected


def test_in_a_year_there_are_as_many_lists_as_sundays():
    moment, found = datetime(2026, 1, 1, tzinfo=UTC), set()
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        found.add(due.list_due(moment))
        moment += timedelta(minutes=30)
    assert len(found - {None}) == 52


def test_a_practices_folder_knows_the_same_leads():
    from app.practice.folder import reminders

    assert tuple(reminders.LEADS.values()) == due.LEADS and reminders.MOST == due.MOST
