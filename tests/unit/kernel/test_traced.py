"""What the log keeps of an error."""

import peewee as pw

from app.kernel.errors import traced

SAID = (
    'duplicate key value violates unique constraint "account_email"\n'
    "DETAIL:  Key (email)=(alice@example.be) already exists."
)


def broken():
    try:
        raise ValueError(SAID)
    except ValueError as inner:
        raise pw.IntegrityError(SAID) from inner


def test_the_values_of_a_row_are_left_out_and_the_place_is_not():
    try:
        broken()
    except pw.IntegrityError as error:
        told = traced(error)
    assert "alice" not in told
    assert 'IntegrityError: duplicate key value violates unique constraint "account_email"' in told
    assert "in broken" in told and "ValueError" in told


def test_an_error_without_words_is_told_too():
    assert traced(KeyError()).endswith("KeyError:")
