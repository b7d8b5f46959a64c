"""The files of one account at every practice in one constant statement: what each of its pages starts from."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.identity.ages import SCOPES, scopes_of_child
from app.identity.models import Dependant, Factor, Representation
from app.identity.representation import ActedFor
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import EPOCH
from app.kernel.ids import hexed
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices
from app.patients import trust
from app.patients.models import Connection, Patient, TrustEvidence
from app.patients.trust import Facts
from app.practice.models import PracticeHost
from app.practice.queries import kept

OWN = "one person's own files, wherever they are"


def _host() -> Any:
    there = (PracticeHost.practice == Connection.practice) & PracticeHost.retired_at.is_null()
    best = (PracticeHost.primary.desc(), PracticeHost.host)
    return PracticeHost.select(PracticeHost.host).where(there).order_by(*best).limit(1)


def _files() -> Any:
    """A row for every piece of evidence, or one without. A file of somebody they act for is theirs to see for as long
    as they do; what was proved of a file that was merged into this one counts here.
    """
    C, D, R, E = Connection, Dependant, Representation, TrustEvidence
    P = Patient.alias("evident")
    same = P.select(P.id).where(
        (P.practice == C.practice) & ((P.id == C.patient) | (P.merged_into == C.patient))
    )
    about = (E.practice == C.practice) & E.patient.in_(same)
    # not Factor.select(): what is compiled once must hold no account of the moment
    of_account = (Factor.account == param("account")) & Factor.confirmed_at.is_null(False)
    proved = pw.Select([Factor], [pw.SQL("1")]).where(of_account)
    child = (D.id == C.dependant) & (D.account == param("account"))
    living = (R.dependant == D.id) & (R.account == param("account")) & R.ended_at.is_null()
    return (
        C.select(
            *(C.id, C.practice, C.patient, C.dependant, C.created_at, Patient.given_name),
            *(Practice.name, Practice.catalogue_version, _host()),
            *(D.given_name, D.family_name, D.birth_date),
            *(E.kind, E.account_id, pw.fn.EXISTS(proved)),
        )
        .join_from(C, Patient)
        .join_from(C, Practice)
        .join_from(C, D, "LEFT OUTER JOIN", on=child)
        .join_from(D, R, "LEFT OUTER JOIN", on=living)
        .join_from(C, E, "LEFT OUTER JOIN", on=about)
        .where(
            C.account == param("account"), C.left_at.is_null(), C.dependant.is_null() | R.id.is_null(False)
        )
        .order_by(Practice.name, C.created_at)
    )


FILES = ConstantSQL(_files, tenant=False)


@dataclass(frozen=True)
class File:
    """One file of a person at one practice. `scopes`: what whoever looks may see of it (identity/ages.py)."""

    connection_id: UUID
    practice_id: UUID
    patient_id: UUID
    practice_name: str
    practice_version: int
    host: str
    given_name: str  # as the practice knows them
    since: datetime
    scopes: tuple[str, ...] = SCOPES
    dependant: UUID | None = None
    dependant_name: str = ""  # whose file it is, when it is that of somebody they act for
    level: int = 0  # how far the practice may believe that it is this account's (trust.py)

    @property
    def practice(self) -> Practice:
        """The whole row, kept by its version: no statement once this process has seen it."""
        return kept(self.practice_id, self.practice_version)


def of_account(account_id: UUID, *, today: date) -> list[File]:
    """Where the account is connected, by the practices' names: its own files and those of whom it acts for."""
    with across_practices(reason=OWN):
        rows = FILES.rows(account=account_id.hex)
    found: dict[Any, tuple[tuple[Any, ...], list[tuple[str, UUID | None]]]] = {}
    for *file, kind, whose, proved in rows:
        _same, evidence = found.setdefault(file[0], ((*file, proved), []))
        if kind is not None:
            evidence.append((kind, _uuid(whose) if whose else None))
    files = [
        _file(row, today=today, evidence=trust.counted(evidence, account_id))
        for row, evidence in found.values()
    ]
    return [one for one in files if one.scopes]


def seen_by(account_id: UUID, acting: ActedFor | None, *, today: date) -> list[File]:
    """What this account sees: its own files and its children's, or those of whoever it acts for, as far as allowed."""
    if acting is None:
        return of_account(account_id, today=today)
    if acting.dependant is not None:
        return [one for one in of_account(account_id, today=today) if one.dependant == acting.dependant]
    if acting.principal is None:
        return []
    theirs = of_account(acting.principal, today=today)
    return [replace(one, scopes=acting.scopes) for one in theirs if one.dependant is None]


def _file(row: tuple[Any, ...], *, today: date, evidence: frozenset[str]) -> File:
    connection, practice, patient, dependant, since, given_name, name, version, host, *child, proved = row
    given, family, born = child
    if isinstance(born, str):
        born = date.fromisoformat(born)
    return File(
        connection_id=_uuid(connection),
        practice_id=_uuid(practice),
        patient_id=_uuid(patient),
        practice_name=name,
        practice_version=version,
        host=host or "",
        given_name=given_name,
        since=EPOCH + timedelta(microseconds=since),
        scopes=SCOPES if dependant is None else scopes_of_child(born, today),
        dependant=_uuid(dependant) if dependant else None,
        dependant_name=f"{given} {family}" if dependant else "",
        level=trust.level(Facts(mail_proved=True, has_factor=bool(proved)), evidence),
    )


@lru_cache(maxsize=4096)
def _parsed(digits: str) -> UUID:
    return UUID(digits)


def _uuid(value: Any) -> UUID:
    """SQLite answers the digits, PostgreSQL the value."""
    return value if isinstance(value, UUID) else _parsed(hexed(value))
