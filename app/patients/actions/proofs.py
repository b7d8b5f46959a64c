"""The government proved who an account's person is: noted at every practice where that person's own file is theirs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.identity import details, government
from app.identity.actions import details_of
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, folded
from app.kernel.tenancy import account_context, practice_context
from app.patients import queries
from app.patients.models import TrustEvidence
from app.patients.queries import Connected
from app.web.outside import services

JOB = "note-proof"


def note_proof(account: Account, niss: str, name: str, *, sealer: Sealer, now: datetime) -> int:
    """Evidence, once a practice; none where the file speaks of somebody else. Nothing is merged or overwritten.

    `name` is the government's: what the account calls itself proves nothing.
    """
    noted = 0
    for tie in queries.connections_of(account):
        if tie.dependant is not None or "csam" in tie.evidence or not _is_of(tie, niss, name, sealer):
            continue
        with practice_context(tie.practice), write_tx():
            by = audit.of_id("account", account.id)
            TrustEvidence.create(
                patient=tie.patient.id, account_id=account.id, kind="csam", actor="csam", at=now
            )
            target = audit.of_id("patient", tie.patient.id)
            audit.record(by=by, verb="patient.prove", target=target, at=now, detail={"with": "csam"})
        noted += 1
    return noted


def ask_for_note(account_id: UUID, *, now: datetime) -> None:
    """After a connection with a practice: the worker compares the numbers, with the keys it needs for that."""
    if government.key_of(account_id) is not None:
        outbox.post(JOB, {"account": account_id.hex}, key=f"{JOB}:{uuid7().hex}", now=now)


def note(payload: dict[str, Any]) -> None:
    """The work that `ask_for_note` left."""
    account = Account.get_or_none(Account.id == UUID(payload["account"]))
    key = government.key_of(account.id) if account is not None else None
    if account is None or key is None:
        return
    sealer = services().sealer
    with account_context(account):
        digits = details.number_of(account, details_of(account), sealer=sealer)
    if digits is not None:
        note_proof(account, digits, key.label, sealer=sealer, now=services().clock.now())


def _is_of(tie: Connected, niss: str, name: str, sealer: Sealer) -> bool:
    """Names and number are the proved ones; a file may have no number yet."""
    number = tie.patient.niss_index
    same = number is None or number == sealer.blind_index(tie.practice.id, "niss", niss)
    patient = government.label_of(tie.patient.given_name, tie.patient.family_name)
    return same and folded(patient) == folded(name)
