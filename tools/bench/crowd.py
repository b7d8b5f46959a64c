"""P12: the central search among 10,000 agendas, against a bare page that reads one row by its key."""

from __future__ import annotations

import random

from app.directory import listing, places
from app.directory.disciplines import DISCIPLINES
from app.directory.models import HealthcareService, Listing, Location, Practitioner, Schedule, ScheduleService
from app.kernel import db
from app.kernel.clock import to_minutes
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.practice.models import PracticeHost
from app.schema import upgrade
from tools.bench import load, servers, world
from tools.bench.goals import Found
from tools.bench.times import FRAGMENT

GOALS = ("P12",)
PRACTICES = 5_000
AGENDAS = 2  # of each
CODES = sorted(DISCIPLINES)
NAMES = ("Dubois", "Peeters", "Janssens", "Lambert", "Müller")
TOWNS = (
    "5000",
    "1000",
    "9000",
    "2000",
    "4000",
    "6000",
    "7000",
    "8000",
    "3000",
    "3500",
    "1300",
    "6700",
    "4700",
    "5500",
)


def measure(_wanted, bench):
    url = world.new_sqlite(servers.VAR / "crowd.db")
    ids = furnish(url)
    with servers.serve(
        "tools.bench.apps.beside:app", name="crowd", environment=servers.portal_environment(url)
    ) as server:
        check(server)
        cases = {"one row": (server, rows(ids)), "P12": (server, searches())}
        figures = bench.interleaved(cases)
    found = Found({"": figures["one row"].cpu_us / figures["P12"].cpu_us})
    found.notes += [each.note() for each in figures.values()]
    return {"P12": found}


def searches():
    """The soonest free times around some postcodes, of one discipline and of all."""
    paths = [f"/search?where={town}" for town in TOWNS]
    paths += [f"/search?where={town}&discipline=persphysiotherapist" for town in TOWNS]
    return [load.request("GET", path, host=servers.APP_HOST, headers=FRAGMENT) for path in paths]


def rows(ids):
    return [load.request("GET", f"/one/{each.hex}", host=servers.APP_HOST, headers=FRAGMENT) for each in ids]


def check(server):
    status, _, body = server.get(f"/search?where={TOWNS[0]}", headers=FRAGMENT)
    if status != 200 or b"<html" in body or body.count(b"bench.test") < 10:
        raise load.BadAnswers(f"the search answered {status} without ten results: {body[:200]!r}")


def furnish(url):
    """Practices where people live, each with two agendas whose first free time is known; some of their ids."""
    db.open_database(url)
    upgrade()
    db.database.close()
    db.database.obj.close_all()
    dice = random.Random(3)
    towns = sorted((place for place in every_town() if place.postcodes), key=lambda place: place.key)
    homes = dice.choices(towns, [place.population or 1 for place in towns], k=PRACTICES)
    with world.opened(url):
        practices = fill(homes, dice)
        db.database.execute_sql("ANALYZE")
    return dice.sample(practices, 40)


def every_town():
    """Each place once, through the one door the room has: the postcodes."""
    found = {place.key: place for postcode in range(1000, 10_000) for place in places.find(str(postcode))}
    return found.values()


def fill(homes, dice):
    """The rows of every practice, and its two listings as the worker leaves them; the ids of the practices."""
    rows = {model: [] for model in (Practice, PracticeHost, Location, HealthcareService, Practitioner, Schedule,
                                    ScheduleService, Listing)}  # fmt: skip
    for number, home in enumerate(homes):
        one_practice(rows, number, home, dice)
    for model, values in rows.items():
        world.fill(model, values)
    return [row["id"] for row in rows[Practice]]


def one_practice(rows, number, home, dice):
    def add(model, **values):
        rows[model].append(values)
        return model(**values)

    discipline = dice.choice(CODES)
    practice = add(
        Practice, id=uuid7(), slug=f"p{number}", name=f"Cabinet {number}", languages=["fr"], discipline=discipline,
        created_at=world.now(), brand_color="#0f766e", profile={"phone": "081 00 00 00"},
    )  # fmt: skip
    host = add(PracticeHost, practice=practice.id, host=f"p{number}.{servers.APP_HOST}", primary=True).host
    site = add(
        Location, id=uuid7(), practice=practice.id, key="site", name={"fr": home.local}, street=f"Rue Haute {number}",
        postcode=home.postcodes[0], town={"fr": home.local}, lat=home.lat + dice.uniform(-0.02, 0.02),
        lon=home.lon + dice.uniform(-0.03, 0.03),
    )  # fmt: skip
    care = add(
        HealthcareService,
        id=uuid7(),
        practice=practice.id,
        key="care",
        name={"fr": "Séance"},
        duration_minutes=30,
    )
    for position in range(AGENDAS):
        key = f"k{position}"
        person = add(
            Practitioner, id=uuid7(), practice=practice.id, key=key, given_name="Anne", family_name=dice.choice(NAMES),
            discipline=discipline, position=position,
        )  # fmt: skip
        agenda = add(
            Schedule, id=uuid7(), practice=practice.id, key=key, practitioner=person.id, location=site.id
        )
        add(ScheduleService, practice=practice.id, schedule=agenda.id, service=care.id)
        shown = listing._row(practice, agenda, person, site, host=host, bookable=True, several_sites=False)
        now = to_minutes(world.now())
        rows[Listing].append({
            **shown, "next_free": now + 15 * dice.randrange(300, 2000), "next_free_until": now + 4000,
            "next_free_version": 1,
        })  # fmt: skip
