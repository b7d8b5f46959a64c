"""Threads that one practitioner alone reads: whose account that is, what others see, and who may change it.

Nobody else reads them, owners neither, unless they are that practitioner. Which account a practitioner is stands in
the settings; changing it is journaled.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.directory.models import Practitioner, PractitionerMember
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.messaging.models import ConfidentialThread, Thread
from app.messaging.threads.refusals import AskedByPatient, NobodyReadsAlone
from app.staff.models import Member

PERMISSION = "messages:manage"


def reads(tie: Any, *, today: date) -> bool:
    """Whether the account behind a PractitionerMember, loaded with its member, opens messages today."""
    return bool(tie.member.is_active(today) and tie.member.may(PERMISSION))


def reader_of(practitioner_id: UUID, *, today: date) -> Member:
    """The member who is this practitioner; NobodyReadsAlone when nobody is, or they do not work here today."""
    tie = _ties().where(PractitionerMember.practitioner == practitioner_id).first()
    if tie is None or not reads(tie, today=today):
        raise NobodyReadsAlone
    return tie.member


def offered(*, today: date) -> list[Practitioner]:
    """Practitioners who read messages themselves, in the order of the practice."""
    return [one.practitioner for one in _ties() if reads(one, today=today)]


def _ties() -> Any:
    T = PractitionerMember
    query = T.select(T, Practitioner, Member, Account)
    query = query.join_from(T, Practitioner).join_from(T, Member).join_from(Member, Account)
    return query.order_by(Practitioner.position, Practitioner.family_name)


# ---- what a member of the practice sees --------------------------------------------------------------------------


def mine(member_id: Any) -> Any:
    """The confidential threads this member reads, as a list of ids inside a statement; the id, or a place for one."""
    selves = PractitionerMember.select(PractitionerMember.practitioner).where(
        PractitionerMember.member == member_id
    )
    C = ConfidentialThread
    return C.select(C.thread).where(C.practitioner.in_(selves))


def is_open_to(member_id: Any) -> Any:
    """The condition on Thread: everybody's, and those for this member alone."""
    closed = ConfidentialThread.select(ConfidentialThread.thread)
    return Thread.id.not_in(closed) | Thread.id.in_(mine(member_id))


def may_read(thread_id: UUID, *, member: Member) -> bool:
    return Thread.select().where(Thread.id == thread_id, is_open_to(member.id)).exists()


def of(ids: Collection[UUID]) -> dict[UUID, ConfidentialThread]:
    """Which of these threads are confidential, with the practitioner. One statement."""
    C = ConfidentialThread
    query = C.select(C, Practitioner).join(Practitioner).where(C.thread.in_(list(ids)))
    return {one.thread_id: one for one in query} if ids else {}


# ---- who may read from here on -----------------------------------------------------------------------------------


def begin(thread: Thread, practitioner_id: UUID, *, chosen_by: str, now: datetime) -> None:
    """In the transaction that made the thread."""
    ConfidentialThread.create(
        thread=thread.id, practitioner=practitioner_id, chosen_by=chosen_by, created_at=now
    )


def confide(thread: Thread, practitioner_id: UUID, *, today: date, by: str, now: datetime) -> Member:
    """By the desk: from here on this practitioner alone reads it and looks after it. The reader.

    Raises NobodyReadsAlone; AskedByPatient when the patient chose another one.
    """
    with write_tx():
        detail = {"practitioner": practitioner_id.hex}
        audit.record(
            by=by, verb="thread.confide", target=audit.of_id("thread", thread.id), at=now, detail=detail
        )
        _refuse_if_asked(thread)
        member = reader_of(practitioner_id, today=today)
        _forget(thread)
        begin(thread, practitioner_id, chosen_by="practice", now=now)
        Thread.update(member=member.id).where(Thread.id == thread.id).execute()
    return member


def open_up(thread: Thread, *, by: str, now: datetime) -> None:
    """The whole team reads it again. Raises AskedByPatient: what the patient asked for stays."""
    with write_tx():
        audit.record(by=by, verb="thread.open-up", target=audit.of_id("thread", thread.id), at=now)
        _refuse_if_asked(thread)
        _forget(thread)


def _refuse_if_asked(thread: Thread) -> None:
    asked = (ConfidentialThread.thread == thread.id) & (ConfidentialThread.chosen_by == "patient")
    if ConfidentialThread.select().where(asked).exists():
        raise AskedByPatient


def _forget(thread: Thread) -> None:
    ConfidentialThread.delete().where(ConfidentialThread.thread == thread.id).execute()
