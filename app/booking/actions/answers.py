"""The practice answers a request: approves, refuses, asks first; or nobody answers and it expires."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.actions import changes
from app.booking.events import RequestApproved
from app.booking.models import REQUESTED, AlternativeTime, Appointment, RequestQuestion
from app.booking.refusals import AnsweredAlready, CannotBeChanged
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


def ask(
    request: Appointment,
    *,
    by: str,
    now: datetime,
    questions: Sequence[str] = (),
    until: int | None = None,
) -> None:
    """The person is asked something first, by mail: `pending` until they answer. `until` gives both more time."""
    later = {} if until is None or until <= (request.answer_by or 0) else {"answer_by": until}
    with write_tx():
        _turn(request, "pending", by=by, verb="appointment.ask", now=now, **later)
        outbox.drop(changes.mail_key(request.id))
        mine = RequestQuestion.appointment == request.id
        first = RequestQuestion.select().where(mine).count()
        for position, question in enumerate(questions, start=first):
            RequestQuestion.create(appointment=request.id, position=position, question=question, asked_at=now)
        _post("request-asked", request, now=now, version=request.version + 1)


def answered(
    request: Appointment,
    *,
    by: str,
    now: datetime,
    answers: Mapping[UUID, str] | None = None,
    until: int | None = None,
) -> None:
    """The person has answered: it waits for the practice again, which is told. `answers` by the question's id."""
    later = {} if until is None or until <= (request.answer_by or 0) else {"answer_by": until}
    with write_tx():
        _turn(request, "proposed", by=by, verb="appointment.answer", now=now, **later)
        for question_id, text in (answers or {}).items():
            RequestQuestion.update(answer=text, answered_at=now).where(
                RequestQuestion.id == question_id,
                RequestQuestion.appointment == request.id,
                RequestQuestion.answer.is_null(),
            ).execute()
        _post("request-answered", request, now=now, version=request.version + 1)


def refuse(
    request: Appointment, *, by: str, now: datetime, text: str, alternatives: Sequence[Alternative] = ()
) -> None:
    """The time is free again; the person is told why, and up to three other times. CannotBeChanged as above."""
    offered = list(alternatives[:3])
    with write_tx():
        _end(request, "refused", by=by, now=now, text=text, told={"alternatives": [list(o) for o in offered]})
        for position, (schedule, start) in enumerate(offered):
            AlternativeTime.create(
                appointment=request.id, position=position, schedule=UUID(schedule), starts=start
            )


def expire(request: Appointment, *, now: datetime) -> None:
    """Nobody answered in time: the time is free again, and both are told. CannotBeChanged before its hour."""
    if request.answer_by is None or to_minutes(now) < request.answer_by:
        raise CannotBeChanged
    _end(request, "expired", by="worker", now=now)


def give_time(request: Appointment, *, until: int, by: str, now: datetime) -> None:
    """Somebody was asked something that stands elsewhere: the time stays kept at least until then."""
    if until <= (request.answer_by or 0):
        return
    same = (Appointment.id == request.id) & Appointment.status.in_(REQUESTED)
    with write_tx():
        longer = {"answer_by": until, "version": Appointment.version + 1}
        if not Appointment.update(**longer).where(same).execute():
            raise AnsweredAlready
        audit.record(by=by, verb="appointment.wait", target=audit.of_id("appointment", request.id), at=now)


def heard(event: Any) -> None:
    """A questionnaire that went with a request is answered: the practice is told, as of any answer."""
    if event.appointment_id is None or event.at_desk:
        return
    request = Appointment.get_by_id(event.appointment_id)
    if request.status in REQUESTED:
        key = f"request-answered:{request.id.hex}:{event.response_id.hex}"
        outbox.post("request-answered", {"appointment": request.id.hex}, key=key, now=event.at)


def _end(
    request: Appointment, kind: str, *, by: str, now: datetime, text: str = "", told: Any = None
) -> None:
    if request.status not in REQUESTED:
        raise AnsweredAlready
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
    same = (Appointment.id == request.id) & (Appointment.version == request.version)
    if request.status not in REQUESTED or request.status == status or not row.where(same).execute():
        raise AnsweredAlready
    audit.record(by=by, verb=verb, target=audit.of_id("appointment", request.id), at=now)


def _post(event: str, request: Appointment, *, now: datetime, version: int | None = None) -> None:
    """Once a request, or once a round of questions."""
    key = f"{event}:{request.id.hex}" + (f":{version}" if version else "")
    outbox.post(event, {"appointment": request.id.hex}, key=key, now=now)
