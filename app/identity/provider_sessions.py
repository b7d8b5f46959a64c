"""Which of our sessions belongs to which of the provider's: so that signing out on one side ends both."""

import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from app.identity.csam_models import ProviderSession
from app.identity.models import Session
from app.identity.ports import Ending, Proof, Told
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context, across_accounts


def keep(session: Session, proof: Proof, *, sealer: Sealer, now: datetime) -> None:
    """The session knows its level from here on, and what the provider calls it."""
    with account_context(session.account_id), write_tx():
        Session.update(level=proof.level).where(Session.id == session.id).execute()
        ProviderSession.delete().where(ProviderSession.session == session.id).execute()
        ProviderSession.create(
            session=session.id,
            name_index=_name_index(proof.provider, proof.ending.name_id, sealer),
            ending_index=_ending_index(proof.provider, proof.ending.session_index, sealer),
            sealed=sealer.seal(json.dumps(asdict(proof.ending)), cell=_cell(session.account_id, session.id)),
            created_at=now,
        )


def ending_of(session: Session, *, sealer: Sealer) -> Ending | None:
    """What the provider must be told to end this session there; None when it did not open it."""
    with account_context(session.account_id):
        found = ProviderSession.get_or_none(ProviderSession.session == session.id)
    if found is None:
        return None
    return Ending(**json.loads(sealer.unseal(found.sealed, cell=_cell(session.account_id, session.id))))


def end(told: Told, *, provider: str, sealer: Sealer, now: datetime) -> int:
    """Ends what the provider has ended; how many sessions that were. Without session numbers, all of that name."""
    if told.ending is None:
        return 0
    mine = ProviderSession.name_index == _name_index(provider, told.ending.name_id, sealer)
    if told.session_indexes:
        named = [_ending_index(provider, one, sealer) for one in told.session_indexes]
        mine &= ProviderSession.ending_index.in_(named)
    with across_accounts(reason="the provider says which session has ended"):
        found = list(
            ProviderSession.select(ProviderSession.account, ProviderSession.session).where(mine).tuples()
        )
    for account_id, session_id in found:
        with account_context(account_id), write_tx():
            if Session.delete().where(Session.id == session_id).execute():
                audit.record_account(account_id, verb="sign-out", at=now, by="csam")
    return len(found)


def _name_index(provider: str, name_id: str, sealer: Sealer) -> str:
    return sealer.fingerprint("provider-name", provider, name_id)


def _ending_index(provider: str, session_index: str, sealer: Sealer) -> str:
    return sealer.fingerprint("provider-session", provider, session_index)


def _cell(account_id: UUID, session_id: UUID) -> str:
    return f"{account_id.hex}|provider_session|sealed|{session_id.hex}"
