"""A card and a file that do not go together wait for a member of the practice: nothing is joined by itself."""

from datetime import datetime
from uuid import UUID

from app.eid.card_files import Identity
from app.eid.models import CardConflict
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound


def leave_for_a_person(
    kind: str,
    identity: Identity,
    *,
    now: datetime,
    patient_id: UUID | None = None,
    account_id: UUID | None = None,
    by: str | None = None,
) -> None:
    """In the open practice's list, once for the same card and file."""
    same = (CardConflict.kind == kind) & CardConflict.settled_at.is_null()
    same &= CardConflict.patient == patient_id if patient_id else CardConflict.patient.is_null()
    same &= CardConflict.account_id == account_id if account_id else CardConflict.account_id.is_null()
    with write_tx():
        target = audit.of_id("patient", patient_id) if patient_id else "card"
        actor = by or (audit.of_id("account", account_id) if account_id else "guest")
        audit.record(by=actor, verb="card.conflict", target=target, at=now, detail={"kind": kind})
        if CardConflict.select().where(same).exists():
            return
        CardConflict.create(
            patient=patient_id,
            account_id=account_id,
            kind=kind,
            given_name=identity.given_names[:100],
            family_name=identity.family_name[:100],
            at=now,
        )


def settle_conflict(conflict_id: UUID, *, by: str, now: datetime) -> None:
    """A member has looked at it. NotFound for another practice's, and for one that is settled."""
    with write_tx():
        audit.record(by=by, verb="card.settle", target=audit.of_id("card_conflict", conflict_id), at=now)
        done = CardConflict.update(settled_at=now, settled_by=by).where(
            CardConflict.id == conflict_id, CardConflict.settled_at.is_null()
        )
        if not done.execute():
            raise NotFound
