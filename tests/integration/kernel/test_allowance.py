"""Tries taken from a limit in small blocks: never more pass than the limit says, whoever holds how many of them."""

import threading

import peewee as pw
import pytest

from app.kernel import rate_limits
from app.kernel.allowance import Allowance
from app.kernel.db import connection, write_tx
from app.kernel.errors import TooMany
from app.kernel.rate_limits import AT_ONCE, LIMITS, RateCount, hit, per_minutes
from tests.processes import passed_in_two

MOST = 450


@pytest.fixture(autouse=True)
def typing(monkeypatch):
    monkeypatch.setitem(LIMITS, "typing", {"account": per_minutes(MOST, 15)})


@pytest.fixture
def spend(inside, clock):
    """Spend one try from an allowance; whether it passed."""

    def one(allowance, account="alice"):
        try:
            allowance.spend("typing", now=clock.now(), account=account)
        except TooMany:
            return False
        return True

    return one


def counts():
    return sorted(count for (count,) in RateCount.select(RateCount.count).tuples())


@pytest.fixture
def taken(monkeypatch):
    """How many tries were taken at once, one time after the other."""
    blocks, take = [], rate_limits.take

    def noted(*args, **more):
        found = take(*args, **more)
        blocks.append(found[0])
        return found

    monkeypatch.setattr(rate_limits, "take", noted)
    return blocks


def test_as_many_pass_as_if_each_were_counted_by_itself(spend, clock):
    process = Allowance()
    assert [spend(process) for _ in range(MOST + 5)] == [True] * MOST + [False] * 5
    assert counts() == [MOST]
    with pytest.raises(TooMany) as refused:
        process.spend("typing", now=clock.now(), account="alice")
    assert refused.value.seconds == 900
    assert spend(process, "bob")  # nobody else waits
    for _ in range(MOST):  # the control: the same count, one by one
        hit("typing", now=clock.now(), account="claire")
    with pytest.raises(TooMany):
        hit("typing", now=clock.now(), account="claire")


@pytest.mark.parametrize("pattern", [(0, 1), (0, 0, 0, 1), (0, 1, 1, 1, 1, 1, 1, 1, 1), (1,)])
def test_two_processes_let_through_together_what_one_would(spend, pattern):
    both = Allowance(), Allowance()
    passed = sum(spend(both[pattern[turn % len(pattern)]]) for turn in range(MOST + 60))
    passed += sum(spend(process) for process in both for _ in range(AT_ONCE))  # what either still had
    assert passed == MOST and counts() == [MOST]
    assert not spend(both[0]) and not spend(both[1]) and not spend(Allowance())


def test_who_holds_tries_and_is_not_asked_makes_the_limit_smaller_by_one_block_at_most(spend):
    idle, busy = Allowance(), Allowance()
    assert spend(idle)
    passed = sum(spend(busy) for _ in range(MOST))
    assert MOST - AT_ONCE <= passed < MOST - 1 and not spend(busy)
    assert sum(spend(idle) for _ in range(MOST)) == MOST - 1 - passed


def test_near_the_limit_they_are_taken_one_by_one(spend, taken):
    process = Allowance()
    for _ in range(MOST):
        spend(process)
    assert taken[0] == AT_ONCE and taken[-10:] == [1] * 10 and len(taken) < MOST / 4
    assert taken == sorted(taken, reverse=True)


def test_a_page_of_another_kind_counts_one_by_one_in_the_same_window(spend, clock):
    process = Allowance()
    assert spend(process)
    for _ in range(MOST - AT_ONCE):
        hit("typing", now=clock.now(), account="alice")
    with pytest.raises(TooMany):
        hit("typing", now=clock.now(), account="alice")
    assert [spend(process) for _ in range(AT_ONCE)] == [True] * (AT_ONCE - 1) + [False]


def test_what_is_left_of_a_window_is_not_spent_in_the_next(spend, clock):
    process = Allowance()
    assert spend(process)
    clock.move(minutes=14, seconds=59)
    assert spend(process) and counts() == [AT_ONCE]  # the control: it lasts to the end
    clock.move(seconds=1)
    assert sum(spend(process) for _ in range(MOST + 60)) == MOST


def test_a_clock_set_back_gives_nothing(spend, clock):
    process = Allowance()
    assert sum(spend(process) for _ in range(100)) == 100
    clock.move(minutes=-30)
    assert sum(spend(process) for _ in range(MOST)) == MOST - 100


def test_what_could_not_be_written_is_not_spent(spend, clock, monkeypatch):
    process = Allowance()
    with monkeypatch.context() as broken, pytest.raises(pw.OperationalError):
        broken.setattr(rate_limits.PeeweeStorage, "window", _fails)
        process.spend("typing", now=clock.now(), account="alice")
    assert process.held == {} and counts() == []
    assert spend(process)


def _fails(_self, _key):
    raise pw.OperationalError("disk full")


def test_inside_a_transaction_a_try_dies_with_it_and_is_not_remembered(spend, clock):
    process = Allowance()
    with pytest.raises(ZeroDivisionError), write_tx():
        process.spend("typing", now=clock.now(), account="alice")
        raise ZeroDivisionError
    assert process.held == {} and counts() == []


def test_whoever_is_beyond_the_limit_writes_nothing_more(spend, monkeypatch):
    process = Allowance()
    for _ in range(MOST):
        spend(process)
    monkeypatch.setattr(rate_limits, "write_tx", None)
    assert not spend(process)


def test_one_limit_by_one_thing(inside, clock):
    process = Allowance()
    with pytest.raises(ValueError):
        process.spend("sign-in", now=clock.now(), account="alice")
    process.spend("typing", now=clock.now(), account=None, address="192.0.2.7")  # nobody is named
    assert counts() == []


def storm(processes, now, *, threads=10, each=60):
    passed = []

    def run(process):
        for _ in range(each):
            with connection():
                try:
                    process.spend("typing", now=now, account="alice")
                    passed.append(1)
                except TooMany:
                    pass

    running = [threading.Thread(target=run, args=(processes[at % len(processes)],)) for at in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return len(passed)


@pytest.mark.parametrize("processes", [1, 2])
def test_of_many_at_once_exactly_as_many_pass_as_may(inside, clock, processes):
    assert storm([Allowance() for _ in range(processes)], clock.now()) == MOST
    assert counts() == [MOST]


def test_the_control_that_spends_what_nobody_counted_lets_more_pass(inside, clock, monkeypatch):
    ends = clock.now().replace(year=2100)
    monkeypatch.setattr(rate_limits, "take", lambda *_args, **_more: (AT_ONCE, ends))
    assert storm([Allowance()], clock.now()) > MOST


def test_two_real_processes_count_as_one(inside, database_url):
    one_try = 'allowance.spend("desk-search", now=now, account="alice")'
    assert passed_in_two(database_url, one_try, tries=700) == 600
