"""How far back a period goes."""

from datetime import date

from app.record import periods


def test_a_period_ends_today_and_counts_today():
    today = date(2026, 11, 20)
    assert periods.first_day("week", today=today) == date(2026, 11, 14)
    assert periods.first_day("all", today=today) is None
    assert list(periods.PERIODS) == ["week", "month", "quarter", "year", "all"]


def test_ten_years_of_days_are_taken_together_and_a_quarter_is_not():
    assert periods.width(3650, 3650) == 28
    assert periods.width(92, 92) == 0
    assert periods.width(366, 366) == 7
