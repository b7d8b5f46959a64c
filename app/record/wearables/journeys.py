"""The way to a service and back: begun by one session, answered once, opened once by the same session.

Google sends the browser to the one address we have registered, on the portal's own host, where somebody who signed in
at a practice's site has no session. What came back waits here, sealed, until that session fetches it where it began;
the worker then changes the code for a grant.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.errors import Unavailable
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context, across_accounts
from app.record.wearables import grants
from app.record.wearables.connections import connect
from app.record.wearables.models import WearableJourney
from app.record.wearables.ports import AccessOver, Grant, GrantOver, NotRead, Rest, WearableSource
from app.record.wearables.refusals import NotBelieved
from app.web.outside import services

LASTING = timedelta(minutes=15)  # to sign in there and to agree
WAITING = timedelta(minutes=2)  # from the answer to the browser's return
TOLD = timedelta(minutes=15)  # how long the page speaks of what became of it
KEPT = timedelta(days=1)
LONGEST = 2000
J = WearableJourney


@dataclass(frozen=True)
class Back:
    host: str
    ticket: str


def begin(service: WearableSource, *, account: UUID, session: UUID, host: str, now: datetime) -> str:
    """Where to send the browser."""
    state, row = secrets.token_urlsafe(32), uuid7()
    asked = service.ask(state=state)
    told = grants.sealed({"verifier": asked.verifier}, cell=_cell(account, row), sealer=services().sealer)
    with account_context(account), write_tx():
        J.create(
            id=row, source=service.key, state_hash=hashed(state), session_id=session, host=host, sealed=told,
            created_at=now, expires_at=now + LASTING,
        )  # fmt: skip
    return asked.url


def answer(state: str, *, code: str | None, now: datetime) -> Back:
    """What the service sent, put away for whoever asked; `code` is None when they did not agree. NotBelieved."""
    if not 0 < len(state) <= 100:
        raise NotBelieved("no state")
    if code is not None and not 0 < len(code) <= LONGEST:
        raise NotBelieved("no code")
    with across_accounts(reason="whose a state is"):
        found = J.get_or_none(J.state_hash == hashed(state))
    if found is None:
        raise NotBelieved("unknown state")
    if now >= found.expires_at:
        raise NotBelieved("too late")
    ticket, sealer, own = secrets.token_urlsafe(32), services().sealer, _cell(found.account_id, found.id)
    with account_context(found.account_id), write_tx():
        told = (
            {**grants.unsealed(found.sealed, cell=own, sealer=sealer), "code": code} if found.sealed else {}
        )
        once = J.update(
            answered_at=now, ticket_hash=hashed(ticket), sealed=grants.sealed(told, cell=own, sealer=sealer)
        ).where(J.id == found.id, J.answered_at.is_null())
        if not once.execute():
            raise NotBelieved("answered before")
    return Back(found.host, ticket)


def arrive(ticket: str, *, account: UUID, session: UUID, now: datetime) -> str | None:
    """The session that asked is back; the worker does the rest. «declined» when they did not agree. NotBelieved."""
    with account_context(account), write_tx():
        found = J.get_or_none(J.ticket_hash == hashed(ticket[:100]))
        if found is None:
            raise NotBelieved("unknown ticket")
        if found.session_id != session:
            raise NotBelieved("another session")
        if now >= found.answered_at + WAITING:
            raise NotBelieved("too late")
        if not J.update(used_at=now).where(J.id == found.id, J.used_at.is_null()).execute():
            raise NotBelieved("opened before")
        told = grants.unsealed(found.sealed, cell=_cell(account, found.id), sealer=services().sealer)
        if told.get("code") is None:
            _end(found, "declined", now)
            return "declined"
        payload = {"account": account.hex, "journey": found.id.hex}
        outbox.post("wearable-connect", payload, key=f"wearable-connect:{found.id.hex}", now=now)
    return None


def newest(account: UUID, *, now: datetime) -> WearableJourney | None:
    """The one somebody came back from a moment ago: being worked on, or what became of it."""
    with account_context(account):
        mine = J.select().where(J.used_at > now - TOLD).order_by(J.used_at.desc())
        return mine.first()


# ---- the worker's part ----------------------------------------------------------------------------------------------


def make(payload: dict[str, Any]) -> None:
    """A code becomes a grant, and a grant a connection. Rest and trouble at the service: again later."""
    account, now = Account.get_or_none(Account.id == UUID(payload["account"])), services().clock.now()
    if account is None:
        return
    with account_context(account):
        found = J.get_or_none(J.id == UUID(payload["journey"]))
        if found is None or found.ended_at is not None:
            return
        service = grants.source()
        try:
            grant = _grant(found, service, now)
            if not grant.kinds:
                _end(found, "nothing", now, grant=grant)
                return
            user = service.user(grant)
        except (GrantOver, AccessOver, NotRead):
            _end(found, "failed", now)
            return
        except Rest as tired:
            raise Unavailable("wearables", retry=True, why="they ask us to rest") from tired
        except Unavailable as down:
            if not down.retry:
                _end(found, "failed", now)
            raise
        with write_tx():
            if _end(found, "done", now):
                connect(account.id, service, grant, user=user, now=now)
            else:  # let go in the meantime
                grants.give_back(grant, source=service.key, now=now)


def _grant(found: WearableJourney, service: WearableSource, now: datetime) -> Grant:
    """A code serves once: what it brought is kept before anything else is asked."""
    own, sealer = _cell(found.account_id, found.id), services().sealer
    told = grants.unsealed(found.sealed, cell=own, sealer=sealer)
    if "grant" in told:
        return grants.read(told["grant"])
    grant = service.exchange(told["code"], verifier=told["verifier"], now=now)
    with write_tx():
        kept = grants.sealed({"grant": grants.written(grant)}, cell=own, sealer=sealer)
        J.update(sealed=kept).where(J.id == found.id).execute()
    return grant


def _end(found: WearableJourney, outcome: str, now: datetime, *, grant: Grant | None = None) -> bool:
    """False when the way is gone, or ended already."""
    with write_tx():
        mine = (J.id == found.id) & J.ended_at.is_null()
        if not J.update(outcome=outcome, ended_at=now, sealed=None).where(mine).execute():
            return False
        if grant is not None:
            grants.give_back(grant, source=found.source, now=now)
        if outcome != "done":
            target = audit.of_id("device", found.id)
            audit.record_account(found.account_id, verb="device.refuse", target=target, at=now)
    return True


def purge(*, now: datetime) -> None:
    with across_accounts(reason="ways that are over"), write_tx():
        J.delete().where(J.created_at < now - KEPT).execute()


def _cell(account: UUID, row: UUID) -> str:
    return grants.cell("wearable_journey", account, row)
