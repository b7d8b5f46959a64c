"""Some months of values of the demo patient: weight with a goal, shared; blood pressure; a few of the rest."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import NAMESPACE_DNS, uuid5

from app.directory.models import Practitioner
from app.kernel.clock import HOME, today, zone
from app.kernel.db import write_tx
from app.kernel.tenancy import account_context
from app.patients.models import Connection, Patient
from app.record.models import Goal, HealthReader, Observation, ObservationShare
from app.staff.models import Member
from app.staff.queries import account_of

DAYS = 170
SEED = 17


def furnish(email: str, *, now: datetime) -> None:
    """Of whoever has this address and a file at the open practice; not twice."""
    account = account_of(email)
    tie = Connection.get_or_none(Connection.account == account.id) if account else None
    if account is None or tie is None:
        return
    patient: Patient = tie.patient
    treating = Practitioner.select().order_by(Practitioner.position).first()
    with account_context(account):
        if treating is None or Observation.select().exists():
            return
        with write_tx():
            Observation.insert_many(list(_values(today(now, HOME), now=now))).execute()
            ObservationShare.create(
                kind="weight", practice=tie.practice_id, practitioner=treating.id, created_at=now
            )
            _goal(patient, treating, now=now)
            _reader(treating, now=now)


def _values(day: date, *, now: datetime) -> Iterator[dict[str, object]]:
    dice = Random(SEED)
    for ago in range(DAYS, 0, -1):
        weight = 784 - (DAYS - ago) * 60 // DAYS + dice.randint(-6, 6)
        if ago % 2 == 0:
            yield _row("weight", weight, day - timedelta(days=ago), now=now)
        if ago % 5 == 0:
            upper = 146 - (DAYS - ago) * 14 // DAYS + dice.randint(-6, 6)
            second = 92 - (DAYS - ago) * 8 // DAYS + dice.randint(-4, 4)
            yield _row("blood-pressure", upper, day - timedelta(days=ago), second=second, now=now)
        if ago <= 40:
            yield _row(
                "steps",
                5200 + (40 - ago) * 45 + dice.randint(-1500, 2500),
                day - timedelta(days=ago),
                now=now,
            )
        if ago <= 40 and ago % 3 == 0:
            yield _row("mood", dice.choice((3, 4, 4, 5)), day - timedelta(days=ago), now=now)
    yield _row("height", 1680, day - timedelta(days=DAYS), now=now)


def _row(kind: str, value: int, day: date, *, now: datetime, second: int | None = None) -> dict[str, object]:
    """The keys are the same every time, so that nothing is there twice."""
    return {
        "kind": kind,
        "value": value,
        "second": second,
        "at": datetime.combine(day, time(7, 30), zone(HOME)),
        "external_id": str(uuid5(NAMESPACE_DNS, f"demo {kind} {day}")),
        "created_at": now - timedelta(days=1),
    }


def _goal(patient: Patient, treating: Practitioner, *, now: datetime) -> None:
    day = today(now, HOME)
    Goal.create(
        patient=patient.id,
        kind="weight",
        direction="at-most",
        high=740,
        starts_on=day - timedelta(days=90),
        ends_on=day + timedelta(days=90),
        words="Pas à pas : une demi-heure de marche par jour suffit.",
        setter=treating.name,
        actor="operator",
        created_at=now,
    )


def _reader(treating: Practitioner, *, now: datetime) -> None:
    """The owner of the demo practice treats: she reads what is shared with her."""
    owner = next((one for one in Member.select() if "owner" in one.roles), None)
    if owner is not None:
        HealthReader.create(member=owner.id, practitioner=treating.id, created_at=now)
