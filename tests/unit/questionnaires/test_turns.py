"""When a questionnaire that was answered is asked again."""

from datetime import date

import pytest

from app.questionnaires.turns import EVERY_TIME, NEVER, is_due

JANUARY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("months", "today", "due"),
    [
        (NEVER, date(2036, 1, 31), False),
        (EVERY_TIME, JANUARY, True),
        (3, date(2026, 4, 29), False),
        (3, date(2026, 4, 30), True),  # April has no 31st
        (12, date(2027, 1, 30), False),
        (12, date(2027, 1, 31), True),
        (24, date(2027, 12, 31), False),
        (24, date(2028, 1, 31), True),
    ],
)
def test_the_same_day_so_many_months_on(months, today, due):
    assert is_due(JANUARY, months, today=today) is due


def test_thirteen_months_from_a_leap_day_end_in_march():
    assert not is_due(date(2028, 2, 29), 12, today=date(2029, 2, 27))
    assert is_due(date(2028, 2, 29), 12, today=date(2029, 2, 28))
