"""P15, P16: many attempts at the same moment, at one time and at different ones, on both databases."""

from __future__ import annotations

from collections import Counter

from app.booking.models import OCCUPYING
from app.kernel import db
from tools.bench import clients, load, servers, world
from tools.bench.bookings import Booker
from tools.bench.goals import Found
from tools.postgres import NoPostgres

GOALS = ("P15", "P16")
ATTEMPTS = 50
SLOTS = 100
A_DAY = (0, 4, 8, 12, 15)  # half hours far enough from each other, and not the last before a break
BATCHES = 4


def measure(wanted, bench):
    found = {goal: Found() for goal in wanted}
    for engine in ("sqlite", "postgresql"):
        try:
            url = bench.database(engine, "races")
        except NoPostgres as why:
            for each in found.values():
                each.missing[engine] = str(why).splitlines()[0]
            continue
        environment = servers.portal_environment(url, proxies=1)
        with servers.serve("wsgi:app", name=f"races-{engine}", environment=environment) as server:
            booker = Booker(server, bench.team)
            if "P15" in wanted:
                one_time(found["P15"], engine, server, booker, url)
            if "P16" in wanted:
                different_times(found["P16"], engine, server, booker)
    return found


def contested(here, agenda):
    starts = here.free_starts(agenda)
    per_day = len(world.half_hours(here.days[0]))
    days = [starts[n : n + per_day] for n in range(0, len(starts), per_day)]
    return [day[n] for day in days for n in A_DAY][:SLOTS]


def one_time(found, engine, server, booker, url):
    """At every other slot all want the very same start, at the others also one that overlaps it by half."""
    here, agenda = booker.world, 0
    statuses, slots = Counter(), contested(here, agenda)
    for number, start in enumerate(slots):
        later = world.GRID if number % 2 else 0
        wanted = [start + later * (attempt % 2) for attempt in range(ATTEMPTS)]
        statuses.update(clients.together(server.port, [booker.request(agenda, each) for each in wanted]))
    rows = appointments(url, here, agenda, slots)
    worst = max(rows, key=lambda count: abs(count - 1))
    found.values[engine] = worst
    found.values[f"{engine} errors"] = sum(count for status, count in statuses.items() if status >= 500)
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    found.notes.append(
        f"{engine}: {len(slots)} times, {rows.count(1)} with exactly one appointment; answers {told}"
    )


def appointments(url, here, agenda, slots):
    """How many occupy each contested half hour, or the part of the next one that overlaps it."""
    mark = "?" if url.startswith("sqlite") else "%s"
    live = ", ".join(f"'{status}'" for status in OCCUPYING)
    sql = (
        f'SELECT count(*) FROM "appointment" WHERE "practitioner_id" = {mark} '
        f'AND "starts" BETWEEN {mark} AND {mark} AND "status" IN ({live})'
    )
    who = here.practitioners[agenda].hex
    with world.opened(url):
        return [
            db.database.execute_sql(sql, (who, start, start + world.GRID)).fetchone()[0] for start in slots
        ]


def different_times(found, engine, server, booker):
    """Fifty patients, fifty times of one agenda, one moment: everybody gets theirs."""
    agenda, statuses = 1, Counter()
    starts = booker.world.free_starts(agenda)[-ATTEMPTS * BATCHES :]
    for batch in range(BATCHES):
        mine = starts[batch * ATTEMPTS : (batch + 1) * ATTEMPTS]
        statuses.update(clients.together(server.port, [booker.request(agenda, start) for start in mine]))
    found.values[engine] = sum(count for status, count in statuses.items() if status != 303)
    if statuses.keys() - {303}:
        told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
        found.notes.append(f"{engine}: answers {told}")
    if not statuses:
        raise load.BadAnswers("no answer at all")
