"""What a birthday changes for people acted for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.ages import age_on, birthday, due_birthdays, scopes_of_child

BORN = date(2010, 11, 21)


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 11, 20), 15), (date(2026, 11, 21), 16), (date(2028, 11, 20), 17), (date(2028, 11, 21), 18)],
)
def test_somebody_is_a_year_older_on_the_birthday_and_not_the_day_before(day, age):
    assert age_on(BORN, day) == age


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2026, 11, 20), {"book", "messages", "invoices", "health"}),
        (date(2026, 11, 21), {"book", "messages", "invoices"}),
        (date(2028, 11, 20), {"book", "messages", "invoices"}),
        (date(2028, 11, 21), set()),
    ],
)
def test_sixteen_takes_health_away_and_eighteen_everything(day, may):
    assert set(scopes_of_child(BORN, day)) == may


def test_somebody_born_on_a_leap_day_has_a_birthday_every_year():
    assert birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert birthday(date(2012, 2, 29), 18) == date(2030, 3, 1)


@given(st.dates(date(2008, 1, 1), date(2026, 1, 1)), st.integers(1, 30))
def test_the_birthday_is_the_first_day_of_that_age(born, years):
    day = birthday(born, years)
    assert age_on(born, day) == years
    assert age_on(born, day - timedelta(days=1)) == years - 1


def test_a_birthday_is_told_once_and_not_years_later():
    day = birthday(BORN, 16)
    assert due_birthdays(BORN, day - timedelta(days=1), noted=[12]) == []
    assert due_birthdays(BORN, day, noted=[12]) == [16]
    assert due_birthdays(BORN, day + timedelta(days=20), noted=[12]) == [16]
    assert due_birthdays(BORN, day, noted=[12, 16]) == []
    assert due_birthdays(BORN, day + timedelta(days=31), noted=[12]) == []
