"""How many sessions are used, booked and left, and when reimbursement changes."""

from datetime import date, timedelta

import pytest

from app.booking.budget import Quota, Session, budget

TODAY = date(2026, 11, 26)
COMMON = Quota(per_year=72, tiers=(9, 18), start_within_days=60)


def told(
    *, done=0, booked=0, prescribed=9, elsewhere=0, year=None, on=date(2026, 11, 1), quota=COMMON, today=TODAY
):
    sessions = [Session(today - timedelta(days=n + 1), took_place=True) for n in range(done)]
    sessions += [Session(today + timedelta(days=n + 1), took_place=False) for n in range(booked)]
    return budget(
        prescribed=prescribed,
        prescribed_on=on,
        used_elsewhere=elsewhere,
        sessions=sessions,
        of_the_year=done + booked + elsewhere if year is None else year,
        quota=quota,
        today=today,
    )


def test_used_booked_and_left():
    found = told(done=3, booked=2)
    assert (found.used, found.booked, found.left, found.needs_another) == (3, 2, 4, False)


def test_what_was_had_elsewhere_is_used():
    assert told(done=1, elsewhere=4).left == 4


def test_more_sessions_than_prescribed_leave_nothing_and_never_less():
    found = told(done=12)
    assert (found.left, found.needs_another) == (0, True)


@pytest.mark.parametrize(
    ("year", "tier", "near"),
    [(7, None, 9), (8, None, 9), (9, 9, None), (10, None, 18), (17, None, 18), (18, 18, None)],
)
def test_a_tier_is_told_when_the_next_session_crosses_it_and_before(year, tier, near):
    found = told(prescribed=9, year=year)
    assert (found.number, found.tier) == (year + 1, tier)
    if near is not None:
        assert found.near == near


def test_far_from_a_tier_nothing_is_said():
    assert told(prescribed=3, year=2).near is None


def test_after_the_last_session_of_the_year_nothing_is_reimbursed():
    assert told(year=72).full and not told(year=71).full
    assert not told(year=500, quota=Quota()).full


def test_a_treatment_must_begin_in_time():
    begin = told(on=date(2026, 10, 1))
    assert (begin.start_by, begin.late) == (date(2026, 11, 30), False)
    assert told(on=date(2026, 9, 1)).late
    assert told(
        on=date(2026, 9, 27), booked=1, today=date(2026, 11, 26)
    ).late  # booked for tomorrow: a day too late
    assert told(on=date(2026, 9, 1), done=1).start_by is None
    assert told(on=date(2026, 9, 1), quota=Quota()).start_by is None
