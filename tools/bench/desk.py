"""D1 to D3: the desk's day of six agendas and 200 appointments, and looking for one patient among 50,000."""

from __future__ import annotations

import base64
import random
from contextlib import ExitStack
from datetime import timedelta
from importlib import import_module

from app.account import texts
from app.booking.models import Appointment
from app.identity import sessions
from app.identity.actions import open_account
from app.identity.sessions import Seen
from app.kernel import audit, db
from app.kernel.ids import uuid7
from app.kernel.sealing import Keys, Sealer
from app.kernel.tenancy import practice_context
from app.patients.models import Patient
from app.staff.models import Member
from tools.bench import load, machine, servers, world
from tools.bench.context import ROUNDS, Figures, Round
from tools.bench.goals import Found
from tools.bench.inside import Portal, count
from tools.bench.times import BROWSER, FRAGMENT, hello

GOALS = ("D1", "D2", "D3")
AGENDAS, VISITS, PATIENTS = 6, 200, 50_000
MEMBERS, TYPED = (
    12,
    36,
)  # each of them asks for each name, ten times at most: no more than their limit lets through
LENGTH = 15  # minutes, so that 200 find a place in one day
GIVEN = ("Anne", "Luc", "Noor", "Émile", "Sara", "Jonas", "Zoé", "Wim")
SYLLABLES = (
    "Van",
    "Pee",
    "ters",
    "Du",
    "bois",
    "Jans",
    "sens",
    "Lam",
    "bert",
    "Maes",
    "Wou",
    "Kla",
    "Ver",
    "hof",
)


def measure(wanted, bench):
    here = world.World("desk", agendas=AGENDAS, seed=7)
    url = world.new_sqlite(servers.VAR / "desk.db")
    world.build(url, here)
    day = next(one for one in here.days if one > here.today + timedelta(days=DAYS_AWAY))
    cookies = furnish(url, here, day)
    found = {}
    if "D1" in wanted:
        found["D1"] = statements(url, here, day, cookies[0])
    if {"D2", "D3"} & set(wanted):
        found |= over_http(wanted, bench, url, here, day, cookies)
    return found


DAYS_AWAY = 3


def furnish(url, here, day):
    """A full day, patients with names of their own, and receptionists: their cookies."""
    dice = random.Random(11)
    keys = Keys.derive(base64.b64decode(servers.SECRETS["PARVIS_DATA_KEY"]))
    audit.install(keys.audit)
    with world.opened(url):
        people = [uuid7() for _ in range(PATIENTS)]
        made = {"practice": here.practice, "created_at": world.now(), "seen_at": world.now()}
        world.fill(Patient, [
            {**made, "id": one, "given_name": dice.choice(GIVEN), "family_name": name(dice), "identity_key": f"d{n}"}
            for n, one in enumerate(people)
        ])  # fmt: skip
        fill_words()
        with practice_context(here.practice):
            Appointment.delete().execute()
        slots = [start + more for start in world.half_hours(day) for more in (0, LENGTH)]
        places = [(agenda, start) for start in slots for agenda in range(AGENDAS)][:VISITS]
        world.fill(Appointment, [
            {"practice": here.practice, "patient": dice.choice(people), "practitioner": here.practitioners[agenda],
             "schedule": here.schedules[agenda], "service": here.service, "location": here.location, "starts": start,
             "ends": start + LENGTH, "session_key": uuid7(), "language": "fr", "idempotency_key": uuid7(),
             "cancel_until": start - 1440, "created_at": world.now()}
            for agenda, start in places
        ])  # fmt: skip
        db.database.execute_sql("ANALYZE")  # what the planner was told knows one patient
        return [receptionist(here, Sealer(keys), f"sylvie{n or ''}") for n in range(MEMBERS + 1)]


def fill_words():
    """As the migration does of files that stand."""
    db.database.execute_sql('DELETE FROM "patient_word"')
    import_module("app.migrations.0024_search").fill(db.database.obj)


def name(dice):
    return "".join(dice.choice(SYLLABLES) for _ in range(3)).capitalize()


def receptionist(here, sealer, name="sylvie"):
    now = world.now()
    account = open_account(
        email=f"{name}@bench.example", password_hash="-", given_name=name.capitalize(), family_name="Renard",
        language="fr", now=now, sealer=sealer,
    )  # fmt: skip
    texts.accept(account, language="fr", host=here.host, now=now)
    with practice_context(here.practice):
        Member.create(account=account, roles=["receptionist"], starts_on=here.today)
    seen = Seen("bench", "127.0.0.1")
    _session, token = sessions.start(
        account, host=here.host, stage="open", staff=True, method="app", seen=seen, now=now
    )
    return f"session={token}"


def statements(url, here, day, cookie):
    """The second look: the first one is journaled. Least what every page of the desk asks for its frame."""
    portal, found = Portal(url), Found()
    portal.watch()
    headers = {**BROWSER, "Cookie": cookie}
    for _ in range(2):
        status, *_rest = portal.get("/desk/shortcuts", host=here.host, headers=headers)
    frame = count(found, f"the frame of a page ({status})", portal)
    for _ in range(2):
        status, _headers, body = portal.get(f"/desk/day?date={day}", host=here.host, headers=headers)
    if status != 200 or body.count(b"data-visit=") != VISITS:
        raise load.BadAnswers(f"the day answered {status} with {body.count(b'data-visit=')} visits")
    every = count(found, f"the day, all included ({status})", portal)
    found.values |= {"day": every - frame, "all": every}
    db.database.obj.close_all()
    return found


def over_http(wanted, bench, url, here, day, cookies):
    environment = servers.portal_environment(url)
    with ExitStack() as stack:
        bare = stack.enter_context(servers.serve("tools.bench.apps.bare:app", name="bare"))
        portal = stack.enter_context(
            servers.serve("tools.bench.apps.beside:app", name="desk", environment=environment)
        )
        known = [{"Cookie": with_all_cookies(cookie, portal, here)} for cookie in cookies]
        cases = {"H": (bare, hello())}
        if "D2" in wanted:
            asked = load.request(
                "GET", f"/desk/day?date={day}", host=here.host, headers={**BROWSER, **known[0]}
            )
            cases["D2"] = (portal, [asked])
        figures = bench.interleaved(cases)
        if "D3" in wanted:
            figures |= search_rounds(bench, portal, here, known)
    found = {goal: Found() for goal in ("D2", "D3") if goal in wanted}
    for goal, beside in (("D2", "H"), ("D3", "one row")):
        if goal in found:
            found[goal].values[""] = figures[beside].cpu_us / figures[goal].cpu_us
            found[goal].notes += [figures[beside].note(), figures[goal].note()]
    if "D3" in found:
        found["D3"].notes.append(figures[FIRST].note())
    return found


def with_all_cookies(cookie, portal, here):
    """As a browser sends them: with what the first page left beside the session, which its forms stand on."""
    _status, headers, _body = portal.get(
        "/desk/shortcuts", host=here.host, headers={**BROWSER, "Cookie": cookie}
    )
    return "; ".join([cookie, *(each.split(";")[0] for each in headers.get("set-cookie", []))])


FIRST = "D3, nobody seen before"


def search_rounds(bench, portal, here, known):
    """First everything is warm, then each member sees everybody for the first time, once; then again, three times."""
    row = load.request("GET", f"/one/{here.practice.hex}", host=servers.APP_HOST, headers=FRAGMENT)
    names = typed()
    load.run(portal.port, searches(here, known[:1], names), once=True)
    asked = searches(here, known[1:], names)
    rounds = {"one row": [], "D3": [], FIRST: [bench.keep(once(FIRST, portal, asked))]}
    for _ in range(ROUNDS):
        for name, requests in {"one row": [row] * 2000, "D3": asked}.items():
            rounds[name].append(bench.round(name, portal, requests, once=True))
    return {name: Figures(name, each) for name, each in rounds.items()}


def once(name, portal, requests):
    """A round that cannot be measured again."""
    watch = machine.Watch(portal.pid)
    answered = load.run(portal.port, requests, once=True)
    if answered.refused:
        raise load.BadAnswers(f"{name}: {answered.refused} of {answered.requests} answers were refusals")
    return Round(name, answered, watch.stop())


def typed():
    """Names typed so far that few people have; each fourth is the beginning of a last name and a first name."""
    dice = random.Random(5)
    whole = ["".join(dice.choice(SYLLABLES) for _ in range(3)).lower() for _ in range(TYPED)]
    return [
        name if n % 4 != 1 else f"{dice.choice(SYLLABLES).lower()}+{dice.choice(('anne', 'luc', 'noor'))}"
        for n, name in enumerate(whole)
    ]


def searches(here, known, names):
    """Every name by every member, as the list under the field asks for it."""
    return [
        load.request("GET", f"/desk/patients?q={text}", host=here.host, headers={**FRAGMENT, **cookie})
        for text in names
        for cookie in known
    ]
