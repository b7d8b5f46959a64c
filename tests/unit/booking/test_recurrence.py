"""Dates of a series: tables of patterns, and properties of every proposal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.recurrence import OTHERS, Choice, Pattern, days_of, propose, wall
from app.booking.slots import Caps, ServiceRules, Taken, local_day

ZONE = "Europe/Brussels"
RULES = ServiceRules(id="s", duration=30, grid=30)
LAST = date(2028, 12, 31)
MONDAY = date(2026, 11, 23)
NOW = 29_900_000
NONE = Caps()


def at(day, hour, minute=0, zone=ZONE):
    from zoneinfo import ZoneInfo

    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
    return int(moment.astimezone(UTC).timestamp() // 60)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (Pattern(frozenset({0}), MONDAY, count=3), ["11-23", "11-30", "12-07"]),
        (Pattern(frozenset({0, 2}), MONDAY, count=3), ["11-23", "11-25", "11-30"]),
        (Pattern(frozenset({0}), MONDAY + timedelta(days=1), count=2), ["11-30", "12-07"]),
        (Pattern(frozenset({4}), MONDAY, every=2, count=3), ["11-27", "12-11", "12-25"]),
        (Pattern(frozenset({0}), MONDAY, until=date(2026, 12, 7), count=9), ["11-23", "11-30", "12-07"]),
        (Pattern(frozenset({0}), MONDAY, until=date(2026, 12, 6)), ["11-23", "11-30"]),
        (Pattern(frozenset(), MONDAY, count=3), []),
    ],
)
def test_days(pattern, expected):
    assert [day.strftime("%m-%d") for day in days_of(pattern, most=10, last_day=LAST)] == expected


def test_no_pattern_goes_beyond_the_most_or_the_horizon():
    assert len(days_of(Pattern(frozenset({0}), MONDAY, count=50), most=10, last_day=LAST)) == 10
    assert (
        len(days_of(Pattern(frozenset({0}), MONDAY, count=9), most=10, last_day=MONDAY + timedelta(days=8)))
        == 2
    )


def made(days, free, window=(540, 570), caps=NONE, own=(), agenda="a", rules=RULES):
    return propose(days, window, free, zone=ZONE, rules=rules, caps=caps, own=own, now=NOW, agenda=agenda)


def test_what_is_free_as_asked_is_an_exact_hit():
    (row,) = made([MONDAY], {MONDAY: [(at(MONDAY, 9), ("a",)), (at(MONDAY, 10), ("a",))]})
    assert row.exact == Choice(at(MONDAY, 9), "a") and row.others == ()


def test_otherwise_the_same_day_comes_first_then_the_days_beside_then_a_colleague():
    before, after = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)
    free = {
        before: [(at(before, 9), ("a",))],
        MONDAY: [(at(MONDAY, 11), ("a",)), (at(MONDAY, 9), ("b",)), (at(MONDAY, 15), ("a",))],
        after: [(at(after, 9), ("a",))],
    }
    (row,) = made([MONDAY], free)
    assert row.exact is None
    assert {one.start for one in row.others} == {at(MONDAY, 11), at(before, 9), at(after, 9)}
    (row,) = made([MONDAY], {MONDAY: free[MONDAY]})
    assert [(one.start, one.agenda) for one in row.others] == [(at(MONDAY, 9), "b"), (at(MONDAY, 11), "a")]
    (row,) = made([MONDAY], {MONDAY: [(at(MONDAY, 15), ("a",))]})
    assert row.choices == ()


def test_the_series_takes_the_hour_that_is_free_most_often():
    days = [MONDAY + timedelta(weeks=n) for n in range(3)]
    free = {day: [(at(day, 10), ("a",))] for day in days}
    free[days[0]] = [(at(days[0], 9), ("a",)), (at(days[0], 10), ("a",))]
    rows = made(days, free, window=(540, 660))
    assert [wall(row.exact.start, ZONE) for row in rows] == [600, 600, 600]


def test_any_practitioner_is_the_one_who_has_most_dates():
    days = [MONDAY + timedelta(weeks=n) for n in range(3)]
    free = {day: [(at(day, 9), ("a", "b") if day == MONDAY else ("b",))] for day in days}
    assert {row.exact.agenda for row in made(days, free, agenda=None)} == {"b"}


def test_the_hour_on_the_wall_stays_across_both_clock_changes():
    for first in (date(2027, 3, 22), date(2026, 10, 19)):
        days = [first + timedelta(weeks=n) for n in range(3)]
        rows = made(days, {day: [(at(day, 9), ("a",))] for day in days})
        assert [wall(row.exact.start, ZONE) for row in rows] == [540] * 3
        gaps = {b.exact.start - a.exact.start for a, b in zip(rows, rows[1:], strict=False)}
        assert len(gaps) == 2  # the control: in minutes of UTC they are not the same


def test_the_dates_of_the_series_count_against_the_caps():
    days = [MONDAY + timedelta(weeks=n) for n in range(5)]
    free = {day: [(at(day, 9), ("a",))] for day in days}
    rows = made(days, free, caps=Caps(3), own=[Taken(at(MONDAY, 15), at(MONDAY, 16), "x")])
    assert [row.exact is not None for row in rows] == [True, True, False, False, False]


def test_two_dates_never_stand_in_each_others_buffers():
    tuesday = MONDAY + timedelta(days=1)
    rules = ServiceRules(id="s", duration=30, grid=30, before=0, after=30)
    free = {
        MONDAY: [],
        tuesday: [(at(tuesday, 9), ("a",)), (at(tuesday, 9, 30), ("a",)), (at(tuesday, 10), ("a",))],
    }
    rows = made([tuesday, MONDAY], free, rules=rules)
    assert rows[0].exact.start == at(tuesday, 9)
    assert [one.start for one in rows[1].others] == [at(tuesday, 10)]


FREE = st.dictionaries(
    st.integers(0, 200),
    st.lists(st.tuples(st.integers(14, 36), st.sampled_from([("a",), ("b",), ("a", "b")])), max_size=8),
    max_size=60,
)


@given(
    free=FREE,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    every=st.integers(1, 3),
    count=st.integers(1, 12),
    first=st.integers(0, 160),
    window=st.tuples(st.integers(14, 30), st.integers(1, 8)),
    agenda=st.sampled_from(["a", "b", None]),
    most=st.one_of(st.none(), st.integers(1, 5)),
)
def test_every_proposal_keeps_its_promises(free, weekdays, every, count, first, window, agenda, most):
    """Over half a year with a clock change: only what is free, no overlap, the window and the caps, no order lost."""
    begin = date(2027, 1, 1)
    table = {}
    for offset, starts in free.items():
        day = begin + timedelta(days=offset)
        table[day] = sorted({at(day, *divmod(half * 30, 60)): who for half, who in starts}.items())
    span = (window[0] * 30, (window[0] + window[1]) * 30)
    pattern = Pattern(weekdays, begin + timedelta(days=first), *span, every=every, count=count)
    days = days_of(pattern, most=10, last_day=begin + timedelta(days=200))
    rows = propose(days, span, table, zone=ZONE, rules=RULES, caps=Caps(most), now=NOW, agenda=agenda)
    assert [row.day for row in rows] == days == sorted(days) and len(days) <= min(10, count)
    assert all(day.weekday() in weekdays for day in days)
    known = {(start, who) for starts in table.values() for start, agendas in starts for who in agendas}
    taken = []
    for row in rows:
        assert len(row.others) <= OTHERS and not (row.exact and row.others)
        for choice in row.choices:
            assert (choice.start, choice.agenda) in known
            assert abs((local_day(choice.start, ZONE) - row.day).days) <= 1
            assert all(abs(choice.start - other) >= RULES.duration for other in taken)
        if row.exact:
            assert (
                span[0] <= wall(row.exact.start, ZONE) < span[1]
                and local_day(row.exact.start, ZONE) == row.day
            )
            assert agenda in (None, row.exact.agenda)
            taken.append(row.exact.start)
    assert most is None or len(taken) <= most
    assert rows == propose(days, span, table, zone=ZONE, rules=RULES, caps=Caps(most), now=NOW, agenda=agenda)
