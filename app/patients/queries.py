"""What ties people to practices, how far each practice knows them, and who looked at whom."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.identity.models import Dependant, Factor, Representation
from app.kernel.clock import HOME, day_bounds
from app.kernel.db import EPOCH
from app.kernel.errors import NotFound
from app.kernel.owners import Account, Practice
from app.kernel.sealing import folded, hashed
from app.kernel.tenancy import account_context, across_practices
from app.patients import labels, trust
from app.patients.models import AccessEntry, Connection, Patient, PatientInvitation, TrustEvidence
from app.patients.trust import Facts
from app.practice.queries import primary_host


def _id(account: Account | UUID) -> UUID:
    return account.id if isinstance(account, Account) else account


@dataclass(frozen=True)
class Connected:
    """An account at one practice: its file there, and how far the practice may believe who it is."""

    practice: Practice
    host: str
    connection: Connection
    patient: Patient
    level: int
    evidence: tuple[str, ...]  # kinds
    dependant_name: str = ""  # whose file it is, when it is that of somebody they act for

    @property
    def since(self) -> datetime:
        return self.connection.created_at

    @property
    def left_at(self) -> datetime | None:
        return self.connection.left_at

    @property
    def dependant(self) -> UUID | None:
        return self.connection.dependant

    @property
    def statement(self) -> str:
        return str(trust.statement(self.level))

    @property
    def raises(self) -> list[str]:
        return [str(one) for one in trust.raises(self.level)]


def connections_of(
    account: Account | UUID, *, include_left: bool = False, dependant: UUID | None = None
) -> list[Connected]:
    """At every practice, by its name; those of the people it acts for too, or of one `dependant` alone."""
    account_id = _id(account)
    names = _dependants(account_id)
    with across_practices(reason="a person's practices, all of them their own"):
        query = (
            Connection.select(Connection, Patient, Practice)
            .join_from(Connection, Patient)
            .join_from(Connection, Practice)
            .where(Connection.account == account_id, _of_theirs(names))
            .order_by(Practice.name, Connection.created_at)
        )
        if not include_left:
            query = query.where(Connection.left_at.is_null())
        if dependant is not None:
            query = query.where(Connection.dependant == dependant)
        rows = list(query)
        kinds = _evidence(account_id, [row.patient_id for row in rows])
    facts = facts_of(account_id) if rows else None
    return [
        Connected(
            practice=row.practice,
            host=primary_host(row.practice_id),
            connection=row,
            patient=row.patient,
            level=trust.level(facts, kinds[row.patient_id]),
            evidence=tuple(sorted(kinds[row.patient_id])),
            dependant_name=names.get(row.dependant, ""),
        )
        for row in rows
    ]


def _evidence(account_id: UUID, patient_ids: list[UUID]) -> defaultdict[UUID, frozenset[str]]:
    found: defaultdict[UUID, list[tuple[str, UUID | None]]] = defaultdict(list)
    if patient_ids:
        whose = Patient.id.in_(patient_ids) | Patient.merged_into.in_(patient_ids)
        rows = (
            TrustEvidence.select(
                TrustEvidence.kind, TrustEvidence.account_id, Patient.id, Patient.merged_into
            )
            .join(Patient)
            .where(whose)
            .tuples()
        )
        for kind, account, patient, merged in rows:
            found[merged or patient].append((kind, account))
    counted = {patient: trust.counted(rows, account_id) for patient, rows in found.items()}
    return defaultdict(frozenset, counted)


def _dependants(account_id: UUID) -> dict[UUID, str]:
    """Whom the account acts for: once that ends, their files are no longer shown to it."""
    with account_context(account_id):
        rows = Dependant.select().join(Representation).where(Representation.ended_at.is_null())
        return {one.id: one.name for one in rows}


def _of_theirs(names: dict[UUID, str]) -> Any:
    own = Connection.dependant.is_null()
    return own | Connection.dependant.in_(list(names)) if names else own


def facts_of(account_id: UUID) -> Facts | None:
    """An account exists once its mailbox was proved; its factor is asked for at every sign-in."""
    with account_context(account_id):
        has_factor = Factor.select().where(Factor.confirmed_at.is_null(False)).exists()
    return Facts(mail_proved=True, has_factor=has_factor)


def levels(account: Account | UUID) -> dict[UUID, int]:
    """Practice id -> how far it may believe who this person is; their own files only."""
    found: dict[UUID, int] = {}
    for one in connections_of(account):
        if one.dependant is None:
            found[one.practice.id] = max(one.level, found.get(one.practice.id, 0))
    return found


# ---- at the open practice ---------------------------------------------------------------------------------------


def patient(patient_id: UUID) -> Patient:
    """NotFound for anybody else's."""
    found = Patient.get_or_none(Patient.id == patient_id, Patient.merged_into.is_null())
    if found is None:
        raise NotFound
    return found


def kept_of(patient_id: UUID) -> UUID | None:
    """The file that one was merged into, or None: it stands for itself, or is not of this practice."""
    return Patient.select(Patient.merged_into).where(Patient.id == patient_id).scalar()  # type: ignore[no-any-return]


def accounts_of(patient: Patient | UUID) -> list[Connection]:
    """Who reads this file in the portal today; with the account loaded."""
    return list(
        Connection.select(Connection, Account)
        .join(Account)
        .where(Connection.patient == patient, Connection.left_at.is_null())
        .order_by(Connection.created_at)
    )


def level_of(patient: Patient, account_id: UUID | None) -> int:
    """How far an account is known as this patient; 0 without an account."""
    return level_of_file(patient.id, account_id)


def level_of_file(file: UUID | None, account_id: UUID | None) -> int:
    """The same by ids; without a file the account alone counts."""
    if account_id is None:
        return 0
    kinds = _evidence(account_id, [file])[file] if file else frozenset()
    return trust.level(facts_of(account_id), kinds)


def evidence_of(patient: Patient) -> list[TrustEvidence]:
    """Newest first; what was proved of a file that was merged into this one counts here."""
    merged = Patient.select(Patient.id).where(Patient.merged_into == patient.id)
    mine = (TrustEvidence.patient == patient.id) | TrustEvidence.patient.in_(merged)
    return list(TrustEvidence.select().where(mine).order_by(TrustEvidence.at.desc(), TrustEvidence.id.desc()))


def possible_duplicates(patient: Patient) -> list[Patient]:
    """Files that may be of the same person: same number, or same names and birth date. They are never joined by it."""
    alone = Patient.merged_into.is_null()
    others = Patient.select().where(Patient.id != patient.id, alone).order_by(Patient.seen_at.desc())
    same = list(others.where(Patient.niss_index == patient.niss_index)) if patient.niss_index else []
    known = {one.id for one in same}
    if patient.birth_date is not None:
        names = folded(patient.name)
        same += [
            one
            for one in others.where(Patient.birth_date == patient.birth_date)
            if one.id not in known and folded(one.name) == names
        ]
    return same


def invitation(token: str, *, now: datetime) -> PatientInvitation:
    """The living invitation behind a link, with its patient; NotFound when it is not of this practice, used or over."""
    found = (
        PatientInvitation.select(PatientInvitation, Patient)
        .join(Patient)
        .where(PatientInvitation.token_hash == hashed(token[:100]))
        .first()
    )
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise NotFound
    return found


def open_invitation(patient: Patient, *, now: datetime) -> PatientInvitation | None:
    """The one that still waits for an answer."""
    mine = (PatientInvitation.patient == patient.id) & PatientInvitation.used_at.is_null()
    return PatientInvitation.get_or_none(mine & (PatientInvitation.expires_at > now))


# ---- the access journal -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """One look of a member at a person's file."""

    id: UUID
    practice: Practice
    patient: Patient
    dependant: UUID | None
    member: str
    roles: tuple[str, ...]
    kind: str
    why: str
    at: datetime

    @property
    def what(self) -> str:
        return labels.look(self.kind)


def looks_at(
    account: Account | UUID,
    *,
    practice: Practice | UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Look]:
    """Newest first, both days included; also at practices the person left: whoever looked there, looked at them."""
    A, C = AccessEntry, Connection
    names = _dependants(_id(account))
    with across_practices(reason="who looked at one person, wherever it was"):
        query = (
            A.select(A, Patient, Practice, C.id, C.dependant)
            .join_from(A, Patient)
            .join_from(A, Practice)
            .join_from(
                A,
                C,
                on=(C.practice == A.practice)
                & ((C.patient == A.patient) | (C.patient == Patient.merged_into)),
                attr="tie",
            )
            .where(C.account == _id(account), _of_theirs(names))
            .order_by(A.at.desc(), A.id.desc())
            .limit(limit)
            .offset(offset)
        )
        if practice is not None:
            query = query.where(A.practice == getattr(practice, "id", practice))
        if first is not None:
            query = query.where(A.at >= _instant(day_bounds(first, HOME)[0]))
        if last is not None:
            query = query.where(A.at < _instant(day_bounds(last, HOME)[1]))
        rows: list[Any] = list(query)
    return [
        Look(
            id=row.id,
            practice=row.practice,
            patient=row.patient,
            dependant=row.tie.dependant,
            member=row.member,
            roles=tuple(row.roles),
            kind=row.what,
            why=labels.why(row.why),
            at=row.at,
        )
        for row in rows
    ]


def _instant(minutes: int) -> datetime:
    return EPOCH + timedelta(minutes=minutes)
