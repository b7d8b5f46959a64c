"""Messages to the outside, written in the same transaction as the change and delivered by the worker.

The table is the truth and the queue: a row is claimed with a lease, so that a worker that dies gives it back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel import audit
from app.kernel.db import BaseModel, InstantField, JSONText, database, write_tx
from app.kernel.ids import hexed, uuid7
from app.kernel.owners import Practice
from app.kernel.tenancy import open_practice_id

LEASE = timedelta(minutes=2)
SEALED = ("sealed", "before")  # in a payload: an address for this one letter, which goes with it
BACKOFF_MINUTES = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60, 60, 60)  # about seven hours, then a person looks


class Outbox(BaseModel):
    """One message. `payload` holds ids and words, never a NISS and never the text of the mail."""

    practice = pw.ForeignKeyField(Practice, null=True, backref="+", on_delete="RESTRICT", index=False)
    event = pw.CharField(60)  # which letter: a key of reactions.LETTERS, TEXTS or JOBS
    payload = JSONText(default=dict)
    idempotency_key = pw.CharField(120, unique=True)
    state = pw.CharField(
        10, default="waiting", constraints=[pw.Check("state IN ('waiting','busy','sent','dropped','dead')")]
    )
    due_at = InstantField()
    lease_until = InstantField(null=True)
    attempts = pw.IntegerField(default=0)
    last_error = pw.CharField(300, null=True)
    created_at = InstantField()
    sent_at = InstantField(null=True)

    class Meta:
        table_name = "outbox"
        indexes = ((("state", "due_at"), False),)


def post(
    event: str, payload: dict[str, Any], *, key: str, now: datetime, due_at: datetime | None = None
) -> None:
    """Queue one message of the open practice, or of the platform when none is; the same `key` twice is an error
    the database finds."""
    practice = open_practice_id()
    if practice is None:
        _insert(event, payload, key, now, due_at, "")
    else:  # what is told was done, and is journaled next
        cursor = _insert(event, payload, key, now, due_at, f" {audit.seen_along()}", practice.hex)
        audit.note_end(practice.hex, cursor.fetchone()[0])


def post_once(
    event: str, payload: dict[str, Any], *, key: str, now: datetime, due_at: datetime | None = None
) -> bool:
    """As `post`, and False where the same `key` is here already, whoever posted it and whatever became of it."""
    unless = ' ON CONFLICT ("idempotency_key") DO NOTHING'
    return int(_insert(event, payload, key, now, due_at, unless).rowcount) > 0


def posted(keys: Iterable[str]) -> set[str]:
    """Which of these keys were ever posted."""
    wanted, found = list(keys), set()
    for at in range(0, len(wanted), 500):  # databases take only so many parameters
        mine = Outbox.idempotency_key.in_(wanted[at : at + 500])
        rows = Outbox.select(Outbox.idempotency_key).where(mine).tuples()
        found |= {row[0] for row in rows}  # type: ignore[index]
    return found


def _insert(
    event: str,
    payload: dict[str, Any],
    key: str,
    now: datetime,
    due_at: datetime | None,
    ending: str,
    *more: Any,
) -> Any:
    marks = ", ".join([database.param] * 9)
    return database.execute_sql(
        'INSERT INTO "outbox" ("id", "practice_id", "event", "payload", "idempotency_key", "state", "due_at", '
        f'"attempts", "created_at") VALUES ({marks}){ending}',
        (
            uuid7().hex,
            hexed(practice) if (practice := open_practice_id()) else None,
            event,
            Outbox.payload.db_value(payload),
            key,
            "waiting",
            Outbox.due_at.db_value(due_at or now),
            0,
            Outbox.created_at.db_value(now),
            *more,
        ),
    )


def drop(key: str) -> bool:
    """Take back a message that has not left yet; False when it is gone or never was."""
    practice = open_practice_id()
    ours = Outbox.practice == practice if practice else Outbox.practice.is_null()
    mine = (Outbox.idempotency_key == key) & (Outbox.state == "waiting") & ours
    return bool(Outbox.update(state="dropped").where(mine).execute())


def take_back(key: str) -> dict[str, Any] | None:
    """The payload of a message that had not left, and does not any more; None when it is gone or never was."""
    row = Outbox.get_or_none(Outbox.idempotency_key == key, Outbox.state == "waiting")
    return dict(row.payload) if row is not None and drop(key) else None


def is_waiting(key: str) -> bool:
    return Outbox.select().where(Outbox.idempotency_key == key, Outbox.state == "waiting").exists()


def claim(*, now: datetime, limit: int = 20) -> list[UUID]:
    """Ids of due messages, leased to the caller; a message whose worker died comes back after its lease."""
    due = ((Outbox.state == "waiting") & (Outbox.due_at <= now)) | (
        (Outbox.state == "busy") & (Outbox.lease_until <= now)
    )
    waiting = Outbox.select(Outbox.id).where(due).order_by(Outbox.due_at).limit(limit)
    if not waiting.exists():  # nothing due: no write lock taken
        return []
    taken = []
    with write_tx():
        for found in [row[0] for row in waiting.tuples()]:  # type: ignore[index]
            mine = Outbox.update(state="busy", lease_until=now + LEASE, attempts=Outbox.attempts + 1)
            if mine.where((Outbox.id == found) & due).execute():
                taken.append(found)
    return taken


def hold(key: str, *, now: datetime) -> None:
    """Work that takes long says that it goes on: its lease begins anew."""
    mine = (Outbox.idempotency_key == key) & (Outbox.state == "busy")
    Outbox.update(lease_until=now + LEASE).where(mine).execute()


def sent(message: Outbox, *, now: datetime) -> None:
    with write_tx():
        Outbox.update(
            state="sent", sent_at=now, lease_until=None, last_error=None, payload=_kept(message.payload)
        ).where(Outbox.id == message.id).execute()


def _kept(payload: dict[str, Any]) -> dict[str, Any]:
    """What may stay of a letter that is over: whoever deleted their account leaves no address here."""
    return {name: value for name, value in payload.items() if name not in SEALED}


def failed(message: Outbox, *, now: datetime, retry: bool, why: str) -> None:
    """Try again later with growing pauses, or give up and leave it for a person to see."""
    again = retry and message.attempts <= len(BACKOFF_MINUTES)
    change: dict[str, Any] = {
        "state": "waiting" if again else "dead",
        "lease_until": None,
        "last_error": why[:300],
    }
    if again:
        change["due_at"] = now + timedelta(minutes=BACKOFF_MINUTES[message.attempts - 1])
    else:
        change["payload"] = _kept(message.payload)
    with write_tx():
        Outbox.update(**change).where(Outbox.id == message.id).execute()
