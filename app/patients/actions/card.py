"""An identity card was read: what the file learns from it, and what the practice may believe from then on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.patients import queries
from app.patients.actions.identity import Compared, compare_account
from app.patients.models import Patient, TrustEvidence

LEARNT = (
    "birth_date",
    "street",
    "postcode",
    "town",
)  # a name is never changed by a card: it is part of a file's key


def note_card(
    patient: Patient,
    *,
    kind: str,
    digits: str,
    by: str,
    detail: dict[str, Any],
    sealer: Sealer,
    now: datetime,
    account_id: UUID | None = None,
    learn: Mapping[str, Any] | None = None,
) -> None:
    """Evidence of `kind` (eid-read, eid-pin), and the number where the file had none. The caller has compared them.

    `learn`: values of LEARNT columns that somebody agreed to.
    """
    index = sealer.blind_index(patient.practice_id, "niss", digits)
    with write_tx():
        audit.record(
            by=by, verb=f"patient.{kind}", target=audit.of_id("patient", patient.id), at=now, detail=detail
        )
        if patient.niss_sealed is None:
            cell = f"{patient.practice_id.hex}|patient|niss|{patient.id.hex}"
            Patient.update(niss_sealed=sealer.seal(digits, cell=cell), niss_index=index).where(
                Patient.id == patient.id, Patient.niss_index.is_null()
            ).execute()
        Patient.update(niss_confirmed_at=now, **_learnt(learn)).where(
            Patient.id == patient.id, Patient.niss_index == index
        ).execute()
        TrustEvidence.create(
            patient=patient.id, account_id=account_id, kind=kind, actor=by, at=now, detail=detail
        )


def compare_with_account(
    patient: Patient, digits: str, *, sealer: Sealer, now: datetime
) -> tuple[UUID | None, Compared]:
    """(whose account reads this file as its own, whether it says the same); a same number is settled by it."""
    account = next((tie.account for tie in queries.accounts_of(patient) if tie.dependant is None), None)
    if account is None:
        return None, Compared()
    found = compare_account(account, patient, digits, sealer=sealer, now=now)
    return (None if found.differs else account.id), found


def learn(patient: Patient, values: Mapping[str, Any], *, by: str, now: datetime) -> None:
    """Declared data of a card that proves nothing, with somebody's agreement."""
    wanted = _learnt(values)
    if not wanted:
        return
    with write_tx():
        detail = {"fields": sorted(wanted)}
        audit.record(
            by=by, verb="patient.learn", target=audit.of_id("patient", patient.id), at=now, detail=detail
        )
        Patient.update(**wanted).where(Patient.id == patient.id).execute()


def _learnt(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if name in LEARNT and value}
