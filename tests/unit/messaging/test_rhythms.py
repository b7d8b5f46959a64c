"""When the mail to a member leaves: never more often than they chose."""

from datetime import UTC, datetime, timedelta

import pytest

from app.messaging.rhythms import BETWEEN, due_at

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # seven at Brussels
WALL = "Europe/Brussels"


def due(rhythm, *, last_at=None, now=NOW):
    return due_at(rhythm, last_at=last_at, now=now, zone_name=WALL)


def test_the_first_one_leaves_at_once():
    assert due("hourly") == NOW


def test_the_next_one_an_hour_after_the_last():
    assert due("hourly", last_at=NOW - timedelta(minutes=20)) == NOW + timedelta(minutes=40)
    assert due("hourly", last_at=NOW - timedelta(hours=3)) == NOW


@pytest.mark.parametrize("rhythm", ["hourly", "daily"])
def test_one_that_is_on_its_way_is_enough(rhythm):
    assert due(rhythm, last_at=NOW + timedelta(minutes=1)) is None


def test_whoever_wants_none_gets_none():
    assert due("none") is None


def test_the_mail_of_a_day_comes_in_the_morning_of_the_practice():
    assert due("daily") == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert due("daily", now=NOW + timedelta(minutes=30)) == datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
    assert due("daily", now=datetime(2026, 10, 24, 18, 0, tzinfo=UTC)) == datetime(
        2026, 10, 25, 6, 30, tzinfo=UTC
    )  # the clocks went back that night: an hour later than the day before


def test_however_many_messages_come_there_is_at_most_one_mail_an_hour():
    sent, last = [], None
    for minute in range(0, 600, 7):
        now = NOW + timedelta(minutes=minute)
        leaves = due("hourly", last_at=last, now=now)
        if leaves is not None:
            last = leaves
            sent.append(leaves)
    assert len(sent) == 11 and all(b - a >= BETWEEN for a, b in zip(sent, sent[1:], strict=False))
