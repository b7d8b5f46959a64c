"""What is written as TOML is read back as the same values."""

import tomllib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.practice.toml_text import Rows, dumps

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PLAIN = (
    TEXT
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.dates()
    | st.datetimes()
)
ROW = st.dictionaries(TEXT, PLAIN | st.lists(PLAIN, max_size=2), max_size=3)
TABLES = st.recursive(
    st.dictionaries(
        TEXT, PLAIN | st.lists(PLAIN, max_size=3) | st.lists(ROW, max_size=3).map(Rows), max_size=3
    ),
    lambda inner: st.dictionaries(TEXT, PLAIN | inner | st.lists(inner, min_size=1, max_size=3), max_size=3),
    max_leaves=6,
)


@given(TABLES)
def test_every_table_is_read_back_as_it_was(table):
    text = dumps(table)
    assert tomllib.loads(text) == table
    assert dumps(tomllib.loads(text) if not has_rows(table) else table) == text


def has_rows(value):
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, Rows) or any(has_rows(item) for item in inside)


def test_people_can_read_it():
    table = {
        "name": "Cabinet « Lavande »",
        "access": 'First "floor",\nC:\\lift',
        "days": [date(2026, 1, 5)],
        "hours": Rows([{"day": "monday", "services": ["bilan"]}]),
        "contact": {"phone": "+32"},
        "sites": [{"key": "namur", "name": {"fr": "Namur"}}, {"key": "huy", "open": True}],
        "starts": datetime(2026, 12, 24, 12),
    }
    assert dumps(table) == (
        'name = "Cabinet « Lavande »"\n'
        'access = """\nFirst \\"floor\\",\nC:\\\\lift"""\n'
        "days = [2026-01-05]\n"
        'hours = [\n  { day = "monday", services = ["bilan"] },\n]\n'
        "starts = 2026-12-24T12:00:00\n"
        '\n[contact]\nphone = "+32"\n'
        '\n[[sites]]\nkey = "namur"\n\n[sites.name]\nfr = "Namur"\n'
        '\n[[sites]]\nkey = "huy"\nopen = true\n'
    )


def test_a_value_toml_cannot_say_is_refused():
    with pytest.raises(TypeError, match="NoneType"):
        dumps({"a": None})
