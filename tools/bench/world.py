"""Databases to measure in: practices with workload W and thousands for the search, filled at full speed."""

from __future__ import annotations

import random
import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import peewee as pw

from app.booking import holidays
from app.booking.models import (
    AgendaLimit,
    Appointment,
    BookingPolicy,
    HoursException,
    OpenedHoliday,
    Resource,
    ResourcePool,
    WorkingHours,
)
from app.consent.models import PolicyText
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel import db
from app.kernel.clock import to_minutes
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.patients.models import Patient
from app.practice.models import PracticeHost
from app.schema import upgrade

ZONE = "Europe/Brussels"
DURATION, GRID, NOTICE = 30, 15, 120
HOURS = ((8 * 60, 12 * 60), (13 * 60, 18 * 60))
DAYS = 28  # of W, from tomorrow on
BOOKED = 200
HORIZON = 365


class World:
    """One practice and what a visitor needs to know to book there."""

    def __init__(self, slug, *, agendas=1, past=0, seed=1, ruled=False, buffer=0):
        self.ruled = ruled  # the whole matrix of rules, caps, limits and rooms
        self.buffer = buffer  # minutes
        self.slug = slug
        self.host = f"{slug}.portal.bench.test"
        self.seed = seed
        self.past = past
        self.practice, self.location, self.service = uuid7(), uuid7(), uuid7()
        self.practitioners = [uuid7() for _ in range(agendas)]
        self.schedules = [uuid7() for _ in range(agendas)]
        self.today = datetime.now(ZoneInfo(ZONE)).date()

    @property
    def path(self):
        return f"/book/{self.service}/{self.location}"

    @property
    def days(self):
        """The working days of W without the closed one."""
        span = (self.today + timedelta(days=n) for n in range(1, DAYS + 1))
        return [day for day in span if day.weekday() < 5 and day != self.closed_day]

    @property
    def closed_day(self):
        """A Wednesday of the second week."""
        monday = self.today + timedelta(days=7 - self.today.weekday())
        return monday + timedelta(days=9)

    def url(self, *, span, day, agenda=0):
        return f"{self.path}?span={span}&day={day}&schedule={self.schedules[agenda]}"

    def booked_starts(self, agenda):
        """200 half hours of the 28 days, the same ones in every run of one day."""
        dice = random.Random(f"{self.seed}:{agenda}")
        return sorted(dice.sample([minute for day in self.days for minute in half_hours(day)], BOOKED))

    def free_starts(self, agenda, *, after=DAYS + 1):
        """Half hours beyond W: nobody has booked there yet."""
        days = (self.today + timedelta(days=n) for n in range(after, HORIZON - 2))
        return [minute for day in days if day.weekday() < 5 for minute in half_hours(day)]


def half_hours(day: date):
    """UTC minutes of the 18 half hours of a working day."""
    midnight = datetime.combine(day, time(), ZoneInfo(ZONE))
    walls = [wall for start, end in HOURS for wall in range(start, end, DURATION)]
    return [to_minutes(midnight.replace(hour=wall // 60, minute=wall % 60)) for wall in walls]


# --- filling


def fill(model: type[pw.Model], rows):
    """Insert dictionaries by column name of the model; defaults are the model's own."""
    fields = model._meta.sorted_fields
    if rows and "id" not in rows[0] and isinstance(model._meta.primary_key, pw.AutoField):
        fields = [field for field in fields if field is not model._meta.primary_key]
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    marks = ", ".join([db.database.param] * len(fields))
    values = [[field.db_value(_value(field, row)) for field in fields] for row in rows]
    cursor = db.database.connection().cursor()
    cursor.executemany(f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({marks})', values)


def _value(field, row):
    if field.name in row:
        return row[field.name]
    return field.default() if callable(field.default) else field.default


def now():
    return datetime.now(UTC)


def furnish(world: World):
    """The practice with its agendas, hours, one closed day, and the bookings of W."""
    here = {"practice": world.practice}
    fill(Practice, [{
        "id": world.practice, "slug": world.slug, "name": f"Cabinet {world.slug}", "languages": ["fr", "nl"],
        "discipline": "persphysiotherapist", "created_at": now(), "brand_color": "#0f766e",
        "profile": {"tagline": {"fr": "Kinésithérapie"}, "phone": "081 00 00 00", "email": "cabinet@example.be"},
    }])  # fmt: skip
    fill(PracticeHost, [{**here, "host": world.host, "primary": True}])
    fill(Location, [{
        **here, "id": world.location, "key": "site", "name": {"fr": "Namur"}, "street": "Rue du Pont 1",
        "postcode": "5000", "town": {"fr": "Namur"}, "lat": 50.4674, "lon": 4.872, "timezone": ZONE,
    }])  # fmt: skip
    fill(HealthcareService, [{
        **here, "id": world.service, "key": "care", "name": {"fr": "Séance", "nl": "Sessie"},
        "duration_minutes": DURATION, "grid_minutes": GRID, "price_cents": 3000,
        "buffer_before_minutes": world.buffer, "buffer_after_minutes": world.buffer,
        "needs": ["room"] if world.ruled else [],
    }])  # fmt: skip
    fill(BookingPolicy, [{**here, "service": None, "min_notice_minutes": NOTICE, "horizon_days": HORIZON,
                          "cancellation_notice_minutes": 1440, "late_fee_cents": 1500}])  # fmt: skip
    years = range(world.today.year - 1, world.today.year + 3)
    fill(OpenedHoliday, [{**here, "day": day} for year in years for day in holidays.named(year)])
    fill(PolicyText, [
        {**here, "kind": kind, "version": 1, "language": code, "body": f"{kind} {code}", "sha256": "0" * 64,
         "published_at": now()}
        for kind in ("conditions", "cancellation", "privacy") for code in ("fr", "nl")
    ])  # fmt: skip
    fill(Practitioner, [
        {**here, "id": who, "key": f"p{n}", "given_name": "Anne", "family_name": f"Dubois {n}", "position": n,
         "discipline": "persphysiotherapist", "languages": ["fr"]}
        for n, who in enumerate(world.practitioners)
    ])  # fmt: skip
    fill(Schedule, [
        {**here, "id": schedule, "key": f"s{n}", "practitioner": who, "location": world.location, "position": n}
        for n, (who, schedule) in enumerate(zip(world.practitioners, world.schedules, strict=True))
    ])  # fmt: skip
    fill(ScheduleService, [{**here, "schedule": each, "service": world.service} for each in world.schedules])
    fill(WorkingHours, [
        {**here, "schedule": each, "weekday": weekday, "start_minute": start, "end_minute": end,
         "valid_from": date(2020, 1, 1)}
        for each in world.schedules for weekday in range(5) for start, end in HOURS
    ])  # fmt: skip
    fill(HoursException, [
        {**here, "schedule": each, "kind": "close", "first_day": world.closed_day, "last_day": world.closed_day}
        for each in world.schedules
    ])  # fmt: skip
    if world.ruled:
        rule(world)
    book(world)


def rule(world: World):
    """Every cell of the matrix says something; a room each for half of the agendas, and a day that can be full."""
    here = {"practice": world.practice}
    fill(BookingPolicy, [
        {**here, "service": service, "schedule": schedule, "level": level, "known": known, "outcome": "direct",
         "min_notice_minutes": NOTICE, "horizon_days": HORIZON, "upcoming_most": 1000, "window_most": 500,
         "window_days": 7}
        for service, schedule in ((None, None), (world.service, None), (world.service, world.schedules[0]))
        for level in range(5) for known in (True, False)
    ])  # fmt: skip
    fill(AgendaLimit, [
        {**here, "schedule": each, "service": None, "period": period, "unit": unit, "most": 10_000}
        for each in world.schedules for period, unit in (("day", "count"), ("week", "minutes"))
    ])  # fmt: skip
    pool = uuid7()
    fill(
        ResourcePool,
        [{**here, "id": pool, "location": world.location, "key": "room", "name": {"fr": "Salle"}}],
    )
    fill(Resource, [
        {**here, "pool": pool, "key": f"room-{n}", "name": {"fr": f"Salle {n}"}, "position": n}
        for n in range(max(2, len(world.schedules)))
    ])  # fmt: skip


def book(world: World):
    patient = uuid7()
    here = {"practice": world.practice}
    fill(Patient, [{
        **here, "id": patient, "given_name": "Alice", "family_name": "Dupont", "identity_key": f"bench-{world.slug}",
        "created_at": now(), "seen_at": now(),
    }])  # fmt: skip
    rows = []
    for agenda, (who, schedule) in enumerate(zip(world.practitioners, world.schedules, strict=True)):
        for start in (*world.booked_starts(agenda), *past_starts(world.today, world.past)):
            rows.append({
                **here, "patient": patient, "practitioner": who, "schedule": schedule, "service": world.service,
                "location": world.location, "starts": start, "ends": start + DURATION, "session_key": uuid7(),
                "language": "fr", "idempotency_key": uuid7(), "cancel_until": start - 1440, "created_at": now(),
                "contact_email": "alice@example.be", "price_cents": 3000,
            })  # fmt: skip
    fill(Appointment, rows)


def past_starts(today: date, count):
    """The last `count` half hours before today, every one of them booked."""
    found: list[int] = []
    day = today
    while len(found) < count:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            found += half_hours(day)
    return found[:count]


# --- databases


def new_sqlite(path):
    """An empty database at `path`, brought up to date; its URL."""
    for left in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", ".turn"))):
        left.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{path}"


@contextmanager
def opened(url):
    """The database bound and connected in this process, in one transaction, and let go of in the end."""
    database = db.open_database(url)
    database.connect()
    try:
        with database.atomic():
            yield database
    finally:
        database.close()
        database.close_all()


def build(url, *worlds):
    db.open_database(url)
    upgrade()
    db.database.close()
    db.database.obj.close_all()
    with opened(url):
        for world in worlds:
            furnish(world)
    with opened(url) as database:
        database.execute_sql("ANALYZE")


def copy_sqlite(source, target):
    new_sqlite(target)
    shutil.copy(source, target)
    return f"sqlite:///{target}"


def copy_postgres(server, name, *, of=None):
    """A database made from the one the URL `server` names, or from the one called `of`; the URL of the new one."""
    from playhouse.db_url import connect

    base, _, query = server.partition("?")
    base, source = base.rsplit("/", 1)
    maintenance = connect(f"{base}/postgres?{query}", prefer_psycopg3=True)
    connection = maintenance.connection()
    connection.autocommit = True
    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of or source}"')
    maintenance.close()
    return f"{base}/{name}?{query}"


def postgres_pid(server):
    """The process of a cluster made by tools.postgres, whose folder is the host in its URL."""
    folder = Path(server.rpartition("host=")[2])
    return int((folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
