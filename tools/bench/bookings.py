"""P13, P14, P17: bookings over HTTP by eight clients, against bare commits and django-appointment."""

from __future__ import annotations

import itertools
import re
import sqlite3
import time
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

from app.kernel.ids import hexed, uuid7
from tools.bench import clients, load, machine, peers, servers
from tools.bench.context import Figures, Round
from tools.bench.goals import Found
from tools.bench.peers import django
from tools.bench.times import BROWSER
from tools.postgres import NoPostgres

GOALS = ("P13", "P14", "P17")
ROUNDS = 3
SECONDS = 3
ENOUGH = 6000  # bookings for one round, more than any server makes
BARE_SECONDS = 1.5
CSRF = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


def measure(wanted, bench):
    found = {goal: Found() for goal in wanted}
    ours = None
    if {"P13", "P14", "P17"} & set(wanted):
        ours = on("sqlite", bench, found)
    if "P13" in wanted:
        try:
            on("postgresql", bench, found)
        except NoPostgres as why:
            found["P13"].missing["postgresql"] = str(why).splitlines()[0]
    if "P14" in wanted and ours:
        against_django(found["P14"], ours, bench)
    return found


class Booker:
    """Writes booking forms as a browser would send them: nobody twice, no time twice."""

    def __init__(self, server, world):
        self.world = world
        self.people = itertools.count(1)
        free = [world.free_starts(agenda) for agenda in range(len(world.schedules))]
        self.times = iter(
            [(agenda, start) for starts in zip(*free, strict=True) for agenda, start in enumerate(starts)]
        )
        self.cookie, self.token = self.meet(server)

    def meet(self, server):
        """The page with the times gives a session and the token of its forms, once."""
        path = self.world.url(span="week", day=self.world.days[0])
        status, headers, body = server.get(path, host=self.world.host, headers=BROWSER)
        token = CSRF.search(body)
        if status != 200 or not token or "set-cookie" not in headers:
            raise load.BadAnswers(f"{path} answered {status} without a form: {body[:160]!r}")
        return headers["set-cookie"][0].split(";")[0], token[1].decode()

    def request(self, agenda, start):
        number = next(self.people)
        body = urlencode({
            "csrf_token": self.token,
            "start": start,
            "schedule": self.world.schedules[agenda],
            "attempt": uuid4(),
            "given_name": "Marie",
            "family_name": f"Peeters {number}",
            "email": f"marie.peeters{number}@example.be",
            "number": "niss",
            "niss": niss(number),
            "accept": "y",
        }).encode()  # fmt: skip
        path = f"{self.world.path}/appointments"
        headers = {**BROWSER, "Cookie": self.cookie, "X-Forwarded-For": address(number)}
        return load.request("POST", path, host=self.world.host, headers=headers, body=body)

    def requests(self, count=ENOUGH):
        return [self.request(agenda, start) for agenda, start in itertools.islice(self.times, count)]


def address(number):
    """Everybody at home: one address books so often an hour, and then has to wait."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def niss(number):
    """An invented national number with a right checksum, another one for each number up to six million."""
    day, serial = divmod(number, 998)
    year, day = divmod(day, 28 * 12)
    month, day = divmod(day, 28)
    nine = f"{40 + year:02}{month + 1:02}{day + 1:02}{serial + 1:03}"
    return f"{nine}{97 - int(nine) % 97:02}"


def on(engine, bench, found):
    """Rounds of bare commits and of bookings, in turn, in the same database."""
    url = bench.database(engine, "bookings")
    others = [bench.postgres_pid] if engine == "postgresql" else []
    bare, rounds = [], []
    environment = servers.portal_environment(url, proxies=1)
    with servers.serve("wsgi:app", name=f"portal-{engine}", environment=environment) as portal:
        booker = Booker(portal, bench.team)
        check(portal, booker)
        for _ in range(ROUNDS):
            bare.append(commits(url, engine))
            rounds.append(bench.round(
                f"bookings {engine}", portal, lambda: booker.requests(), seconds=SECONDS, once=True, others=others
            ))  # fmt: skip
    figures, base = Figures(f"bookings {engine}", rounds), median(bare)
    notes = [figures.note(), f"{engine}: {base:.0f} bare commits/s, {figures.rate:.0f} bookings/s"]
    if "P13" in found:
        found["P13"].values[engine] = figures.rate / base
        found["P13"].notes += notes
    if "P17" in found and engine == "sqlite":
        found["P17"].values[""] = median(each.answered.p99_ms / each.answered.p50_ms for each in rounds)
        found["P17"].notes.append(f"p50 {figures.p50_ms:.1f} ms, p99 {figures.p99_ms:.1f} ms")
    return figures


def check(server, booker):
    """One booking by hand: it must lead to the page that confirms it."""
    status, headers, body = clients.fetch(server.port, booker.requests(1)[0])
    if status != 303 or "/appointments/" not in headers["location"][0]:
        raise load.BadAnswers(f"a booking answered {status}: {text(body)}")


def text(body):
    return " ".join(re.sub(rb"<[^>]+>", b" ", body).decode(errors="replace").split())[:300]


def commits(url, engine):
    """BEGIN, INSERT, COMMIT over and over by one client, as durable as the bookings are: how many a second."""
    table = 'CREATE TABLE IF NOT EXISTS "bench" ("id" TEXT PRIMARY KEY, "starts" INTEGER, "ends" INTEGER)'
    if engine == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
        connection.execute("PRAGMA synchronous=FULL")
        insert = 'INSERT INTO "bench" VALUES (?, ?, ?)'
    else:
        import psycopg

        connection = psycopg.connect(url, autocommit=True)
        insert = 'INSERT INTO "bench" VALUES (%s, %s, %s)'
    cursor = connection.cursor()
    cursor.execute(table)
    count, started = 0, time.monotonic()
    while (taken := time.monotonic() - started) < BARE_SECONDS:
        cursor.execute("BEGIN")
        cursor.execute(insert, (hexed(uuid7()), count, count + 30))
        cursor.execute("COMMIT")
        count += 1
    connection.close()
    return count / taken


def against_django(found, ours, bench):
    try:
        with django.site(bench.solo) as peer:
            starts = iter(bench.solo.free_starts(0))
            rounds = []
            for _ in range(ROUNDS):
                watch = machine.Watch(peer.server.pid)
                count, wall = django.bookings(peer, starts, seconds=SECONDS)
                answered = load.Answered(count, wall, 0, 0.0, 0.0)
                rounds.append(bench.keep(Round("bookings django-appointment", answered, watch.stop())))
    except (peers.NoPeer, servers.NoServer) as why:
        found.missing[""] = str(why)
        return
    theirs = Figures("bookings django-appointment", rounds)
    found.values[""] = ours.rate / theirs.rate
    found.notes += [ours.note(), theirs.note(), "P14 compares bookings a second, SQLite FULL both"]
