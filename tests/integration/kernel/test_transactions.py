"""write_tx is right on both databases: all or nothing, and nothing lost between writers."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.kernel import outbox
from app.kernel.audit import AuditEvent, record
from app.kernel.db import connection, database, is_sqlite, write_tx
from app.kernel.outbox import Outbox
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.factories import NOW

ROOT = Path(__file__).resolve().parents[3]


def version(practice):
    return Practice.select(Practice.catalogue_version).where(Practice.id == practice.id).scalar()


def bump(practice, *, locked):
    """Read, then write: the pattern that loses changes without a lock."""
    query = Practice.select(Practice.catalogue_version).where(Practice.id == practice.id)
    if locked and not is_sqlite():
        query = query.for_update()
    seen = query.scalar()
    Practice.update(catalogue_version=seen + 1).where(Practice.id == practice.id).execute()


def test_an_exception_undoes_everything_and_a_savepoint_only_its_part(practice):
    before = version(practice)
    with pytest.raises(ZeroDivisionError), write_tx():
        bump(practice, locked=True)
        raise ZeroDivisionError
    assert version(practice) == before
    with write_tx():
        bump(practice, locked=True)
        with pytest.raises(ZeroDivisionError), write_tx():
            bump(practice, locked=True)
            raise ZeroDivisionError
    assert version(practice) == before + 1


def storm(practice, how):
    problems = []

    def run():
        for _ in range(25):
            try:
                with connection():
                    how()
            except Exception as problem:  # counted below
                problems.append(problem)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_eight_threads_lose_nothing(practice):
    before = version(practice)

    def change():
        with write_tx():
            bump(practice, locked=True)

    assert storm(practice, change) == []
    assert version(practice) == before + 200


def test_the_control_without_it_loses_changes_or_fails(practice):
    before = version(practice)

    def change():
        with database.atomic():
            bump(practice, locked=False)

    problems = storm(practice, change)
    assert problems or version(practice) < before + 200


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_two_processes_take_turns_on_one_file(practice, database_url):
    code = """
import sys
from app.kernel.db import connection, open_database, write_tx
from app.kernel.owners import Practice
open_database(sys.argv[1])
for _ in range(100):
    with connection(), write_tx():
        row = Practice.get(Practice.slug == "lavande")
        Practice.update(catalogue_version=row.catalogue_version + 1).where(Practice.id == row.id).execute()
"""
    before = version(practice)
    running = [subprocess.Popen([sys.executable, "-c", code, database_url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    assert version(practice) == before + 200


def test_the_journal_only_grows(practice):
    with practice_context(practice):
        record(by="test", verb="x.y", target="t:1", at=NOW)
        with pytest.raises(Exception, match="append-only"), write_tx():
            AuditEvent.update(actor="nobody").execute()
        with pytest.raises(Exception, match="append-only"), write_tx():
            AuditEvent.delete().execute()
        assert AuditEvent.get(AuditEvent.target == "t:1").actor == "test"


def test_a_message_is_claimed_once_and_comes_back_when_its_worker_died(practice, clock):
    with practice_context(practice):
        outbox.post("appointment-booked", {}, key="k1", now=clock.now())
    (first,) = outbox.claim(now=clock.now())
    assert outbox.claim(now=clock.now()) == []
    clock.move(minutes=3)
    assert outbox.claim(now=clock.now()) == [first]
    assert Outbox.get_by_id(first).attempts == 2


def test_a_message_waits_for_its_time_and_can_be_taken_back(practice, clock):
    from datetime import timedelta

    with practice_context(practice):
        outbox.post(
            "appointment-booked", {}, key="k1", now=clock.now(), due_at=clock.now() + timedelta(minutes=3)
        )
        assert outbox.claim(now=clock.now()) == []
        assert outbox.drop("k1") is True
        clock.move(minutes=4)
        assert outbox.claim(now=clock.now()) == []
        assert outbox.drop("k1") is False
