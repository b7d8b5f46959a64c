"""The mail «you have a message»: who gets one, and once until it is read."""

from datetime import datetime

from app.kernel import outbox
from app.messaging import readers
from app.messaging.models import Communication, Thread


def tell(thread: Thread, row: Communication, *, now: datetime) -> None:
    """In the transaction of the message. While an earlier one of this thread is unread, no second mail says so."""
    waiting = Communication.select().where(
        Communication.thread == thread.id,
        Communication.sender == "practice",
        Communication.read_at.is_null(),
        Communication.hidden_at.is_null(),
        Communication.id != row.id,
    )
    if waiting.exists():
        return
    payload = {"thread": thread.id.hex, "message": row.id.hex}
    if thread.patient_id is None:
        outbox.post("guest-answered", payload, key=f"message:{row.id.hex}:guest", now=now)
        return
    for account in readers.of_patient(thread.patient_id, now=now):
        outbox.post(
            "message-waiting",
            {**payload, "account": account.id.hex},
            key=f"message:{row.id.hex}:{account.id.hex}",
            now=now,
        )
