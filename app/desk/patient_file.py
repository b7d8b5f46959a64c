"""What the desk shows of a patient, prepared: how they are known, what proves it, and when they come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.booking import queries as bookings
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.i18n import language, locale_of
from app.patients import actions, file_queries, labels, niss, queries, trust
from app.patients.models import Connection, Patient, PatientInvitation, PatientMerge, PatientNote
from app.patients.refusals import AlreadyConnected, NoMail
from app.staff.queries import name_of
from app.web.outside import services


@dataclass(frozen=True)
class Line:
    """A patient in a list."""

    patient: Patient
    born: date | None
    number: str | None  # masked


@dataclass(frozen=True)
class Proof:
    """One row of evidence, in words."""

    what: str
    who: str
    document: str
    at: datetime


@dataclass(frozen=True)
class File:
    line: Line
    country: str
    address: str
    ties: list[Connection]
    statement: str
    proofs: list[Proof]
    duplicates: list[Line]
    coming: list[Any]
    pinned: list[PatientNote]
    merges: list[PatientMerge]  # that can still be undone
    moments: dict[Any, datetime]
    invitation: PatientInvitation | None
    not_invited_because: str  # "" when an invitation can be sent

    @property
    def can_compare(self) -> bool:
        return bool(self.line.number or self.line.patient.birth_date)


def line(patient: Patient, *, now: datetime) -> Line:
    return line_on(clock.today(now, HOME), patient)


def line_on(today: date, patient: Patient) -> Line:
    digits = actions.niss_of(patient, sealer=services().sealer)
    born = patient.birth_date
    if digits is not None and born is None:
        born = niss.parse(digits, today=today).birth_date  # a hint: the file has no other
    return Line(patient, born, niss.masked(digits) if digits else None)


def of(patient: Patient, *, now: datetime) -> File:
    ties = queries.accounts_of(patient)
    own = next((tie for tie in ties if tie.dependant is None), None)
    level = queries.level_of(patient, (own or ties[0]).account_id if ties else None)
    coming = bookings.coming(patient.id, now=now)
    return File(
        line=line(patient, now=now),
        country=_country(patient.country),
        address=", ".join(
            part
            for part in (patient.street, f"{patient.postcode or ''} {patient.town or ''}".strip())
            if part
        ),
        ties=ties,
        statement=str(trust.at_the_desk(level)),
        proofs=[_proof(row) for row in queries.evidence_of(patient)],
        duplicates=[line(one, now=now) for one in queries.possible_duplicates(patient)],
        coming=coming,
        pinned=[note for note in file_queries.notes_of(patient) if note.pinned],
        merges=[one for one in file_queries.merges_of(patient) if file_queries.is_open(one, now=now)],
        moments={one.id: clock.local(one.starts, one.location.timezone) for one in coming},
        invitation=queries.open_invitation(patient, now=now),
        not_invited_because=_why_not(patient, own),
    )


def _why_not(patient: Patient, own: Connection | None) -> str:
    if own is not None:
        return AlreadyConnected().sentence()
    return "" if patient.email else NoMail().sentence()


def _proof(row: Any) -> Proof:
    document = labels.DOCUMENTS.get(row.detail.get("document", ""), "")
    return Proof(labels.evidence(row.kind), name_of(row.actor), str(document), row.at)


def _country(code: str | None) -> str:
    return str(locale_of(language()).territories.get(code, "")) if code and code != "XX" else ""
