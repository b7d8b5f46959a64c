"""Writing in a thread: begun, answered, sent once however often the button is pressed, with its files."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import peewee as pw

from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.files import Files
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.kernel.sealing import Sealer, folded, hashed
from app.kernel.tenancy import current_practice_id
from app.messaging import readers
from app.messaging.models import MESSAGE, SUBJECT_LENGTH, Attachment, Communication, Thread
from app.messaging.threads import confidential, notices, team_mail
from app.messaging.threads.refusals import AnsweredMeanwhile, ForOneAlone, NobodyReads, NobodyReadsAlone
from app.patients.models import Patient
from app.staff.models import Member
from app.web.uploads import Upload


@dataclass(frozen=True)
class Draft:
    """What is to be sent. `attempt` is of the form: what it says is sent once, however often it is pressed."""

    body: str
    attempt: UUID
    uploads: Sequence[Upload] = ()


@dataclass(frozen=True)
class Author:
    """Who writes: `actor` as the journal has it, `name` as it is read; `member` for the practice's side."""

    actor: str
    name: str
    member: Member | None = None

    @property
    def sender(self) -> str:
        return "practice" if self.member is not None else "patient"


@dataclass(frozen=True)
class Reader:
    """Who alone reads a thread at the practice: the practitioner, and the member that is today."""

    practitioner: UUID
    member: Member
    today: date


@dataclass(frozen=True)
class Guest:
    """Somebody who asks without an account."""

    name: str
    email: str


def begin(
    patient: Patient | UUID,
    subject: str,
    draft: Draft,
    *,
    by: Author,
    language: str,
    files: Files,
    now: datetime,
    practitioner: UUID | None = None,
    alone: bool = False,
) -> Communication:
    """A new thread of the open practice with this patient; `alone`: the practitioner and nobody else reads it there.

    NobodyReads when the practice writes to no account; NobodyReadsAlone without a practitioner who has one."""
    patient_id = getattr(patient, "id", patient)
    if by.member is not None and not readers.of_patient(patient_id, now=now):
        raise NobodyReads
    draft = _about(draft, patient_id, practitioner, subject, alone)
    whose: dict[str, Any] = {"patient": patient_id}
    if by.member is None:  # the patient writes to somebody; the practice to the patient
        whose["practitioner"] = practitioner
    reader = _reader(practitioner, now=now) if alone else None
    return _sent(
        draft, by, files, lambda keys: _begun(whose, subject, draft, keys, by, language, now, reader)
    )


def _reader(practitioner: UUID | None, *, now: datetime) -> Reader:
    today = clock.today(now, Practice.get_by_id(current_practice_id()).timezone)
    if practitioner is None:
        raise NobodyReadsAlone
    return Reader(practitioner, confidential.reader_of(practitioner, today=today), today)


def ask_as_guest(
    guest: Guest, subject: str, draft: Draft, *, language: str, files: Files, sealer: Sealer, now: datetime
) -> Communication:
    """A question without an account: the answer is read behind a link sent to the address."""
    identity, by = uuid7(), Author("guest", guest.name)
    draft = _about(draft, guest.name, guest.email, subject)
    sealed = sealer.seal(json.dumps({"name": guest.name, "email": guest.email}), cell=guest_cell(identity))
    whose = {
        "id": identity,
        "guest_sealed": sealed,
        "guest_token_hash": hashed(token_of(identity, sealer=sealer)),
    }
    return _sent(draft, by, files, lambda keys: _begun(whose, subject, draft, keys, by, language, now))


def guest_of(thread: Thread, *, sealer: Sealer) -> Guest | None:
    """None for a thread with a patient."""
    if thread.guest_sealed is None:
        return None
    return Guest(**json.loads(sealer.unseal(thread.guest_sealed, cell=guest_cell(thread.id))))


def token_of(thread_id: UUID, *, sealer: Sealer) -> str:
    """Of the link a guest reads the thread behind; the table knows its hash alone."""
    return sealer.link_token("thread", thread_id.hex)


def guest_cell(thread_id: UUID) -> str:
    """What name and address of a guest are sealed for."""
    return f"{current_practice_id().hex}|thread|guest|{thread_id.hex}"


def reply(
    thread: Thread, draft: Draft, *, by: Author, files: Files, now: datetime, seen: int | None = None
) -> Communication:
    """The next message. `seen` is the thread's version on the practice's page: AnsweredMeanwhile when it is another."""
    draft = _about(draft, thread.id)
    return _sent(draft, by, files, lambda keys: _replied(thread.id, draft, keys, by, now, seen))


def _begun(
    whose: dict[str, Any],
    subject: str,
    draft: Draft,
    keys: list[str],
    by: Author,
    language: str,
    now: datetime,
    reader: Reader | None = None,
) -> Communication:
    asked = reader if by.member is None else None
    thread = Thread.create(
        member=asked.member if asked else by.member,
        **whose,
        subject=subject[:SUBJECT_LENGTH],
        language=language,
        state="answered" if by.member else "open",
        created_at=now,
        last_at=now,
    )
    detail = {"practitioner": asked.practitioner.hex} if asked else {}
    audit.record(
        by=by.actor, verb="thread.begin", target=audit.of_id("thread", thread.id), at=now, detail=detail
    )
    if asked:
        confidential.begin(thread, asked.practitioner, chosen_by="patient", now=now)
    elif reader:  # as if the desk gave it away afterwards, but nobody else ever reads it
        confidential.confide(thread, reader.practitioner, today=reader.today, by=by.actor, now=now)
    return _write(thread, draft, keys, by, now)


def _replied(
    thread_id: UUID, draft: Draft, keys: list[str], by: Author, now: datetime, seen: int | None
) -> Communication:
    # first of all: the journal's end is locked, so that two who answer at once stand in line
    verb = "thread.answer" if by.member else "thread.reply"
    audit.record(by=by.actor, verb=verb, target=audit.of_id("thread", thread_id), at=now)
    thread = Thread.get_by_id(thread_id)
    if seen is not None and thread.version != seen:
        raise AnsweredMeanwhile
    change = {
        "version": thread.version + 1,
        "last_at": now,
        "state": "answered" if by.member else "open",
        "member": thread.member_id or by.member,  # whoever answers first looks after it
    }
    Thread.update(**change).where(Thread.id == thread.id).execute()
    return _write(thread, draft, keys, by, now)


def _write(thread: Thread, draft: Draft, keys: list[str], by: Author, now: datetime) -> Communication:
    row = Communication.create(
        patient=thread.patient_id,
        thread=thread.id,
        sender=by.sender,
        kind=MESSAGE,
        created_at=now,
        subject_folded=folded(thread.subject)[:SUBJECT_LENGTH],
        body=draft.body,
        author=by.actor,
        author_name=by.name,
        attempt=_key(draft, by),
    )
    for at, (key, upload) in enumerate(zip(keys, draft.uploads, strict=True)):
        Attachment.create(
            communication=row.id,
            position=at,
            key=key,
            name=upload.name,
            kind=upload.kind,
            size=len(upload.content),
        )
    if by.member is not None:
        notices.tell(thread, row, now=now)
    else:
        team_mail.tell(thread, zone=thread.practice.timezone, now=now)
    return row


def _sent(
    draft: Draft, by: Author, files: Files, write: Callable[[list[str]], Communication]
) -> Communication:
    """Files first, then the rows; a button pressed twice answers what the first press sent."""
    if (before := _sent_before(_key(draft, by))) is not None:
        return before
    contents = [one.content for one in draft.uploads]
    kept: AbstractContextManager[list[str]] = files.keeping(contents, owner=current_practice_id())
    try:
        with kept as keys, write_tx():
            return write(keys)
    except pw.IntegrityError:
        if (before := _sent_before(_key(draft, by))) is None:
            raise
        return before


def _about(draft: Draft, *what: Any) -> Draft:
    """The same draft to somebody else, or under another subject, is another message."""
    return replace(draft, attempt=uuid5(draft.attempt, "|".join(map(str, what))))


def _key(draft: Draft, by: Author) -> UUID:
    """The same words and files of one form, sent twice by one person, are one message; somebody who goes back in the
    browser and corrects them sends another. Knowing somebody else's form leads nowhere.
    """
    files = [sha256(one.content).hexdigest() for one in draft.uploads]
    return uuid5(draft.attempt, "|".join((by.actor, *files, draft.body)))


def _sent_before(attempt: UUID) -> Communication | None:
    return Communication.get_or_none(Communication.attempt == attempt)


# ---- what becomes of a thread at the practice --------------------------------------------------------------------


def assign(thread: Thread, member: Member | None, *, by: str, now: datetime) -> None:
    """From here on `member` looks after it; None gives it back to everybody. ForOneAlone for a confidential one."""
    with write_tx():
        if confidential.of([thread.id]):
            raise ForOneAlone
        detail = {"member": member.id.hex if member else None}
        audit.record(
            by=by, verb="thread.assign", target=audit.of_id("thread", thread.id), at=now, detail=detail
        )
        Thread.update(member=member).where(Thread.id == thread.id).execute()


def settle(thread: Thread, *, answered: bool, by: str, now: datetime) -> None:
    """It needs no answer, or does after all."""
    with write_tx():
        verb = "thread.settle" if answered else "thread.reopen"
        audit.record(by=by, verb=verb, target=audit.of_id("thread", thread.id), at=now)
        Thread.update(state="answered" if answered else "open").where(Thread.id == thread.id).execute()


def guest_reads(thread: Thread, *, now: datetime) -> None:
    """Behind the link: what the practice wrote is read."""
    read(thread, sender="practice", now=now)


def read(thread: Thread, *, sender: str, now: datetime) -> None:
    """Everything that `sender` wrote is read by the other side; the first opening counts."""
    with write_tx():
        news = (Communication.sender == sender) & Communication.read_at.is_null()
        Communication.update(read_at=now).where(Communication.thread == thread.id, news).execute()
