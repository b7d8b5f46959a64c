"""Two thousand attempts from two processes: no two appointments of one person overlap, on either database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.booking.models import OCCUPYING
from app.kernel.db import database

ROOT = Path(__file__).resolve().parents[3]
OVERLAPS = f"""
    SELECT COUNT(*) FROM appointment AS one JOIN appointment AS other
      ON one.practitioner_id = other.practitioner_id AND one.id < other.id
     AND one.starts < other.ends AND other.starts < one.ends AND one.session_key <> other.session_key
   WHERE one.status IN {OCCUPYING} AND other.status IN {OCCUPYING}"""


def race(url: str, *, attempts: int, guard: str, more: tuple[str, ...] = ()) -> list[dict]:
    command = [sys.executable, "-m", "tests.integration.booking.racer", url]
    running = [
        subprocess.Popen(
            [*command, str(seed), str(attempts // 2), guard, *more],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    return [json.loads(process.communicate(timeout=240)[0]) for process in running]


def overlaps() -> int:
    return database.execute_sql(OVERLAPS).fetchone()[0]


def booked() -> int:
    return database.execute_sql("SELECT COUNT(*) FROM appointment").fetchone()[0]


def take_the_walls_down(engine: str) -> None:
    if engine == "sqlite":
        for trigger in ("appointment_no_overlap_insert", "appointment_no_overlap_update"):
            database.execute_sql(f"DROP TRIGGER {trigger}")
    else:
        database.execute_sql("ALTER TABLE appointment DROP CONSTRAINT appointment_no_overlap")


def test_two_thousand_attempts_leave_no_overlap(inside, practice, database_url):
    tallies = race(database_url, attempts=2000, guard="guarded")
    assert [tally["broken"] for tally in tallies] == [[], []]
    won = sum(tally["won"] for tally in tallies)
    assert won + sum(tally["refused"] for tally in tallies) == 2000
    assert overlaps() == 0
    assert booked() == won > 10


def test_the_control_without_lock_and_walls_does_overlap(inside, practice, database_url, engine):
    """If this one stays green-and-empty, the test above proves nothing."""
    take_the_walls_down(engine)
    race(database_url, attempts=400, guard="bare")
    assert overlaps() > 0


def test_the_walls_alone_hold_when_the_code_forgets_its_lock(inside, practice, database_url):
    """The database itself refuses, whatever the code does."""
    tallies = race(database_url, attempts=400, guard="bare")
    assert overlaps() == 0
    assert {problem.split(":")[0] for tally in tallies for problem in tally["broken"]} <= {"OperationalError"}


def test_moves_against_bookings_leave_no_overlap(inside, practice, database_url):
    """Somebody moves to the time that somebody else books: one of them has it, and nobody loses what they had."""
    tallies = race(database_url, attempts=800, guard="guarded", more=("moves",))
    assert [tally["broken"] for tally in tallies] == [[], []]
    won, moved = (sum(tally[name] for tally in tallies) for name in ("won", "moved"))
    assert won + moved + sum(tally["refused"] for tally in tallies) == 800
    assert overlaps() == 0
    assert booked() == won > 10 and moved > 10


def test_the_control_of_moves_without_lock_and_walls_does_overlap(inside, practice, database_url, engine):
    take_the_walls_down(engine)
    race(database_url, attempts=400, guard="bare", more=("moves",))
    assert overlaps() > 0


@pytest.mark.parametrize("offset", [-15, 0, 15])
def test_the_wall_refuses_a_row_written_by_hand(inside, practice, offset):
    from app.kernel.tenancy import practice_context
    from tests.factories import make_appointment

    with practice_context(practice):
        first = make_appointment(practice)
        with pytest.raises(Exception, match="appointment_no_overlap"):
            make_appointment(practice, like=first, starts=first.starts + offset, ends=first.ends + offset)
        make_appointment(practice, like=first, starts=first.ends, ends=first.ends + 30)  # beside it is fine
