"""The prescriptions of a patient and what is left of each; noted and ended at the desk."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.budget import Budget, Quota, Session, budget
from app.booking.models import OCCUPYING, Appointment
from app.booking.models.prescriptions import Prescription, QuotaRule
from app.booking.slots import local_day
from app.directory.models import Practitioner
from app.kernel import audit
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.patients.models import Patient

USUAL = Path(__file__).with_name("quotas.toml")


@dataclass(frozen=True)
class Counted:
    """A prescription with its rule (None where none was chosen) and what is left of it."""

    prescription: Prescription
    quota: QuotaRule | None
    budget: Budget


@lru_cache(maxsize=1)
def usual() -> tuple[dict[str, Any], ...]:
    """The quotas a practice begins with, as the rows they become."""
    return tuple(tomllib.loads(USUAL.read_text())["quotas"])


def begin_with_usual(disciplines: Iterable[str]) -> int:
    """The usual quotas of these disciplines that the open practice has not yet; how many were added."""
    here, known = set(disciplines), {row.key for row in QuotaRule.select(QuotaRule.key)}
    wanted = [row for row in usual() if row["discipline"] in here and row["key"] not in known]
    for position, row in enumerate(wanted, start=len(known)):
        QuotaRule.create(position=position, **row)
    return len(wanted)


def quotas() -> list[QuotaRule]:
    return list(QuotaRule.select().order_by(QuotaRule.position, QuotaRule.key))


def quota(quota_id: UUID) -> QuotaRule:
    """NotFound when it is not of the open practice."""
    found = QuotaRule.get_or_none(QuotaRule.id == quota_id)
    if found is None:
        raise NotFound
    return found


def begin_again_with_usual(disciplines: Iterable[str], *, by: str, now: datetime) -> int:
    """The usual ones that are missing come back; those that are there stay as the practice changed them."""
    with write_tx():
        added = begin_with_usual(disciplines)
        if added:
            audit.record(by=by, verb="quota.usual", target="quota:usual", at=now, detail={"added": added})
    return added


def keep_quota(row: QuotaRule | None, values: dict[str, Any], *, by: str, now: datetime) -> QuotaRule:
    """A new one, or other numbers for one that is there: what was counted is counted anew by them."""
    with write_tx():
        if row is None:
            last = QuotaRule.select().count()
            row = QuotaRule.create(key=f"own-{uuid7().hex[:20]}", position=last, **values)
        else:
            QuotaRule.update(**values).where(QuotaRule.id == row.id).execute()
        told = {name: value for name, value in values.items() if name != "name"}
        audit.record(by=by, verb="quota.keep", target=audit.of_id("quota", row.id), at=now, detail=told)
    return row


def of_patient(patient_id: UUID, *, practice: Practice, now: datetime, ended: bool = False) -> list[Counted]:
    """The newest first; two statements. A visit counts on the newest prescription that was there on its day."""
    P = Prescription
    mine = P.patient == patient_id if ended else (P.patient == patient_id) & P.ended_at.is_null()
    rows = list(
        P.select(P, QuotaRule, Practitioner)
        .join_from(P, QuotaRule, pw.JOIN.LEFT_OUTER)
        .join_from(P, Practitioner, pw.JOIN.LEFT_OUTER)
        .where(mine)
        .order_by(P.prescribed_on.desc(), P.created_at.desc())
    )
    if not rows:
        return []
    visits = _visits(
        patient_id, since=min(row.prescribed_on for row in rows), zone=practice.timezone, now=now
    )
    taken: set[int] = set()
    found = []
    for row in rows:
        own = [
            number
            for number, (who, one) in enumerate(visits)
            if number not in taken and one.on >= row.prescribed_on and row.practitioner_id in (None, who)
        ]
        own = own[: max(0, row.sessions - row.used_elsewhere)] if row is not rows[0] else own
        taken.update(own)
        found.append(
            _counted(row, [visits[number][1] for number in own], visits, today=_today(practice, now))
        )
    return found


def _counted(row: Any, own: list[Session], visits: list[tuple[UUID, Session]], *, today: date) -> Counted:
    quota = row.quota if row.quota_id else None
    counted_in = [
        one for who, one in visits if one.on.year == today.year and row.practitioner_id in (None, who)
    ]
    same_year = row.used_elsewhere if row.prescribed_on.year == today.year else 0
    rule = Quota(quota.per_year, tuple(quota.tiers), quota.start_within_days) if quota else Quota()
    return Counted(
        row,
        quota,
        budget(
            prescribed=row.sessions,
            prescribed_on=row.prescribed_on,
            used_elsewhere=row.used_elsewhere,
            sessions=own,
            of_the_year=len(counted_in) + same_year,
            quota=rule,
            today=today,
        ),
    )


def _visits(patient_id: UUID, *, since: date, zone: str, now: datetime) -> list[tuple[UUID, Session]]:
    """(practitioner, session) of the year of `since` on, oldest first; who did not come had no session."""
    a = Appointment
    first = to_minutes(datetime(since.year, 1, 1, tzinfo=now.tzinfo))
    rows = (
        a.select(a.starts, a.practitioner)
        .where(a.patient == patient_id, a.starts >= first, a.status.in_(OCCUPYING))
        .order_by(a.starts)
        .tuples()
    )
    minutes = to_minutes(now)
    return [(who, Session(local_day(start, zone), start <= minutes)) for start, who in rows]


def _today(practice: Practice, now: datetime) -> date:
    return local_day(to_minutes(now), practice.timezone)


def note(
    patient: Patient,
    *,
    by: str,
    now: datetime,
    prescribed_on: date,
    sessions: int,
    used_elsewhere: int = 0,
    quota: UUID | None = None,
    practitioner: UUID | None = None,
) -> Prescription:
    """A prescription the patient brought. NotFound for a quota or practitioner that is not of the open practice."""
    for model, wanted in ((QuotaRule, quota), (Practitioner, practitioner)):
        if wanted is not None and not model.select().where(model.id == wanted).exists():
            raise NotFound
    with write_tx():
        made = Prescription.create(
            patient=patient.id,
            practitioner=practitioner,
            quota=quota,
            prescribed_on=prescribed_on,
            sessions=sessions,
            used_elsewhere=used_elsewhere,
            actor=by,
            created_at=now,
        )
        _trace(made, "prescription.note", by=by, now=now)
    return made


def end(patient: Patient, prescription_id: UUID, *, by: str, now: datetime) -> None:
    """It no longer counts; what was had on it stays where it was. NotFound when it is not this patient's."""
    with write_tx():
        mine = (Prescription.id == prescription_id) & (Prescription.patient == patient.id)
        change = Prescription.update(ended_at=now).where(mine, Prescription.ended_at.is_null())
        if not change.execute():
            raise NotFound
        _trace(prescription_id, "prescription.end", by=by, now=now)


def _trace(which: Prescription | UUID, verb: str, *, by: str, now: datetime) -> None:
    target = audit.of_id("prescription", getattr(which, "id", which))
    audit.record(by=by, verb=verb, target=target, at=now)
