"""Years of values in one picture: what the database takes together is what the values say, and nothing odd is lost."""

import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from app.kernel.db import connection
from app.kernel.tenancy import account_context
from app.record import lines, pictures, queries
from app.record.kinds import KINDS
from app.record.models import Observation
from app.record.queries import Own
from tests.integration.record.world import measurer, note, subject
from tests.people import NOW

DAYS = 3650


@pytest.fixture
def alice(practice):
    return measurer(practice)


def measured(account, kind, values, *, seconds=None, dependant=None):
    """One value of a file a day, the last of them now."""
    pairs = zip(values, seconds or [None] * len(values), strict=True)
    rows = [
        {
            "kind": kind,
            "value": value,
            "second": second,
            "dependant": dependant,
            "source": "file",
            "at": (at := NOW - timedelta(days=len(values) - 1 - day)),
            "created_at": at,
        }
        for day, (value, second) in enumerate(pairs)
    ]
    with connection(), account_context(account):
        for begin in range(0, len(rows), 300):
            Observation.insert_many(rows[begin : begin + 300]).execute()


def mean(values):
    return int((Decimal(sum(values)) / len(values)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def picture(account, kind, *, period="all"):
    with connection():
        return pictures.of(Own(subject(account), kind), KINDS[kind], period=period, goals=[], now=NOW)


def together(values, days):
    """(mean, least, most) of so many days each."""
    groups = [values[begin : begin + days] for begin in range(0, len(values), days)]
    return [(mean(one), min(one), max(one)) for one in groups]


def test_both_numbers_of_a_pair_are_taken_together_and_their_figures_are_those_of_all_values(alice):
    upper = [110 + day * 31 % 60 for day in range(900)]
    lower = [60 + day * 17 % 40 for day in range(900)]
    measured(alice, "blood-pressure", upper, seconds=lower)
    with connection():
        points = lines.over_time(Own(subject(alice), "blood-pressure"), since=None)
    assert points.days == 7
    assert [mark[1:] for mark in points.marks] == together(upper, 7)
    assert [mark[1:] for mark in points.second] == together(lower, 7)
    found = points.figures
    assert (found.count, found.first, found.last) == (900, NOW - timedelta(days=899), NOW)
    assert (found.mean, found.least, found.most) == (mean(upper), min(upper), max(upper))
    assert (found.second_mean, found.second_least, found.second_most) == (mean(lower), min(lower), max(lower))


def test_one_odd_day_of_ten_years_stands_in_the_picture_and_in_its_table(alice):
    values = [700 + day % 40 for day in range(DAYS)]
    values[1234], values[2345] = 1500, 320
    measured(alice, "weight", values)
    found = picture(alice, "weight")
    (line,) = found.chart.lines
    (low_y, low), (high_y, high) = found.chart.across[0], found.chart.across[-1]
    edge = [float(pair.split()[1]) for pair in re.split("[ML]", line.spread.rstrip("Z"))[1:]]
    drawn = [low + (float(low_y) - y) / (float(low_y) - float(high_y)) * (high - low) for y in edge]
    assert abs(max(drawn) - 1500) < 5 and abs(min(drawn) - 320) < 5
    assert len(found.rows) == len(together(values, found.days)) <= 132
    assert [row.most for row in found.rows].count("150,0\u00a0kg") == 1
    assert [row.least for row in found.rows].count("32,0\u00a0kg") == 1


@pytest.mark.parametrize(("values", "days"), [(132, 0), (133, 7)])
def test_as_many_values_as_can_be_told_apart_are_points_of_their_own(alice, values, days):
    measured(alice, "weight", [700 + day for day in range(values)])
    found = picture(alice, "weight")
    assert found.days == days and found.figures.count == values
    if not days:
        assert len(found.chart.lines[0].path.split("L")) == values


def test_stretches_without_a_value_are_left_out_and_each_stands_where_its_days_begin(alice):
    measured(alice, "weight", [700 + day for day in range(200)])
    early = NOW - timedelta(days=199 + 3160)
    with connection(), account_context(alice):
        Observation.create(kind="weight", value=650, at=early, created_at=early)
    found = picture(alice, "weight")
    with connection():
        marks = lines.over_time(Own(subject(alice), "weight"), since=None).marks
    starts = [(mark.at - marks[0].at) / 1440 for mark in marks]
    assert found.days == 28 and starts == [0, *(28 * stretch for stretch in range(112, 120))]
    assert marks[0][1:] == (650, 650, 650) and marks[1].low == 700 and marks[-1].high == 899
    assert len(found.rows) == len(marks) and found.figures.count == 201


def test_a_period_counts_its_own_days_alone(alice):
    measured(alice, "weight", [700 + day for day in range(400)])
    found = picture(alice, "weight", period="week")
    assert (found.figures.count, found.figures.least, found.figures.most) == (7, 1093, 1099)
    assert picture(alice, "height").chart is None


def test_the_newest_of_each_kind_is_found_among_many_and_a_child_s_stays_apart(alice):
    measured(alice, "weight", [700 + day for day in range(200)])
    measured(alice, "heart-rate", [60 + day % 9 for day in range(50)])
    child = subject(alice, alice.id)  # any number: it only has to be another's
    measured(alice, "weight", [245], dependant=child.dependant)
    note(alice, "weight", 650, days_ago=3)
    with connection():
        found, theirs = queries.latest(subject(alice), now=NOW), queries.latest(child, now=NOW)
    assert {kind: row.value for kind, row in found.newest.items()} == {"weight": 899, "heart-rate": 64}
    assert {kind: row.value for kind, row in found.undoable.items()} == {"weight": 650}
    assert {kind: row.value for kind, row in theirs.newest.items()} == {"weight": 245}
    with connection():
        assert queries.latest(subject(alice), now=NOW + queries.UNDO).undoable == {}


def test_of_two_of_one_moment_the_newest_is_the_one_that_was_noted_last(alice):
    with connection(), account_context(alice):
        for minute, value in ((2, 710), (1, 700), (3, 720)):
            at = NOW - timedelta(hours=1)
            Observation.create(kind="weight", value=value, at=at, created_at=at + timedelta(minutes=minute))
    with connection():
        assert queries.latest(subject(alice), now=NOW).newest["weight"].value == 720
