"""Numbers of invoices, structured communications and typed amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.numbers import MOST_CENTS, cents_of, is_reference, reference, shown_number, shown_reference


def test_a_reference_is_ten_digits_and_their_remainder():
    assert reference(2026, 42) == "202600004236"
    assert shown_reference("202600004236") == "+++202/6000/04236+++"
    assert shown_number(2026, 42) == "2026-0042"
    assert is_reference("+++090/9337/55493+++")  # an example of the banks
    assert not is_reference("+++090/9337/55494+++") and not is_reference("") and not is_reference("x" * 12)


@given(st.integers(2020, 2099), st.integers(1, 999_999))
def test_every_reference_proves_itself_and_no_two_are_alike(year, number):
    made = reference(year, number)
    assert len(made) == 12 and is_reference(shown_reference(made))
    assert made[10:] != "00" and reference(year, number + 1) != made


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("45", 4500),
        ("45,50", 4550),
        (" 1 250,00 € ", 125_000),
        ("1.250,00", 125_000),
        ("45.50 euros", 4550),
        ("€ 5", 500),
    ],
)
def test_amounts_as_people_type_them(typed, cents):
    assert cents_of(typed) == cents


@pytest.mark.parametrize(
    "typed", ["", "0", "0,00", "-5", "45,5", "12,345", "quarante", "1e9", "99999999", "٤٥", "<b>"]
)
def test_what_is_no_amount(typed):
    assert cents_of(typed) is None


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_none(text):
    found = cents_of(text)
    assert found is None or 0 < found <= MOST_CENTS
