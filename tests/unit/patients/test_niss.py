"""Belgian national numbers: those people have, and the ways they are mistyped."""

from datetime import date

import pytest
import stdnum.be.ssn
from hypothesis import given
from hypothesis import strategies as st

from app.patients.niss import Wrong, WrongNiss, grouped, masked, parse

TODAY = date(2026, 11, 20)
# fictitious: serials from 991 on are practically unused
VALID = {
    "85.07.30-994.37": (date(1985, 7, 30), False),
    "85.07.30-993.38": (date(1985, 7, 30), False),
    "10.02.14-991.06": (date(2010, 2, 14), False),
    "14.11.21-992.39": (date(2014, 11, 21), False),
    "78.00.00-993.63": (None, False),
    "90.43.05-992.79": (date(1990, 3, 5), True),
    "90.23.05-991.37": (date(1990, 3, 5), True),
    "03.45.01-991.65": (date(2003, 5, 1), True),
}


@pytest.mark.parametrize(("text", "known"), list(VALID.items()))
def test_numbers_people_have(text, known):
    found = parse(text, today=TODAY)
    assert (found.birth_date, found.is_bis) == known
    assert grouped(found.digits) == text


@pytest.mark.parametrize(
    "text",
    [
        "85073099437",
        "85 07 30 994 37",
        "85/07/30-994/37",
        "85.07.30\u2013994.37",
        " 85\u00a007\u00a030 99437 ",
    ],
)
def test_however_they_are_written(text):
    assert parse(text, today=TODAY).digits == "85073099437"


WRONG = {
    "": Wrong.MISSING, " -. ": Wrong.MISSING, "850730994": Wrong.LENGTH, "850730994370": Wrong.LENGTH,
    "abc": Wrong.LENGTH, "85073099437x": Wrong.LENGTH, "٨٥٠٧٣٠٩٩٤٣٧": Wrong.LENGTH, "85.07.30-994.38": Wrong.CHECKSUM,
    "00000000000": Wrong.CHECKSUM,
}  # fmt: skip


@pytest.mark.parametrize(("text", "wrong"), list(WRONG.items()))
def test_how_they_are_mistyped(text, wrong):
    with pytest.raises(WrongNiss) as refused:
        parse(text, today=TODAY)
    assert refused.value.wrong is wrong
    assert "85" not in str(refused.value)  # the number itself is in no message and no log


def made(nine: str, *, century: int = 1900) -> str:
    return f"{nine}{97 - int(('2' if century == 2000 else '') + nine) % 97:02d}"


@pytest.mark.parametrize(
    ("nine", "wrong"),
    [("850730000", Wrong.SERIAL), ("850730999", Wrong.SERIAL), ("850231001", Wrong.DATE), ("851301001", Wrong.DATE),
     ("850732001", Wrong.DATE), ("859901001", Wrong.DATE), ("850099001", Wrong.DATE)],
)  # fmt: skip
def test_a_right_checksum_is_not_enough(nine, wrong):
    with pytest.raises(WrongNiss) as refused:
        parse(made(nine), today=TODAY)
    assert refused.value.wrong is wrong


def test_nobody_is_born_tomorrow():
    with pytest.raises(WrongNiss):
        parse(made("261121001", century=2000), today=TODAY)
    assert parse(made("261120001", century=2000), today=TODAY).birth_date == TODAY


@given(st.sampled_from(list(VALID)), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_seen_or_is_another_persons_number(text, place, step):
    digits = [c for c in text if c.isdigit()]
    digits[place] = str((int(digits[place]) + step) % 10)
    try:
        parse("".join(digits), today=TODAY)
    except WrongNiss:
        return
    assert stdnum.be.ssn.is_valid("".join(digits))  # the second opinion agrees: a number somebody may have


@given(st.text(max_size=40))
def test_nothing_typed_breaks_it(text):
    try:
        found = parse(text, today=TODAY)
    except WrongNiss:
        return
    assert stdnum.be.ssn.is_valid(found.digits)


def test_a_masked_number_tells_little():
    assert masked("85073099437") == "85.07.**-***.**"
