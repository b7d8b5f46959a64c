"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record import numbers


@pytest.mark.parametrize(
    ("text", "decimals", "value"),
    [
        ("72,4", 1, 724), ("72.4", 1, 724), (" 72 ", 1, 720), ("72,45", 1, 725), ("72,44", 1, 724),
        ("1 234,5", 1, 12345), ("1\u202f234", 0, 1234), ("10.000", 0, 10_000), ("10,000", 0, 10_000),
        ("1'234", 0, 1234), ("4,56", 2, 456), ("0", 0, 0), ("128", 0, 128), ("0,05", 1, 1),
    ],
)  # fmt: skip
def test_what_is_a_number_becomes_a_whole_one(text, decimals, value):
    assert numbers.read(text, decimals=decimals) == value


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "nan", "inf", "-inf", "1e999", "1e3", "-3", "+3", "3-", "72,4,1", "0x10", "1_000", "٧٢", "ten", "5 kg",
     "9" * 17, "12345678", ",5", "5,", "<b>", "1/2"],
)  # fmt: skip
def test_everything_else_is_none(text):
    assert numbers.read(text, decimals=1) is None


@given(st.text(max_size=40), st.integers(0, 2))
def test_no_text_at_all_breaks_it(text, decimals):
    found = numbers.read(text, decimals=decimals)
    assert found is None or 0 <= found < 10**10


@given(st.integers(0, 10**6), st.integers(0, 2))
def test_what_is_written_plainly_is_read_back(value, decimals):
    assert numbers.read(numbers.plain(value, decimals=decimals), decimals=decimals) == value


def test_a_mean_is_rounded_half_up_and_of_nothing_there_is_none():
    assert numbers.average(3, 2) == 2 and numbers.average(10, 4) == 3 and numbers.average(0, 0) is None
