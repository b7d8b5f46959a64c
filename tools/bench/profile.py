"""P18 and P22: the profile page of somebody new and of somebody with years behind them, against a bare Flask page."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

from app.billing.models import Invoice
from app.billing.numbers import reference
from app.booking.models import Appointment
from app.identity import sessions
from app.identity.models import AccountConsent, Factor, PersonalDetails
from app.identity.sessions import Seen
from app.kernel import db
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.messaging.models import Communication
from app.patients.models import Connection, Patient
from app.profile.widget import gallery
from tools.bench import load, servers, world
from tools.bench.engine import compared
from tools.bench.goals import Found
from tools.bench.inside import Portal, count
from tools.bench.times import BROWSER, hello

GOALS = ("P22",)
AHEAD = 3
FEW, MANY = (10, 10), (10_000, 500)  # messages, past appointments


def measure(_wanted, bench):
    return {"P22": against_hello(bench)}


class Person:
    """Somebody at the practice `there`, signed in, with so many messages and past appointments."""

    def __init__(self, there, name, *, agenda, messages, past):
        self.there, self.name, self.agenda = there, name, agenda
        self.account, self.patient = uuid7(), uuid7()
        self.token, self.also = "", []
        self._write(messages, past)

    @property
    def headers(self):
        return {**BROWSER, "Cookie": "; ".join([f"session={self.token}", "lang=fr", *self.also])}

    def request(self, path="/me"):
        return load.request("GET", path, host=self.there.host, headers=self.headers)

    def _write(self, messages, past):
        now, here = world.now(), {"practice": self.there.practice}
        mine = {"account": self.account}
        world.fill(Account, [{
            "id": self.account, "email": f"{self.name}@bench.example", "given_name": "Alice",
            "family_name": self.name, "created_at": now,
        }])  # fmt: skip
        world.fill(Factor, [{**mine, "kind": "mail", "created_at": now, "confirmed_at": now}])
        world.fill(PersonalDetails, [{**mine, "phone": "+32 470 00 00 00", "town": "Namur"}])
        world.fill(AccountConsent, [
            {**mine, "kind": kind, "text_version": 1, "language": "fr", "sha256": "0" * 64, "at": now, "host": "x"}
            for kind in ("privacy", "conditions")
        ])  # fmt: skip
        world.fill(Patient, [{
            **here, "id": self.patient, "given_name": "Alice", "family_name": self.name,
            "identity_key": f"bench-{self.name}", "created_at": now, "seen_at": now,
        }])  # fmt: skip
        world.fill(Connection, [{**here, **mine, "patient": self.patient, "created_at": now}])
        starts = [*self.there.free_starts(self.agenda)[:AHEAD], *world.past_starts(self.there.today, past)]
        world.fill(Appointment, [self._visit(start, now) for start in starts])
        world.fill(Communication, [
            {**here, "patient": self.patient, "sender": "practice", "kind": "booked",
             "created_at": now - timedelta(minutes=n), "read_at": now if n > 3 else None}
            for n in range(messages)
        ])  # fmt: skip
        base = 900 if messages > 100 else 1
        world.fill(Invoice, [
            {**here, "patient": self.patient, "year": 2020, "number": base + n, "reference": reference(2020, base + n),
             "total_cents": 4500, "issued_on": self.there.today, "due_on": self.there.today + timedelta(days=30),
             "created_at": now, "created_by": "operator"}
            for n in range(3)
        ])  # fmt: skip
        with account_context(self.account):
            row = Account.get_by_id(self.account)
            _session, self.token = sessions.start(
                row, host=self.there.host, stage="open", staff=False, method="mail", seen=Seen(), now=now
            )

    def _visit(self, start, now):
        there = self.there
        return {
            "practice": there.practice, "patient": self.patient, "practitioner": there.practitioners[self.agenda],
            "schedule": there.schedules[self.agenda], "service": there.service, "location": there.location,
            "starts": start, "ends": start + world.DURATION, "session_key": uuid7(), "language": "fr",
            "idempotency_key": uuid7(), "cancel_until": start - 1440, "created_at": now,
        }  # fmt: skip


def settled(bench, name):
    """(URL, somebody new, somebody of years), in a database of their own."""
    url = bench.sqlite(name)
    with world.opened(url):
        few = Person(bench.team, "new", agenda=0, messages=FEW[0], past=FEW[1])
        many = Person(bench.team, "old", agenda=1, messages=MANY[0], past=MANY[1])
    with world.opened(url) as database:
        database.execute_sql("ANALYZE")
    return url, few, many


def statements(bench, found):
    """P18: the second time, when what a process remembers is there."""
    url, _few, many = settled(bench, "profile-sql")
    portal = Portal(url)
    warm(portal, bench.team, many)
    portal.watch()
    for _ in range(2):
        status, _headers, body = portal.get("/me", host=bench.team.host, headers=many.headers)
        check(status, body)
    drawn = body.count(b'<section class="widget')
    found.values["profile"] = count(found, f"a profile page of {drawn} widgets ({status})", portal)
    db.database.obj.close_all()


def warm(server, there, one):
    """Each widget alone, as often as there are workers to remember it: what is cold is slow, and left for later. From
    then on the browser sends what the first page left in it, which its forms stand on."""
    _status, headers, _body = server.get("/me", host=there.host, headers=one.headers)
    one.also = [each.split(";")[0] for each in headers.get("set-cookie", [])]
    for path in [found.url for found in gallery().values()] * 6:
        server.get(path, host=there.host, headers=one.headers)


def check(status, body):
    if status != 200 or b"widget-failed" in body or b"widget-later" in body:
        raise load.BadAnswers(f"/me answered {status}: {body[:200]!r}")


def against_hello(bench):
    url, few, many = settled(bench, "profile")
    found = Found()
    with ExitStack() as stack:
        bare = stack.enter_context(servers.serve("tools.bench.apps.bare:app", name="bare"))
        environment = servers.portal_environment(url)
        portal = stack.enter_context(servers.serve("wsgi:app", name="portal", environment=environment))
        for one in (few, many):
            warm(portal, bench.team, one)
            status, _headers, body = portal.get("/me", host=bench.team.host, headers=one.headers)
            check(status, body)
        cases = {
            "H": (bare, hello()),
            "few": (portal, [few.request()]),
            "many": (portal, [many.request()]),
        }
        figures = bench.interleaved(cases)
    found.values["anew"] = figures["H"].cpu_us / figures["few"].cpu_us
    found.values["years"] = in_process(bench)
    drawn = sum(not one.hidden for one in gallery().values())
    found.missing["kept"] = "no part of a personal page is kept: each is read anew"
    found.notes += [f"{drawn} widgets"] + [figures[name].note() for name in cases]
    return found


def in_process(bench):
    """The page with 10,000 messages and 500 past appointments / with ten of each, turn by turn in this process."""
    url, few, many = settled(bench, "profile-years")
    portal = Portal(url)

    def page_of(one):
        return lambda: portal.get("/me", host=bench.team.host, headers=one.headers)

    warm(portal, bench.team, many)
    old, new = compared(page_of(many), page_of(few))
    db.database.obj.close_all()
    return old / new
