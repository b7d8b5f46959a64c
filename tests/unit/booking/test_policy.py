"""Deadlines on the wall clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.booking.policy import deadline

BRUSSELS = ZoneInfo("Europe/Brussels")


def minutes(*when: int) -> int:
    return int(datetime(*when, tzinfo=BRUSSELS).timestamp() // 60)


def test_a_day_before_is_the_same_hour_the_day_before():
    assert deadline(minutes(2026, 11, 24, 14, 30), 1440, "Europe/Brussels") == minutes(2026, 11, 23, 14, 30)


def test_a_day_before_stays_the_same_hour_when_the_clocks_change():
    after_spring = minutes(2027, 3, 28, 14, 30)
    assert deadline(after_spring, 1440, "Europe/Brussels") == minutes(2027, 3, 27, 14, 30)
    assert after_spring - deadline(after_spring, 1440, "Europe/Brussels") == 1440 - 60


def test_hours_are_hours():
    start = minutes(2026, 11, 24, 14, 30)
    assert deadline(start, 120, "Europe/Brussels") == minutes(2026, 11, 24, 12, 30)
