"""A member compared an identity document with the file: what that proves, here and for the account."""

from dataclasses import dataclass
from datetime import datetime

from app.identity.models import PersonalDetails
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, folded
from app.kernel.tenancy import account_context
from app.patients import queries
from app.patients.actions.records import niss_of
from app.patients.models import Patient, TrustEvidence
from app.patients.refusals import FileChanged, NothingToCompare


@dataclass(frozen=True)
class Compared:
    """`locked`: the account can no longer change its number; `differs`: account and file do not say the same."""

    locked: bool = False
    differs: bool = False


def confirm_identity(
    patient: Patient, *, by: str, document: str, sealer: Sealer, now: datetime, seen: str | None = None
) -> Compared:
    """Names and number were compared with `document`. Nothing is merged, and nothing is overwritten.

    `seen` is the `mark` of the page: FileChanged when it was confirmed meanwhile, by a colleague or a second click.
    """
    if patient.niss_sealed is None and patient.birth_date is None:
        raise NothingToCompare
    digits = niss_of(patient, sealer=sealer)
    with write_tx():
        audit.record(
            by=by, verb="patient.confirm", target=audit.of_id("patient", patient.id), at=now,
            detail={"document": document},
        )  # fmt: skip
        if seen is not None and seen != mark(patient):
            raise FileChanged
        if digits is not None:
            Patient.update(niss_confirmed_at=now).where(Patient.id == patient.id).execute()
            patient.niss_confirmed_at = now
        account = next((tie.account for tie in queries.accounts_of(patient) if tie.dependant is None), None)
        found = compare_account(account, patient, digits, sealer=sealer, now=now) if account else Compared()
        if not found.differs:
            about = account.id if account else None
            TrustEvidence.create(
                patient=patient.id, account_id=about, kind="known", actor=by, at=now, detail={"document": document}
            )  # fmt: skip
    return found


def mark(patient: Patient) -> str:
    """Changes with every confirmation."""
    newest = queries.evidence_of(patient)[:1]
    confirmed = Patient.select(Patient.niss_confirmed_at).where(Patient.id == patient.id).tuples().first()
    return f"{newest[0].id.hex if newest else ''}:{confirmed[0] if confirmed else ''}"


def compare_account(
    account: Account, patient: Patient, digits: str | None, *, sealer: Sealer, now: datetime
) -> Compared:
    """What the account says of itself, beside the file; where both are the same the account's number is settled."""
    if not _same_names(account, patient):
        return Compared(differs=True)
    index = sealer.fingerprint("niss", digits) if digits else None
    with account_context(account):
        own = PersonalDetails.get_or_none()
        if own is None or own.niss_index is None or index is None:
            return Compared()
        if own.niss_index != index:
            return Compared(differs=True)
        # asked again in the same statement: the person may be changing it at this moment
        mine = (PersonalDetails.niss_index == index) & PersonalDetails.niss_confirmed_at.is_null()
        locked = PersonalDetails.update(niss_confirmed_at=now, version=PersonalDetails.version + 1).where(
            mine
        )
        if locked.execute():
            audit.record_account(account.id, verb="niss.confirm", at=now, by="practice")
    return Compared(locked=True)


def _same_names(account: Account, patient: Patient) -> bool:
    return (folded(account.given_name), folded(account.family_name)) == (
        folded(patient.given_name),
        folded(patient.family_name),
    )
