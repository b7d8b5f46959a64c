"""P18, P19: what a request asks of the database, counted and timed in this process."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from werkzeug.test import EnvironBuilder

from app.booking import catalogue, queries
from app.config import Config
from app.factory import create_app
from app.kernel import db
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tools.bench import servers, world
from tools.bench.bookings import Booker
from tools.bench.engine import compared
from tools.bench.goals import Found
from tools.bench.times import FRAGMENT

GOALS = ("P18", "P19")
NOT_COUNTED = (
    "--",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "PRAGMA",
)  # -- is the inside of a trigger


def measure(wanted, bench):
    found = {}
    if "P18" in wanted:
        from tools.bench import profile  # which counts as this module does

        found["P18"] = statements(bench)
        profile.statements(bench, found["P18"])
    if "P19" in wanted:
        found["P19"] = long_past(bench)
    return found


class Portal:
    """The portal in this process, asked as a server is, with every statement SQLite ran for it."""

    def __init__(self, url):
        self.app = create_app(Config.from_env(servers.portal_environment(url, proxies=1)))
        self.statements = []

    def get(self, path, *, host, headers):
        return self._ask(path, host, headers)

    def post(self, raw):
        """One request written by a Booker."""
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        host = headers.pop("Host")
        return self._ask(first.split()[1], host, headers, method="POST", data=body)

    def _ask(self, path, host, headers, **options):
        path, _, query = path.partition("?")
        builder = EnvironBuilder(
            path=path, query_string=query, base_url=f"http://{host}", headers=headers, **options
        )
        answer = {}

        def start(status, found, error=None):
            answer["status"] = int(status[:3])
            answer["headers"] = {}
            for name, value in found:
                answer["headers"].setdefault(name.lower(), []).append(value)

        self.statements.clear()
        answered = self.app.wsgi_app(builder.get_environ(), start)
        body = b"".join(answered)
        answered.close()
        return answer["status"], answer["headers"], body

    def watch(self):
        """Every connection from here on tells what it runs."""
        database = db.database.obj
        connect = database._connect

        def watched():
            connection = connect()
            connection.set_trace_callback(self.statements.append)
            return connection

        database.close_all()
        database._connect = watched

    def counted(self):
        """SQLite tells a statement once more for each trigger it fires."""
        told = [each for each, _ in groupby(self.statements)]
        return [each for each in told if not each.lstrip().upper().startswith(NOT_COUNTED)]


def statements(bench):
    """The second time, when what a process remembers is there."""
    portal = Portal(bench.sqlite("statements"))
    here, found = bench.team, Found()
    portal.watch()
    booker = Booker(portal, here)
    path = here.url(span="week", day=here.days[0])
    for _ in range(2):
        status, *_ = portal.get(path, host=here.host, headers=FRAGMENT)
    found.values["times"] = count(found, f"a week of times ({status})", portal)
    for raw in booker.requests(2):
        status, *_ = portal.post(raw)
    found.values["booking"] = count(found, f"a booking ({status})", portal)
    db.database.obj.close_all()
    return found


def count(found, what, portal):
    run = portal.counted()
    found.notes.append(f"{what}: " + ", ".join(" ".join(each.split()[:3]).lower()[:40] for each in run))
    return len(run)


def long_past(bench):
    """A week of an agenda that has been in use for four years, and of one that is new."""
    now = world.now()
    with world.opened(bench.sqlite("past")):
        weeks = [week_query(here, now) for here in (bench.old, bench.young)]
        old, young = compared(*weeks)
    note = f"{old:.0f} us with {bench.old.past} past bookings, {young:.0f} us with {bench.young.past}"
    return Found({"": old / young}, notes=[note])


def week_query(here, now):
    practice = Practice.get_by_id(here.practice)
    with practice_context(practice):
        offers = catalogue.of(practice, now=now).at(here.service, here.location)
    first = here.days[0]

    def week():
        with practice_context(practice):
            return queries.free_times(offers, first_day=first, last_day=first + timedelta(days=6), now=now)

    return week
