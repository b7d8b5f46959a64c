"""Who of the team reads what is shared with which practitioner: the owner says so, and nobody reads by default."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from app.directory.models import Practitioner
from app.kernel import audit
from app.kernel.db import write_tx
from app.record.models import HealthReader
from app.staff.models import Member
from app.staff.queries import members

PERMISSION = "health:read"
Pair = tuple[UUID, UUID]  # member, practitioner


def candidates(*, today: date) -> list[Member]:
    """Members whose roles let them read at all, now or from a coming day on."""
    return [one for one in members() if one.may(PERMISSION) and (one.ends_on is None or one.ends_on >= today)]


def practitioners() -> list[Practitioner]:
    return list(Practitioner.select().order_by(Practitioner.position, Practitioner.family_name))


def pairs() -> set[Pair]:
    return {(row.member_id, row.practitioner_id) for row in HealthReader.select()}


def change(wanted: Iterable[Pair], *, today: date, by: str, now: datetime) -> bool:
    """Whether anything changed. Pairs of somebody else's practice, or of who may not read, are not looked at."""
    people, treating = {one.id for one in candidates(today=today)}, {one.id for one in practitioners()}
    asked = {
        (member, practitioner)
        for member, practitioner in wanted
        if member in people and practitioner in treating
    }
    with write_tx():
        audit.record(
            by=by, verb="health-readers.change", target="practice:readers", at=now,
            detail={"readers": sorted(f"{member}:{practitioner}" for member, practitioner in asked)},
        )  # fmt: skip
        before = pairs()
        for member, practitioner in before - asked:
            HealthReader.delete().where(
                HealthReader.member == member, HealthReader.practitioner == practitioner
            ).execute()
        for member, practitioner in asked - before:
            HealthReader.create(member=member, practitioner=practitioner, created_at=now)
    return before != asked
