"""The only door by which a practice reads what a person measured.

Every statement asks again, itself, whether the person still shares, is still connected, and whether the member still
reads as that practitioner: whoever takes it back is believed from the next statement on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.directory.models import Practitioner
from app.identity import representation
from app.kernel.clock import HOME, today
from app.kernel.constant_sql import param
from app.kernel.ids import hexed
from app.kernel.tenancy import account_context, practice_context
from app.patients.models import Connection, Patient
from app.patients.queries import accounts_of
from app.record.lines import Pattern
from app.record.models import HealthReader, Observation, ObservationShare, SharedObservation
from app.record.whose import SCOPE
from app.staff.models import Member

MANY = 400  # rows of one statement


@dataclass(frozen=True)
class Shared:
    """One kind, from one account, to this member: a `lines.Source`."""

    account: UUID
    dependant: UUID | None
    patient: UUID
    kind: str
    member: UUID
    day: date  # today, at the practice
    by: str  # who shares, in words
    until: date | None = None

    @property
    def pattern(self) -> Pattern:
        return SHARED if self.dependant is None else SHARED_OF_A_CHILD

    def given(self) -> dict[str, Any]:
        child = self.dependant and hexed(self.dependant)
        who = {"member": hexed(self.member), "patient": hexed(self.patient), "dependant": child}
        return {"kind": self.kind, "day": self.day.isoformat(), **who}

    @contextmanager
    def opened(self) -> Iterator[None]:
        with account_context(self.account):
            yield


@dataclass(frozen=True)
class Kept:
    """What stayed with the practice of somebody who deleted their account: a `lines.Source`."""

    patient: UUID
    kind: str
    member: UUID

    @property
    def pattern(self) -> Pattern:
        return STAYED

    def given(self) -> dict[str, Any]:
        return {"kind": self.kind, "patient": hexed(self.patient), "member": hexed(self.member)}

    @contextmanager
    def opened(self) -> Iterator[None]:
        yield


def _shared(child: Any) -> Callable[..., Any]:
    """What a living share covers, each time it is read; `child` is the place of a dependant, or None."""
    V, S = Observation, ObservationShare

    def rows(*columns: Any) -> Any:
        grant = _grants(param("member"), param("account"), child, param("patient"), param("day"))
        return V.select(*columns).where(
            V.kind == param("kind"),
            V.dependant.is_null() if child is None else V.dependant == child,
            pw.fn.EXISTS(grant.where(S.kind == param("kind"), _covers(V))),
        )

    return rows


def _stayed(*columns: Any) -> Any:
    K, R = SharedObservation, HealthReader
    mine = R.select(R.practitioner).where(R.member == param("member"))
    return K.select(*columns).where(
        K.patient == param("patient"), K.kind == param("kind"), K.practitioner.in_(mine)
    )


SHARED = Pattern(Observation, _shared(None), tenant=True, account=True)
SHARED_OF_A_CHILD = Pattern(Observation, _shared(param("dependant")), tenant=True, account=True)
STAYED = Pattern(SharedObservation, _stayed, tenant=True)


def _grants(member: Any, account: Any, dependant: Any, patient: Any, day: Any) -> Any:
    """Living shares of one account with whom this member reads as; the account's cabinet is open."""
    S, R, C = ObservationShare, HealthReader, Connection
    here = R.current()
    reads = R.select(pw.SQL("1")).where(R.member == member, R.practitioner == S.practitioner)
    tied = C.select(pw.SQL("1")).where(
        C.account == account,
        C.patient == patient,
        C.left_at.is_null(),
        C.dependant.is_null() if dependant is None else C.dependant == dependant,
    )
    return S.select(pw.SQL("1")).where(
        S.practice == here,
        S.dependant.is_null() if dependant is None else S.dependant == dependant,
        S.ended_at.is_null(),
        S.until_day.is_null() | (S.until_day >= day),
        pw.fn.EXISTS(reads),
        pw.fn.EXISTS(tied),
    )


def _covers(model: Any) -> Any:
    """Whether a share reaches back to this value."""
    return ObservationShare.since.is_null() | (model.at >= ObservationShare.since)


def shared_with(patient: Patient, member: Member, *, now: datetime) -> list[Shared]:
    """What this member may read of the open practice's patient, by kind."""
    day, found = today(now, HOME), []
    S = ObservationShare
    for tie in accounts_of(patient):
        if tie.dependant is not None and tie.dependant not in _children(tie.account, now):
            continue
        with account_context(tie.account):
            query = _grants(member.id, tie.account_id, tie.dependant, patient.id, day)
            rows = query.select(S.kind, pw.fn.MAX(pw.fn.COALESCE(S.until_day, date.max))).group_by(S.kind)
            for kind, until in rows.tuples():
                found.append(
                    Shared(
                        tie.account_id,
                        tie.dependant,
                        patient.id,
                        kind,
                        member.id,
                        day,
                        tie.account.name,
                        _bound(until),
                    )  # fmt: skip
                )
    return found


def _bound(until: Any) -> date | None:
    last = until if isinstance(until, date) else date.fromisoformat(str(until)[:10])
    return None if last == date.max else last


def _children(account: Any, now: datetime) -> set[UUID]:
    """Those whose health this account still answers for: from sixteen on it is the child's own affair."""
    return {
        whom.dependant
        for _row, whom in representation.people_of(account, now=now)
        if whom.dependant is not None and SCOPE in whom.scopes
    }


def kept_of(patient: Patient, member: Member) -> list[Kept]:
    K = SharedObservation
    mine = HealthReader.select(HealthReader.practitioner).where(HealthReader.member == member.id)
    rows = K.select(K.kind).where(K.patient == patient.id, K.practitioner.in_(mine)).distinct()
    return [Kept(patient.id, kind, member.id) for (kind,) in rows.tuples()]


# ---- who reads as whom ----------------------------------------------------------------------------------------------


def read_as(member: Member) -> list[Practitioner]:
    """The practitioners whose shares this member reads, at the open practice."""
    P, R = Practitioner, HealthReader
    rows = P.select().where(P.id.in_(R.select(R.practitioner).where(R.member == member.id)))
    return list(rows.order_by(P.position))


def readers() -> dict[UUID, set[UUID]]:
    """Member -> practitioners, of the open practice."""
    found: dict[UUID, set[UUID]] = {}
    for row in HealthReader.select():
        found.setdefault(row.member_id, set()).add(row.practitioner_id)
    return found


# ---- somebody leaves ------------------------------------------------------------------------------------------------


def keep(account_id: UUID, *, now: datetime) -> int:
    """Before an account goes: what it shares today stays with each practice that reads it. How many values.

    The practice keeps its record (law of 22 April 2019, art. 35).
    """
    S, day, copied = ObservationShare, today(now, HOME), 0
    with account_context(account_id):
        living = S.select().where(S.ended_at.is_null(), S.until_day.is_null() | (S.until_day >= day))
        for share in list(living):
            with practice_context(share.practice_id):
                copied += _copy(share, now=now)
    return copied


def _copy(share: ObservationShare, *, now: datetime) -> int:
    C, V = Connection, Observation
    of_whom = C.dependant == share.dependant if share.dependant else C.dependant.is_null()
    tie = C.get_or_none((C.account == share.account_id) & C.left_at.is_null() & of_whom)
    if tie is None:
        return 0
    query = V.select().where(
        V.kind == share.kind,
        V.dependant == share.dependant if share.dependant else V.dependant.is_null(),
    )
    if share.since is not None:
        query = query.where(V.at >= share.since)
    names = ("kind", "value", "second", "at", "taken", "meal", "source", "note")
    rows = [
        {**{name: getattr(row, name) for name in names}, "patient": tie.patient_id,
         "practitioner": share.practitioner_id, "kept_at": now}
        for row in query.iterator()
    ]  # fmt: skip
    for begin in range(0, len(rows), MANY):
        SharedObservation.insert_many(rows[begin : begin + MANY]).execute()
    return len(rows)
