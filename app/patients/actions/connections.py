"""An account and its own file at the open practice: tied at the first booking, hidden by leaving, never deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import audit
from app.kernel.db import database, write_tx
from app.kernel.errors import NotFound
from app.kernel.events import publish
from app.kernel.ids import hexed, uuid7
from app.kernel.owners import Account
from app.kernel.tenancy import current_practice_id
from app.patients.actions.proofs import ask_for_note
from app.patients.actions.records import OWN
from app.patients.events import AccountConnected
from app.patients.models import Connection, Patient
from app.patients.refusals import AlreadyConnected


def own_file(account_id: UUID, *, dependant: UUID | None = None) -> UUID | None:
    """The file here that is theirs (or their dependant's), the newest first; also after they left, unless it has
    become another account's since."""
    rows = (
        Connection.select(Connection.patient, Connection.left_at)
        .where(Connection.account == account_id, _whose(dependant))
        .order_by(Connection.created_at.desc(), Connection.id.desc())
    )
    for row in rows:
        if row.left_at is None or dependant is not None or not is_connected(row.patient_id, but=account_id):
            return row.patient_id
    return None


def _whose(dependant: UUID | None) -> Any:
    return Connection.dependant == dependant if dependant is not None else Connection.dependant.is_null()


def is_connected(patient_id: UUID, *, but: UUID | None = None) -> bool:
    """Whether an account (another than `but`) reads this file as its own."""
    query = Connection.select().where(
        Connection.patient == patient_id, Connection.left_at.is_null(), Connection.dependant.is_null()
    )
    return (query.where(Connection.account != but) if but is not None else query).exists()


def connect(
    account: Account | UUID,
    patient_id: UUID,
    *,
    now: datetime,
    dependant: UUID | None = None,
    by: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Tie them, or tie them again: from here on no guest's booking falls into this file.

    AlreadyConnected when it is another account's.
    """
    account_id = account.id if isinstance(account, Account) else account
    with write_tx():
        if _is_tied(account_id, patient_id):
            return
        if dependant is None and is_connected(patient_id, but=account_id):
            raise AlreadyConnected
        marks = ", ".join([database.param] * 6)
        database.execute_sql(
            'INSERT INTO "connection" ("id", "practice_id", "patient_id", "account_id", "dependant", "created_at") '
            f'VALUES ({marks}) ON CONFLICT ("practice_id", "account_id", "patient_id") '
            'DO UPDATE SET "left_at" = NULL',
            (
                uuid7().hex,
                current_practice_id().hex,
                hexed(patient_id),
                account_id.hex,
                dependant.hex if dependant else None,
                Connection.created_at.db_value(now),
            ),
        )
        # whoever else knows number and names of this person, and has no account, gets a file of their own
        Patient.update(identity_key=f"{OWN}{hexed(patient_id)}").where(
            Patient.id == patient_id, ~Patient.identity_key.startswith(OWN)
        ).execute()
        by, target = by or audit.of_id("account", account_id), audit.of_id("patient", patient_id)
        audit.record(by=by, verb="patient.connect", target=target, at=now, detail=detail)
        audit.record_account(account_id, verb="connection.open", target=_here(), at=now, by=by, detail=detail)
        if dependant is None:
            ask_for_note(account_id, now=now)
        publish(AccountConnected(account_id, UUID(hexed(patient_id)), dependant, now))


def _is_tied(account_id: UUID, patient_id: UUID) -> bool:
    mine = (Connection.account == account_id) & (Connection.patient == patient_id)
    return Connection.select().where(mine, Connection.left_at.is_null()).exists()


def leave(account: Account | UUID, *, now: datetime, dependant: UUID | None = None) -> None:
    """The person no longer sees this practice's data; the practice keeps its file. NotFound when there is no tie."""
    _turn(account, dependant, now, left=True)


def rejoin(account: Account | UUID, *, now: datetime, dependant: UUID | None = None) -> None:
    """As before leaving; AlreadyConnected when the file has become another account's meanwhile."""
    _turn(account, dependant, now, left=False)


def _turn(account: Account | UUID, dependant: UUID | None, now: datetime, *, left: bool) -> None:
    account_id = account.id if isinstance(account, Account) else account
    with write_tx():
        # first of all: the journal's end is locked, so that two who ask at once stand in line
        audit.record(
            by=audit.of_id("account", account_id),
            verb="patient.leave" if left else "patient.rejoin",
            target=audit.of_id("account", account_id),
            at=now,
        )
        mine = list(Connection.select().where(Connection.account == account_id, _whose(dependant)))
        if not mine:
            raise NotFound
        if not left and any(
            one.left_at is not None and one.dependant is None and is_connected(one.patient_id, but=account_id)
            for one in mine
        ):
            raise AlreadyConnected
        change = Connection.update(left_at=now if left else None).where(
            Connection.account == account_id,
            _whose(dependant),
            Connection.left_at.is_null() if left else Connection.left_at.is_null(False),
        )
        if change.execute():
            verb = "connection.leave" if left else "connection.rejoin"
            audit.record_account(account_id, verb=verb, target=_here(), at=now)


def _here() -> str:
    return audit.of_id("practice", current_practice_id())
