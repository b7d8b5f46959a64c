"""The practice answers a request: approves, refuses, asks first; or nobody answers and it expires."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.booking.actions import changes
from app.booking.events import RequestApproved
from app.booking.models import REQUESTED, Appointment
from app.booking.refusals import CannotBeChanged
from app.kernel import audit, outbox
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.events import publish

Alternative = tuple[str, int]  # id of an agenda (hex), start


def approve(request: Appointment, *, by: str, now: datetime) -> None:
    """The held time becomes an appointment. CannotBeChanged when it was answered, withdrawn or expired meanwhile."""
    with write_tx():
        _turn(request, "booked", by=by, verb="appointment.approve", now=now, answer_by=None)
        outbox.drop(changes.mail_key(request.id))
        _post("request-approved", request, now=now)
        publish(RequestApproved(request.id, request.practitioner_id, now))


def ask(request: Appointment, *, by: str, now: datetime) -> None:
    """The person is asked something first: `pending` until they answer. What is asked is the caller's to keep."""
    with write_tx():
        _turn(request, "pending", by=by, verb="appointment.ask", now=now)


def answered(request: Appointment, *, by: str, now: datetime) -> None:
    """The person has answered: it waits for the practice again."""
    with write_tx():
        _turn(request, "proposed", by=by, verb="appointment.answer", now=now)


def refuse(
    request: Appointment, *, by: str, now: datetime, text: str, alternatives: Sequence[Alternative] = ()
) -> None:
    """The time is free again; the person is told why, and up to three other times. CannotBeChanged as above."""
    _end(
        request,
        "refused",
        by=by,
        now=now,
        text=text,
        told={"alternatives": [list(one) for one in alternatives[:3]]},
    )


def expire(request: Appointment, *, now: datetime) -> None:
    """Nobody answered in time: the time is free again, and both are told. CannotBeChanged before its hour."""
    if request.answer_by is None or to_minutes(now) < request.answer_by:
        raise CannotBeChanged
    _end(request, "expired", by="worker", now=now)


def _end(
    request: Appointment, kind: str, *, by: str, now: datetime, text: str = "", told: Any = None
) -> None:
    if request.status not in REQUESTED:
        raise CannotBeChanged
    changes.end(
        request,
        by=by,
        now=now,
        reason=text,
        kind=kind,
        verb=f"appointment.{'refuse' if kind == 'refused' else 'expire'}",
        letter=f"request-{kind}",
        told=told,
    )


def _turn(request: Appointment, status: str, *, by: str, verb: str, now: datetime, **changes: Any) -> None:
    row = Appointment.update(status=status, version=Appointment.version + 1, **changes)
    same = (Appointment.id == request.id) & (Appointment.status == request.status)
    if request.status not in REQUESTED or request.status == status or not row.where(same).execute():
        raise CannotBeChanged
    audit.record(by=by, verb=verb, target=audit.of_id("appointment", request.id), at=now)


def _post(event: str, request: Appointment, *, now: datetime) -> None:
    key = f"{event}:{request.id.hex}"
    outbox.post(event, {"appointment": request.id.hex}, key=key, now=now)
