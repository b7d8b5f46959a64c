"""Telephone numbers as people write them, and what of them a provider dials."""

import pytest

from app.messaging import phones


@pytest.mark.parametrize(
    ("written", "country", "dialled"),
    [
        ("0470 12 34 56", None, "+32470123456"),
        ("0470/12.34.56", "BE", "+32470123456"),
        ("+32 470 12 34 56", None, "+32470123456"),
        ("0032470123456", None, "+32470123456"),
        ("+32 (0)470 12 34 56", None, "+32470123456"),
        ("+33 6 12 34 56 78", "BE", "+33612345678"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("0470 12 34 56", "FR", "+32470123456"),  # lives in Lille, has a Belgian telephone
        ("06 12345678", "NL", "+31612345678"),
        ("+49 1512 3456789", None, "+4915123456789"),
        ("+352 621 123 456", None, "+352621123456"),
        ("081 22 33 44", None, None),  # on a wall in Namur
        ("+32 81 22 33 44", None, None),
        ("112", None, None),
        ("0470 12 34", None, None),
        ("", None, None),
        (None, None, None),
        ("call me", None, None),
        ("+32470123456,+32470123457", None, None),
        ("0470123456" * 40, None, None),
        ("٠٤٧٠١٢٣٤٥٦", None, "+32470123456"),  # digits are digits
    ],
)
def test_a_number_is_dialled_in_one_way_or_not_at_all(written, country, dialled):
    assert phones.mobile(written, country) == dialled
