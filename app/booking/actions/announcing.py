"""One mail for whatever changed of an appointment's time since its person was last told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.models import Appointment
from app.kernel import outbox
from app.kernel.clock import to_minutes


def moved_key(appointment_id: UUID, version: int) -> str:
    """Of the mail that tells of the change of time that made this version."""
    return f"appointment-moved:{appointment_id.hex}:{version}"


def mail_key(appointment_id: UUID) -> str:
    """Of the first mail of an appointment, which is dropped while it has not left."""
    return f"appointment-booked:{appointment_id.hex}"


def tell(
    was: Appointment, *, start: int, ends: int, practitioner: UUID, now: datetime, mail_at: datetime | None
) -> bool:
    """Whether there is something to tell. `was` is the appointment before the change that makes its next version.

    A mail of an earlier change that has not left gives its place to this one, which speaks of the time the person
    knows; back at that very time there is nothing to tell. The confirmation that has not left goes the same way.
    """
    told = _told(was)
    known = (told["from"], told["until"], told["with"])
    version = was.version + 1
    if known == (start, ends, practitioner.hex):
        if told.get("confirms"):
            payload = {"appointment": was.id.hex}
            key = f"{mail_key(was.id)}:{version}"
            outbox.post("appointment-booked", payload, key=key, now=now, due_at=mail_at)
        return False
    payload = {"appointment": was.id.hex, "version": version, **told}
    outbox.post("appointment-moved", payload, key=moved_key(was.id, version), now=now, due_at=mail_at)
    return True


def tell_of_length(was: Appointment, *, ends: int, now: datetime, mail_at: datetime | None) -> bool:
    """Whether there is something to tell: whoever is expected learns when they can leave.

    A confirmation that has not left says it by itself; who is there is told by mouth, and a request by its answer.
    """
    expected = was.status == "booked" and to_minutes(now) < was.starts
    if not expected or outbox.is_waiting(mail_key(was.id)):
        return False
    return tell(was, start=was.starts, ends=ends, practitioner=was.practitioner_id, now=now, mail_at=mail_at)


def _told(was: Appointment) -> dict[str, Any]:
    """What the person knows: the time before the mails that are taken back here."""
    here = {"from": was.starts, "until": was.ends, "with": was.practitioner_id.hex}
    untold = outbox.take_back(moved_key(was.id, was.version)) or {}
    confirms = outbox.drop(mail_key(was.id)) and was.status == "booked" or untold.get("confirms")
    known = {name: untold.get(name, value) for name, value in here.items()}
    return known | {"confirms": True} if confirms else known
