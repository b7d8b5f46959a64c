"""Two workers that look at the same minute, again and again: each reminder is posted once, on either database."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.kernel.db import database
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.messaging.models import Communication
from tests.integration.messaging.world import tie, visit
from tests.people import make_account

ROOT = Path(__file__).resolve().parents[3]
VISITS = 24


@pytest.fixture
def visits(inside, practice):
    """A day's worth, of a patient with an account: a message goes with each."""
    patient = tie(make_account(), practice)
    for number in range(VISITS):
        hour, minute = divmod(number * 30, 60)
        visit(practice, f"2026-11-24 {hour:02d}:{minute:02d}", patient=patient)


def race(url, *, guard):
    """How many each of two workers posted, over three minutes that are all the same."""
    command = [sys.executable, "-m", "tests.integration.messaging.reminder_racer", url, "3", guard]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in running:
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    return [int(process.communicate(timeout=120)[0]) for process in running]


def posted():
    return Outbox.select().where(Outbox.event == "reminder-mail").count()


def test_two_workers_post_each_reminder_once(visits, practice, database_url):
    assert sum(race(database_url, guard="guarded")) == posted() == VISITS
    with practice_context(practice):
        assert Communication.select().count() == VISITS
    assert sum(race(database_url, guard="guarded")) == 0  # nor after both were started anew


def test_the_control_without_the_key_they_post_them_twice_and_more(visits, practice, database_url):
    race(database_url, guard="bare")
    assert posted() >= 2 * VISITS
    database.close()
