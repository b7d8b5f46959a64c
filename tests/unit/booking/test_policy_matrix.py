"""The matrix folded into one policy: what inherits, what wins, and until when a request may wait."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.policy import (
    FIELDS,
    GUEST,
    Policy,
    Rule,
    Standing,
    answer_by,
    cancel_until,
    move_until,
    resolve,
    source_of,
)

SERVICES, AGENDAS = ("care", "check-up"), ("anne", "bert")
WHERE = {"service": "care", "schedule": "anne"}


def folded(*rules, standing=GUEST):
    return resolve(rules, **WHERE, standing=standing)


def test_without_a_rule_the_product_decides():
    assert folded() == Policy()


def test_each_field_inherits_by_itself():
    practice = Rule(values={"horizon_days": 30, "min_notice_minutes": 60})
    service = Rule(service="care", values={"horizon_days": 10, "min_notice_minutes": None})
    found = folded(practice, service)
    assert (found.horizon_days, found.min_notice_minutes) == (10, 60)


def test_none_is_said_with_a_zero():
    assert (
        folded(Rule(values={"upcoming_most": 2}), Rule(service="care", values={"upcoming_most": 0})).has_caps
        is False
    )
    assert folded(Rule(values={"upcoming_most": 2})).has_caps is True


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ({"service": "care"}, {}),
        ({"schedule": "anne"}, {"service": "care"}),
        ({"service": "care", "schedule": "anne"}, {"schedule": "anne"}),
        ({"level": 3}, {}),
        ({"level": 3}, {"known": True}),
        ({"level": 3, "known": True}, {"level": 3}),
        ({"service": "care"}, {"level": 3, "known": True}),
    ],
)
def test_the_more_particular_rule_wins_place_before_person(stronger, weaker):
    rules = [Rule(**stronger, values={"outcome": "request"}), Rule(**weaker, values={"outcome": "call"})]
    for given_rules in (rules, rules[::-1]):
        assert folded(*given_rules, standing=Standing(3, known=True)).outcome == "request"


def test_a_rule_for_others_says_nothing():
    rules = [
        Rule(service="check-up", values={"outcome": "call"}),
        Rule(schedule="bert", values={"outcome": "call"}),
        Rule(level=4, values={"outcome": "call"}),
        Rule(known=True, values={"outcome": "call"}),
    ]
    assert folded(*rules).outcome == "direct"
    assert folded(rules[2], standing=Standing(4)).outcome == "call"  # the control: for them it does


def test_one_can_ask_where_a_value_comes_from():
    practice, service = Rule(values={"horizon_days": 30}), Rule(service="care", values={"outcome": "call"})
    assert source_of("horizon_days", [practice, service], **WHERE, standing=GUEST) is practice
    assert source_of("outcome", [practice, service], **WHERE, standing=GUEST) is service
    assert source_of("gap_days", [practice, service], **WHERE, standing=GUEST) is None


rules = st.builds(
    Rule,
    service=st.sampled_from([None, *SERVICES]),
    schedule=st.sampled_from([None, *AGENDAS]),
    level=st.sampled_from([None, 0, 1, 4]),
    known=st.sampled_from([None, True, False]),
    values=st.fixed_dictionaries(
        {}, optional={"horizon_days": st.integers(1, 99), "outcome": st.sampled_from(["call", "request"])}
    ),
)
matrices = st.lists(rules, max_size=12, unique_by=lambda r: (r.service, r.schedule, r.level, r.known))


@given(matrices, st.randoms(), st.sampled_from([0, 1, 4]), st.booleans())
def test_the_order_of_the_rows_does_not_matter(matrix, chance, level, known):
    standing, shuffled = Standing(level, known), list(matrix)
    chance.shuffle(shuffled)
    assert resolve(matrix, **WHERE, standing=standing) == resolve(shuffled, **WHERE, standing=standing)


@given(matrices, st.sampled_from([0, 1, 4]), st.booleans())
def test_every_value_comes_from_the_rule_that_says_so(matrix, level, known):
    standing = Standing(level, known)
    found = resolve(matrix, **WHERE, standing=standing)
    for name in FIELDS:
        rule = source_of(name, matrix, **WHERE, standing=standing)
        assert getattr(found, name) == (rule.values[name] if rule else getattr(Policy(), name))


BRUSSELS = "Europe/Brussels"


def minutes(*when):
    return int(datetime(*when, tzinfo=ZoneInfo(BRUSSELS)).timestamp() // 60)


def test_where_nothing_can_be_changed_online_the_deadline_has_always_passed():
    start = minutes(2026, 11, 24, 14, 30)
    assert cancel_until(start, Policy(cancellation_allowed=False), BRUSSELS) == 0
    assert move_until(start, Policy(move_allowed=False), BRUSSELS) == 0
    assert cancel_until(start, Policy(), BRUSSELS) == minutes(2026, 11, 23, 14, 30)


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        (minutes(2026, 11, 24, 9, 0), 24, minutes(2026, 11, 25, 9, 0)),  # a Tuesday
        (minutes(2026, 11, 27, 18, 0), 24, minutes(2026, 11, 30, 18, 0)),  # Friday evening: Monday evening
        (minutes(2026, 11, 28, 11, 0), 24, minutes(2026, 12, 1, 0, 0)),  # Saturday: all of Monday
        (
            minutes(2026, 12, 24, 12, 0),
            24,
            minutes(2026, 12, 28, 12, 0),
        ),  # Christmas on a Friday does not count
        (
            minutes(2027, 3, 26, 12, 0),
            24,
            minutes(2027, 3, 30, 12, 0),
        ),  # the clocks change, Easter Monday is closed
    ],
)
def test_only_days_somebody_can_answer_count(asked, hours, due):
    closed = {date(2026, 12, 25), date(2027, 3, 29)}
    assert answer_by(asked, hours, BRUSSELS, holidays=closed, start=due + 10_000) == due


def test_a_request_never_outlives_its_own_time():
    asked, start = minutes(2026, 11, 27, 18, 0), minutes(2026, 11, 28, 9, 0)
    assert answer_by(asked, 24, BRUSSELS, holidays=(), start=start) == start
