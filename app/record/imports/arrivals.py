"""Taking a file in: whole with its form, or piece by piece in order, where a piece that is sent twice is kept once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import audit, files, outbox
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.owners import Account
from app.record.imports.pieces import MOST_BYTES, PIECE, believed, cut
from app.record.kinds import Kind
from app.record.models import ImportJob
from app.record.queries import of_whom
from app.record.refusals import FilesWaiting, FileTooBig, NotThatFile, NoValuesInside
from app.record.whose import Subject
from app.web.outside import services

ARRIVES = timedelta(days=1)  # half a file is kept so long
MOST_AT_ONCE = 3  # files of one account that are on their way or not read yet


class ElsewhereNow(Exception):
    """This piece does not stand where the next one is wanted; `job` says where that is."""

    def __init__(self, job: ImportJob) -> None:
        super().__init__(job.position)
        self.job = job


def take(subject: Subject, content: bytes, *, kind: Kind | None, attempt: UUID, now: datetime) -> ImportJob:
    """Keeps the whole file sealed and asks the worker to read it. The same form again answers what it made."""
    with subject.opened(), services().files.keeping(cut(content), owner=subject.account) as keys:
        with write_tx():
            job, new = _begun(subject, len(content), kind=kind, attempt=attempt, now=now)
            if new:
                ImportJob.update(pieces=keys).where(ImportJob.id == job.id).execute()
                _hand_over(job, subject, now)
                return job
        for key in keys:
            services().files.remove(key)
    return job


def begin(subject: Subject, *, size: int, kind: Kind | None, attempt: UUID, now: datetime) -> ImportJob:
    """Room for a file of `size` bytes that comes in pieces. FileTooBig, NoValuesInside, FilesWaiting."""
    if size > MOST_BYTES:
        raise FileTooBig(most=MOST_BYTES // 1024**2)
    if size <= 0:
        raise NoValuesInside
    with subject.opened(), write_tx():
        job, _new = _begun(subject, size, kind=kind, attempt=attempt, now=now)
    return job


def _begun(
    subject: Subject, size: int, *, kind: Kind | None, attempt: UUID, now: datetime
) -> tuple[ImportJob, bool]:
    """Two tabs queue at the account, so that both counts are true."""
    Account.update(version=Account.version).where(Account.id == subject.account).execute()
    before = ImportJob.get_or_none(ImportJob.attempt == attempt)
    if before is not None:
        return before, False
    if ImportJob.select().where(ImportJob.ended_at.is_null()).count() >= MOST_AT_ONCE:
        raise FilesWaiting(most=MOST_AT_ONCE)
    made = ImportJob.create(
        dependant=subject.dependant, kind=kind.key if kind else None, attempt=attempt, state="arriving",
        size=size, created_at=now,
    )  # fmt: skip
    return made, True


def add(subject: Subject, job_id: UUID, content: bytes, *, at: int, now: datetime) -> ImportJob:
    """Keeps the piece that stands at `at`; the last one hands the file to the worker.

    What is here already is compared and not kept again. ElsewhereNow, NotThatFile; NoValuesInside, after which nothing
    of the file is left; NotFound for another's.
    """
    job = of_person(subject, job_id)
    if job.state != "arriving":
        return job
    if at > job.position or at % PIECE:
        raise ElsewhereNow(job)
    if len(content) != min(PIECE, job.size - at):
        raise NotThatFile
    if at < job.position:
        return _known(job, content, at)
    if at == 0 and not believed(content):
        give_up(subject, job_id, now=now)
        raise NoValuesInside
    try:
        with subject.opened(), services().files.keeping([content], owner=subject.account) as keys:
            _keep(job, keys, len(content), subject, now)
    except ElsewhereNow:  # the other tab was quicker, or the file was given up
        raise ElsewhereNow(of_person(subject, job_id)) from None
    return of_person(subject, job_id)


def _known(job: ImportJob, content: bytes, at: int) -> ImportJob:
    if services().files.read(job.pieces[at // PIECE]) != content:
        raise NotThatFile
    return job


def _keep(job: ImportJob, keys: list[str], size: int, subject: Subject, now: datetime) -> None:
    J = ImportJob
    mine = (J.id == job.id) & (J.state == "arriving") & (J.position == job.position)
    there = job.position + size
    with write_tx():
        if not J.update(pieces=[*job.pieces, *keys], position=there).where(mine).execute():
            raise ElsewhereNow(job)
        if there == job.size:
            _hand_over(job, subject, now)


def _hand_over(job: ImportJob, subject: Subject, now: datetime) -> None:
    J = ImportJob
    J.update(state="waiting", position=0).where(J.id == job.id, J.state == "arriving").execute()
    told = {"job": job.id.hex, "account": subject.account.hex, "by": subject.actor}
    outbox.post("health-import", told, key=key_of(job), now=now)
    trace(job, subject.actor, "import.ask", now)


def give_up(subject: Subject, job_id: UUID, *, now: datetime) -> bool:
    """Nothing of a file that has not wholly arrived is left; False where it has, NotFound for another's."""
    of_person(subject, job_id)
    with subject.opened(), write_tx():
        J = ImportJob
        if not J.update(state="failed").where(J.id == job_id, J.state == "arriving").execute():
            return False
        remove(J.get_by_id(job_id), now=now)
    return True


def remove(job: ImportJob, *, now: datetime) -> None:
    for key in job.pieces:
        files.forget(key, now=now)
    ImportJob.delete().where(ImportJob.id == job.id).execute()


def of_person(subject: Subject, job_id: UUID) -> ImportJob:
    """NotFound for another's, or another child's."""
    with subject.opened():
        found = ImportJob.get_or_none((ImportJob.id == job_id) & of_whom(ImportJob, subject))
    if found is None:
        raise NotFound
    return found


def recent(subject: Subject) -> list[ImportJob]:
    """Those that are not done first, then the newest."""
    J = ImportJob
    with subject.opened():
        mine = J.select().where(of_whom(J, subject))
        return list(mine.order_by(J.ended_at.is_null().desc(), J.created_at.desc()).limit(5))


def key_of(job: ImportJob) -> str:
    return f"import:{job.id}"


def trace(job: ImportJob, actor: str, verb: str, now: datetime, **detail: Any) -> None:
    target = audit.of_id("import", job.id)
    audit.record_account(job.account_id, verb=verb, target=target, at=now, by=actor, detail=detail or None)
