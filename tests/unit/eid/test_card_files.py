"""The files of a card are read strictly: the schema is what tells an identity from whatever else one key signs."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.eid import card_files, photo
from app.eid.card_files import Malformed
from tools.virtual_card.person import PORTRAIT, Person, born, make, tlv

TODAY = dt.date(2026, 11, 20)
CARD = make("v17")


def identity(**changes):
    return card_files.identity(make("v18", Person(**changes)).files["identity"], today=TODAY)


def refused(content, read=card_files.identity, **more):
    with pytest.raises(Malformed):
        read(content, **more)


def test_a_genuine_card_is_read():
    found = identity()
    assert (found.family_name, found.given_names, found.niss) == ("Dupont", "Alice Marie", "85073099635")
    assert found.birth_date == dt.date(1985, 7, 30) and found.sex == "female"
    assert found.valid_until == dt.date(2034, 2, 1) and len(found.photo_hash) == 48
    assert card_files.address(CARD.files["address"]) == card_files.Address(
        "Rue de Fer 12 /3", "5000", "Namur"
    )


def test_a_child_has_a_number_with_a_two_before_it():
    young = born(dt.date(2014, 11, 21))
    assert young["niss"].startswith("141121") and identity(**young).birth_date == dt.date(2014, 11, 21)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30 JUIL 1985", (1985, 7, 30)),
        ("01 JAN  1985", (1985, 1, 1)),
        ("12 MAAR 2001", (2001, 3, 12)),
        ("05 OKT 1999", (1999, 10, 5)),
        ("01.MÄR.1985", (1985, 3, 1)),
        ("24.DEZ.1970", (1970, 12, 24)),
        ("AOUT 1950", (1950, 8, None)),
        ("1950", (1950, None, None)),
        ("       1950", (1950, None, None)),
        ("29 FEV 2000", (2000, 2, 29)),
    ],
)
def test_birth_dates_of_three_languages_are_read_as_far_as_they_are_known(text, found):
    assert card_files.birth(text) == found


@pytest.mark.parametrize(
    "text", ["31 FEV 1985", "30 JULY 1985", "12 1950", "", "30/07/1985", "32 MAI 1990", "29 FEB 1999"]
)
def test_dates_that_are_none_are_refused(text):
    with pytest.raises(Malformed):
        card_files.birth(text)


@pytest.mark.parametrize("tag", sorted(card_files.MANDATORY))
def test_a_signed_file_without_a_mandatory_field_is_refused(tag):
    refused(make("v17", drop_tags=(tag,)).files["identity"], today=TODAY)


@pytest.mark.parametrize(
    "change",
    [
        {"niss": "85073099636"},
        {"niss": "85.07.30-996.35"[:11]},
        {"birth": "31 FEV 1985"},
        {"sex": "X"},
        {"document_type": "abc"},
        {"card_number": "592000000183"},
        {"valid_to": "2034-02-01"},
        {"valid_to": "31.02.2034"},
        {"surname": "Dup\u202eont"},
        {"surname": "Dup\x00ont"},
        {"given_names": "Al\ue000ice"},
        {"surname": "x" * 111},
    ],
)
def test_a_signed_file_that_says_what_no_card_says_is_refused(change):
    refused(make("v17", Person(**change)).files["identity"], today=TODAY)


def test_fields_in_another_order_twice_or_behind_the_end_are_refused():
    good = CARD.files["identity"]
    assert card_files.identity(good, today=TODAY)  # the control
    assert card_files.identity(good + b"\x00" * 40, today=TODAY)  # zeros at the end are nothing
    refused(good + b"\x00" * 40 + b"\x01", today=TODAY)
    refused(good + tlv(0x12, b"0"), today=TODAY)
    refused(good[3:] + good[:3], today=TODAY)
    refused(good[:-1], today=TODAY)
    refused(b"\x01\x81\x05" + good, today=TODAY)
    refused(good + b"\x40\x00", today=TODAY)


def test_an_address_with_its_signature_is_no_identity():
    """One key signs both: identity := address and signature would pass the check of the signature."""
    refused(CARD.files["address"].rstrip(b"\x00") + CARD.files["identity_signature"], today=TODAY)
    refused(CARD.files["identity"], read=card_files.address)


def test_an_address_may_be_empty_and_no_more_than_three_fields():
    empty = tlv(1, b"") + tlv(2, b"") + tlv(3, b"")
    assert card_files.address(empty + b"\x00" * 100) == card_files.Address("", "", "")
    refused(empty[:-2], read=card_files.address)
    refused(empty + tlv(4, b"x"), read=card_files.address)
    refused(tlv(1, b"x" * 81) + empty[2:], read=card_files.address)


@given(st.binary(max_size=400))
def test_random_bytes_are_malformed_and_nothing_worse(content):
    for read in (lambda: card_files.identity(content, today=TODAY), lambda: card_files.address(content)):
        try:
            read()
        except Malformed:
            continue


@given(st.integers(0, len(CARD.files["identity"]) - 1), st.integers(0, 255))
def test_one_changed_byte_is_read_or_malformed_and_nothing_worse(at, value):
    changed = bytearray(CARD.files["identity"])
    changed[at] = value
    try:
        card_files.identity(bytes(changed), today=TODAY)
    except Malformed:
        return


def test_a_photo_is_a_small_plain_picture():
    assert photo.is_plain_jpeg(PORTRAIT)
    for wrong in (
        b"",
        PORTRAIT[:-2],
        PORTRAIT + b"<script>",
        b"GIF89a" + PORTRAIT,
        PORTRAIT.replace(b"\xff\xc0", b"\xff\xc8", 1),
        PORTRAIT[: PORTRAIT.index(b"\xff\xc0") + 5]
        + b"\xff\xff"
        + PORTRAIT[PORTRAIT.index(b"\xff\xc0") + 7 :],
    ):
        assert not photo.is_plain_jpeg(wrong)


@given(st.binary(max_size=300))
def test_random_bytes_are_no_photo(content):
    assert not photo.is_plain_jpeg(b"\xff\xd8" + content)
