"""Threads as both sides read them, the files in them, and what waits for the practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import peewee as pw
from flask import Response

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.files import Files
from app.kernel.ids import hexed
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed
from app.messaging import boxes
from app.messaging.models import Attachment, Communication, ConfidentialThread, Thread
from app.messaging.queries import MOST_COUNTED
from app.messaging.threads import confidential
from app.messaging.threads.actions import guest_of
from app.patients.models import Patient
from app.staff.models import Member
from app.web import uploads

PAGE = 50  # messages of one thread on one page
SHOWS = ("open", "mine", "unassigned", "answered")


@dataclass(frozen=True)
class Written:
    """One message of a thread, with its files."""

    row: Communication
    files: tuple[Attachment, ...]

    @property
    def by_practice(self) -> bool:
        return bool(self.row.sender == "practice")


@dataclass(frozen=True)
class Talk:
    """A part of a thread, oldest first; `earlier` is where the part before begins, and empty at its beginning."""

    messages: list[Written]
    earlier: str


def talk(thread_id: UUID, *, for_patient: bool, before: str = "") -> Talk:
    """The newest part of the open practice's thread. What the patient's side deleted, it no longer sees."""
    query = Communication.select().where(Communication.thread == thread_id)
    if for_patient:
        query = query.where(Communication.hidden_at.is_null())
    if (end := boxes.of_place(before)) is not None:
        older = (Communication.created_at == end[0]) & (Communication.id < UUID(end[1]))
        query = query.where((Communication.created_at < end[0]) | older)
    found = list(query.order_by(Communication.created_at.desc(), Communication.id.desc()).limit(PAGE + 1))
    rows = found[:PAGE]
    earlier = boxes.place(rows[-1]) if len(found) > PAGE else ""
    files = _files([row.id for row in rows])
    return Talk([Written(row, tuple(files.get(row.id, ()))) for row in reversed(rows)], earlier)


def _files(ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    found: dict[UUID, list[Attachment]] = {}
    if ids:
        mine = Attachment.communication.in_(list(ids))
        for row in Attachment.select().where(mine).order_by(Attachment.position):
            found.setdefault(row.communication_id, []).append(row)
    return found


def files_of(message_id: UUID) -> list[Attachment]:
    return _files([message_id]).get(message_id, [])


def attachment(attachment_id: UUID) -> Attachment:
    """Of the open practice, with its message; whether this person may have it is the caller's question."""
    query = Attachment.select(Attachment, Communication).join(Communication)
    found = query.where(Attachment.id == attachment_id).first()
    if found is None:
        raise NotFound
    return found


def thread(thread_id: UUID, *, member: Member) -> Thread:
    """Of the open practice, with its patient; NotFound for anybody else's, and for what another one alone reads."""
    found = _with_people().where(Thread.id == thread_id, confidential.is_open_to(member.id)).first()
    if found is None:
        raise NotFound
    return found


def of_token(token: str) -> Thread:
    """The thread a guest reads behind their link."""
    found = Thread.get_or_none(Thread.guest_token_hash == hashed(token[:100]))
    if found is None:
        raise NotFound
    return found


# ---- the desk ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One line of the desk's inbox."""

    thread: Thread
    name: str  # of the patient, or of the guest; empty where another one alone reads it
    looked_after: str  # by whom; empty: nobody yet
    alone: str = ""  # the practitioner who alone reads it
    closed: bool = False  # and that is not the member who looks: no subject, no name, no way in


def inbox(
    show: str, *, member: Member, sealer: Sealer, before: str = "", limit: int = 25
) -> tuple[list[Waiting], str]:
    """Newest first, and where the next page begins. `show`: open, mine (open too), unassigned (open too), answered."""
    query = _with_people().where(Thread.state == ("answered" if show == "answered" else "open"))
    if show == "mine":
        query = query.where(Thread.member == member.id)
    if show == "unassigned":
        query = query.where(Thread.member.is_null())
    if show in ("mine", "unassigned"):
        query = query.where(confidential.is_open_to(member.id))
    return _page(query, before, limit, sealer, member)


def of_patient(
    patient_id: UUID, *, member: Member, sealer: Sealer, before: str = "", limit: int = 25
) -> tuple[list[Waiting], str]:
    return _page(_with_people().where(Thread.patient == patient_id), before, limit, sealer, member)


def count_open(member: Member) -> int:
    """What waits for this member or for anybody; counted to MOST_COUNTED."""
    return len(OPEN.rows(member=hexed(member.id)))


def _open_query() -> Any:
    me = param("member")
    theirs = Thread.member.is_null() | (Thread.member == me) | Thread.id.in_(confidential.mine(me))
    return (
        Thread.select(Thread.id)
        .where(Thread.state == "open", theirs, confidential.is_open_to(me))
        .limit(MOST_COUNTED)
    )


OPEN = ConstantSQL(_open_query)


def _with_people() -> Any:
    return (
        Thread.select(Thread, Patient, Member, Account)
        .join_from(Thread, Patient, pw.JOIN.LEFT_OUTER)
        .join_from(Thread, Member, pw.JOIN.LEFT_OUTER)
        .join_from(Member, Account, pw.JOIN.LEFT_OUTER)
    )


def _page(query: Any, before: str, limit: int, sealer: Sealer, member: Member) -> tuple[list[Waiting], str]:
    if (end := boxes.of_place(before)) is not None:
        older = (Thread.last_at == end[0]) & (Thread.id < UUID(end[1]))
        query = query.where((Thread.last_at < end[0]) | older)
    found = list(query.order_by(Thread.last_at.desc(), Thread.id.desc()).limit(limit + 1))
    rows = found[:limit]
    alone = confidential.of([row.id for row in rows])
    open_to = {one[0] for one in confidential.mine(member.id).tuples()} if alone else set()
    lines = [_line(row, alone.get(row.id), open_to, sealer) for row in rows]
    return lines, boxes.place_at(rows[-1].last_at, rows[-1].id) if len(found) > limit else ""


def _line(thread: Thread, alone: ConfidentialThread | None, open_to: set[UUID], sealer: Sealer) -> Waiting:
    if alone is not None and thread.id not in open_to:
        return Waiting(thread, "", "", alone.practitioner.name, closed=True)
    looked_after = thread.member.name if thread.member_id else ""
    whom = alone.practitioner.name if alone is not None else ""
    return Waiting(thread, name_of(thread, sealer=sealer), looked_after, whom)


def name_of(thread: Thread, *, sealer: Sealer) -> str:
    """Of the person, as the desk calls them."""
    if thread.patient_id is not None:
        return str(thread.patient.name)
    guest = guest_of(thread, sealer=sealer)
    return guest.name if guest else ""


def served(found: Attachment, *, files: Files, inline: bool) -> Response:
    """Its content, opened for whoever may have it."""
    return uploads.served(files.read(found.key), name=found.name, kind=found.kind, inline=inline)
