"""A connection begins, breaks and ends: with its grant, its journal, and what becomes of the values it brought."""

from datetime import datetime
from uuid import UUID

from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.ids import uuid7
from app.kernel.tenancy import account_context
from app.record.models import Observation
from app.record.wearables import grants, queueing
from app.record.wearables.models import WearableConnection, WearableJourney
from app.record.wearables.ports import Grant, WearableSource
from app.web.outside import services

C = WearableConnection
MOST_PASSED_OVER = 2000


def of_account(account_id: UUID, source: str) -> WearableConnection | None:
    with account_context(account_id):
        return C.get_or_none(C.source == source)


def connect(account_id: UUID, service: WearableSource, grant: Grant, *, user: str, now: datetime) -> None:
    """In the caller's transaction and cabinet: a new one, or another grant for the one there is."""
    before, sealer = C.get_or_none(C.source == service.key), services().sealer
    row = before.id if before else uuid7()
    index = sealer.fingerprint("wearable", service.key, user)
    told = {
        "state": "open",
        "sealed": _sealed(account_id, row, grant),
        "user_index": index,
        "granted": list(grant.kinds),
        "unread": [],
        "next_at": now,
        "queued_at": None,
        "tried_at": None,
    }
    if before is None:
        made = C.create(id=row, source=service.key, created_at=now, **told)
    else:
        if (
            before.sealed and before.user_index != index
        ):  # withdrawing one of the same person ends the other too
            grants.give_back(grant_of(before), source=service.key, now=now)
        C.update(**told, version=C.version + 1, synced_at=None).where(C.id == row).execute()
        made = C.get_by_id(row)
    _trace(account_id, "device.connect", row, now)
    queueing.queue(made, now=now)


def disconnect(account_id: UUID, source: str, *, keep: bool, now: datetime) -> None:
    """The grant is given back; the values that came stay, or go. NotFound when there is none (any more)."""
    with account_context(account_id), write_tx():
        found = C.get_or_none(C.source == source)
        # the row first: a synchronisation that writes holds it, and one that comes later finds it gone
        if found is None or not C.delete().where(C.id == found.id).execute():
            raise NotFound
        if found.sealed:
            grants.give_back(grant_of(found), source=source, now=now)
        WearableJourney.delete().where(WearableJourney.source == source).execute()
        if not keep:
            Observation.delete().where(Observation.source == source).execute()
        _trace(account_id, "device.disconnect", found.id, now)


def lose(found: WearableConnection, *, now: datetime) -> None:
    """Only the person can give the grant again: the page says so, and one mail, whatever is asked meanwhile."""
    with write_tx():
        mine = (C.id == found.id) & (C.version == found.version) & (C.state == "open")
        told = {"state": "broken", "sealed": None, "queued_at": None, "tried_at": now}
        if not C.update(**told, version=C.version + 1).where(mine).execute():
            return
        payload = {"account": found.account_id.hex, "connection": found.id.hex}
        key = f"wearable-lost:{found.id.hex}:{found.version}"
        outbox.post("wearable-lost", payload, key=key, now=now)
        _trace(found.account_id, "device.lost", found.id, now)


def keep_grant(found: WearableConnection, grant: Grant) -> bool:
    """After a refresh; False when somebody else has changed the connection meanwhile."""
    with write_tx():
        mine = (C.id == found.id) & (C.version == found.version)
        told = _sealed(found.account_id, found.id, grant)
        return bool(C.update(sealed=told, granted=list(grant.kinds)).where(mine).execute())


def grant_of(found: WearableConnection) -> Grant:
    own = grants.cell("wearable_connection", found.account_id, found.id)
    return grants.read(grants.unsealed(found.sealed, cell=own, sealer=services().sealer))


def _sealed(account_id: UUID, row: UUID, grant: Grant) -> bytes:
    own = grants.cell("wearable_connection", account_id, row)
    return grants.sealed(grants.written(grant), cell=own, sealer=services().sealer)


def pass_over(observation: Observation) -> None:
    """In the caller's transaction and cabinet: a value the person deleted does not come back."""
    found = C.get_or_none(C.source == observation.source)
    if found is not None and observation.external_id:
        kept = [*found.passed_over, observation.external_id][-MOST_PASSED_OVER:]
        C.update(passed_over=kept).where(C.id == found.id).execute()


def leave(account_id: UUID, *, now: datetime) -> None:
    """Before an account goes, in its transaction: no key to somebody's values stays behind."""
    with account_context(account_id):
        for found in C.select().where(C.sealed.is_null(False)):
            grants.give_back(grant_of(found), source=found.source, now=now)


def _trace(account_id: UUID, verb: str, row: UUID, now: datetime) -> None:
    audit.record_account(account_id, verb=verb, target=audit.of_id("device", row), at=now)
