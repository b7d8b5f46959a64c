"""Asking for a synchronisation: by the person, by a notice of the service, or by time. One waits at a time."""

from datetime import date, datetime, timedelta

from app.kernel import outbox
from app.kernel.db import write_tx
from app.kernel.tenancy import account_context, across_accounts
from app.record.wearables.models import WearableConnection
from app.record.wearables.ports import Notice
from app.web.outside import services

C = WearableConnection
EVERY = timedelta(hours=6)
PATIENCE = timedelta(hours=8)  # the outbox gives up earlier: whatever waits longer is never done
GATHERING = timedelta(minutes=2)  # notices come in swarms
AT_MOST_EVERY = timedelta(minutes=15)  # for notices: a replay brings nothing more often


def queue(found: WearableConnection, *, now: datetime, due_at: datetime | None = None) -> bool:
    """False when one waits already, or the grant is gone. One for later gives way, but not one that rests."""
    later = C.tried_at.is_null() & (C.queued_at > (due_at or now))
    free = C.queued_at.is_null() | (C.queued_at < now - PATIENCE) | later
    with account_context(found.account_id), write_tx():
        told = {"queued_at": due_at or now, "next_at": now + EVERY}
        mine = (C.id == found.id) & (C.state == "open") & free
        if not C.update(**told, run=C.run + 1).where(mine).execute():
            return False
        post(C.get_by_id(found.id), now=now, due_at=due_at)
    return True


def queue_due() -> int:
    """By time, some at once: everybody else a minute later. Whoever waits already is looked at again in hours."""
    now = services().clock.now()
    if services().wearable_source is None:
        return 0
    with across_accounts(reason="whose devices are due"):
        due = list(C.select().where(C.state == "open", C.next_at <= now).order_by(C.next_at).limit(50))
    return sum(_in_its_turn(found, now=now) for found in due)


def _in_its_turn(found: WearableConnection, *, now: datetime) -> bool:
    with account_context(found.account_id), write_tx():
        if queue(found, now=now):
            return True
        C.update(next_at=now + EVERY).where(C.id == found.id).execute()
        return False


def heard(source: str, told: list[Notice], *, now: datetime) -> int:
    """A notice only asks for a synchronisation; one of somebody who is not here is passed over."""
    sealer = services().sealer
    since: dict[str, date | None] = {}
    for one in told:
        index = sealer.fingerprint("wearable", source, one.user)
        earlier = since.get(index)
        since[index] = min(filter(None, (earlier, one.first)), default=None)
    with across_accounts(reason="of whom a service speaks"):
        theirs = (C.source == source) & (C.state == "open") & C.user_index.in_(list(since)[:500])
        found = list(C.select().where(theirs))
    for one in found:
        with account_context(one.account_id), write_tx():
            _widen(one, since[one.user_index])
            due = max(now + GATHERING, (one.synced_at or now - AT_MOST_EVERY) + AT_MOST_EVERY)
            queue(one, now=now, due_at=due)
    return len(found)


def _widen(found: WearableConnection, first: date | None) -> None:
    if first is not None and (found.wanted_from is None or first < found.wanted_from):
        C.update(wanted_from=first).where(C.id == found.id).execute()


def again(found: WearableConnection, due_at: datetime, *, now: datetime) -> None:
    """The round at hand goes on later, under another number."""
    with write_tx():
        mine = (C.id == found.id) & (C.run == found.run)
        told = {"run": C.run + 1, "queued_at": due_at, "tried_at": now}
        if C.update(**told).where(mine).execute():
            post(C.get_by_id(found.id), now=now, due_at=due_at)


def post(found: WearableConnection, *, now: datetime, due_at: datetime | None) -> None:
    payload = {"account": found.account_id.hex, "connection": found.id.hex, "run": found.run}
    outbox.post("wearable-sync", payload, key=key(found), now=now, due_at=due_at)


def key(found: WearableConnection) -> str:
    return f"wearable-sync:{found.id.hex}:{found.run}"
