"""Whole series against single bookings of the same dates, from two processes: no overlap, and no series in part."""

import json
import subprocess
import sys
from pathlib import Path

from app.kernel.db import database
from tests.integration.booking.test_race import booked, overlaps, take_the_walls_down

ROOT = Path(__file__).resolve().parents[3]
IN_PART = "SELECT COUNT(*) FROM (SELECT 1 FROM appointment WHERE series_id IS NOT NULL GROUP BY series_id HAVING COUNT(*) <> 3) AS part"  # noqa: E501 - one statement


def race(url, *, attempts, guard):
    command = [sys.executable, "-m", "tests.integration.series.racer", url]
    running = [
        subprocess.Popen([*command, kind, guard, str(attempts)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for kind in ("series", "single", "series")
    ]
    return [json.loads(process.communicate(timeout=240)[0]) for process in running]


def in_part():
    return database.execute_sql(IN_PART).fetchone()[0]


def test_no_overlap_and_no_series_in_part(inside, practice, database_url):
    tallies = race(database_url, attempts=60, guard="guarded")
    assert [tally["broken"] for tally in tallies] == [[], [], []]
    series, single, more = (tally["won"] for tally in tallies)
    assert overlaps() == 0 and in_part() == 0
    assert booked() == 3 * (series + more) + single > 5
    assert sum(tally["refused"] for tally in tallies) == 180 - series - single - more


def test_the_control_without_the_guard_does_both(inside, practice, database_url, engine):
    """If this one stays whole, the test above proves nothing."""
    take_the_walls_down(engine)
    race(database_url, attempts=30, guard="bare")
    assert overlaps() > 0 or in_part() > 0
