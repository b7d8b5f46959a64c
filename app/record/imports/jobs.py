"""Taking a file in, reading it in the worker in batches, and what is told of it: what is read again counts once."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from app.kernel import audit, files, outbox
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Unavailable
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, across_accounts
from app.record.imports import apple, archive, headings, tables
from app.record.imports.pieces import Pieces, cut
from app.record.imports.points import Found, Point, token
from app.record.kinds import KINDS, Kind
from app.record.models import ImportJob, Observation
from app.record.queries import of_whom
from app.record.whose import Subject
from app.web.outside import services

BATCH = 500
MOST_UNPACKED = 2 * 1024**3
KEPT = timedelta(days=30)
PATIENCE = timedelta(days=2)  # the outbox gives up earlier: whatever waits longer is never read


class WasRead(Exception):
    """Somebody else is reading the same file further on."""


def take(subject: Subject, content: bytes, *, kind: Kind | None, attempt: UUID, now: datetime) -> ImportJob:
    """Keeps the file sealed and asks the worker to read it. The same form again answers what it made."""
    with subject.opened():
        if (before := ImportJob.get_or_none(ImportJob.attempt == attempt)) is not None:
            return before
        with services().files.keeping(cut(content), owner=subject.account) as keys, write_tx():
            job = ImportJob.create(
                dependant=subject.dependant, kind=kind.key if kind else None, attempt=attempt, pieces=keys,
                size=len(content), created_at=now,
            )  # fmt: skip
            told = {"job": job.id.hex, "account": subject.account.hex, "by": subject.actor}
            outbox.post("health-import", told, key=_key(job), now=now)
            _trace(job, subject.actor, "import.ask", now)
    return job


def of_person(subject: Subject, job_id: UUID) -> ImportJob:
    """NotFound for another's, or another child's."""
    with subject.opened():
        found = ImportJob.get_or_none((ImportJob.id == job_id) & of_whom(ImportJob, subject))
    if found is None:
        raise NotFound
    return found


def recent(subject: Subject) -> list[ImportJob]:
    with subject.opened():
        mine = ImportJob.select().where(of_whom(ImportJob, subject))
        return list(mine.order_by(ImportJob.created_at.desc()).limit(5))


# ---- the worker's part ----------------------------------------------------------------------------------------------


def make(payload: dict[str, Any]) -> None:
    """Reads on from where it stopped. An account or a file that is gone meanwhile gets nothing."""
    account = Account.get_or_none(Account.id == UUID(payload["account"]))
    if account is None:
        return
    with account_context(account):
        job = ImportJob.get_or_none(ImportJob.id == UUID(payload["job"]))
        if job is None or job.state in ("done", "failed"):
            return
        try:
            _read(job)
            _end(job, "done", payload["by"])
        except apple.NotReadable:
            _end(job, "failed", payload["by"])
        except WasRead as other:
            raise Unavailable("import", retry=True, why="another worker reads this file") from other


def _read(job: ImportJob) -> None:
    stream = Pieces(job.pieces, size=job.size, read=services().files.read)
    rows = islice(_rows(stream, job), job.read, None)
    while batch := list(islice(rows, BATCH)):
        _write(job, batch, position=min(stream.tell(), job.size))


def _rows(stream: Pieces, job: ImportJob) -> Iterator[Found]:
    """The same rows in the same order at every reading: `now` is when the file came."""
    source, now = io.BufferedReader(stream), job.created_at
    begin = source.peek(8)
    if archive.is_one(begin):
        inside = archive.opened(source, size=job.size)
        return apple.read(inside, most=MOST_UNPACKED, now=now, torn=archive.TORN)
    if begin.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return apple.read(source, most=MOST_UNPACKED, now=now)
    kind = KINDS[job.kind] if job.kind else None
    return tables.read(source, kind=kind, words=headings.columns(), kinds=headings.kinds(), now=now)


@dataclass
class _Outcome:
    """Of one batch."""

    kept: int = 0
    known: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def _write(job: ImportJob, batch: Sequence[Found], *, position: int) -> None:
    """Values and count in one transaction, so that neither is ever ahead of the other."""
    now, J = services().clock.now(), ImportJob
    with write_tx():
        mine = (J.id == job.id) & (J.read == job.read) & J.state.in_(("waiting", "running"))
        if not J.update(read=job.read + len(batch), state="running").where(mine).execute():
            raise WasRead
        made = _keep(job, [one for one in batch if isinstance(one, Point)], now)
        made.refused.update(one for one in batch if isinstance(one, str))
        job.read += len(batch)
        job.kept, job.known = job.kept + made.kept, job.known + made.known
        job.refused = dict(Counter(job.refused) + made.refused)
        told = {"kept": job.kept, "known": job.known, "refused": job.refused, "position": position}
        J.update(**told).where(J.id == job.id).execute()
        outbox.hold(_key(job), now=now)


def _keep(job: ImportJob, points: Sequence[Point], now: datetime) -> _Outcome:
    V, outcome, whose = Observation, _Outcome(), str(job.dependant or "")
    if not points:
        return outcome
    wanted = {token(whose, one.token): one for one in points}
    rows = V.select(V.external_id, V.value).where(V.source == "file", V.external_id.in_(list(wanted)))
    there = dict(rows.tuples())
    for name, value in there.items():  # the total of a day that grew, or was corrected
        if wanted[name].kind.daily and wanted[name].value != value:
            V.update(value=wanted[name].value).where(V.source == "file", V.external_id == name).execute()
            outcome.kept += 1
    new = [
        {
            "dependant": job.dependant, "kind": one.kind.key, "value": one.value, "second": one.second, "at": one.at,
            "source": "file", "external_id": name, "created_at": now,
        }
        for name, one in wanted.items()
        if name not in there
    ]  # fmt: skip
    if new:
        V.insert_many(new).on_conflict(action="IGNORE").execute()
    outcome.kept += len(new)
    outcome.known = len(points) - outcome.kept
    return outcome


def _end(job: ImportJob, state: str, actor: str) -> None:
    now = services().clock.now()
    with write_tx():
        for key in job.pieces:
            files.forget(key, now=now)
        told = {"state": state, "ended_at": now, "position": job.size, "pieces": []}
        ImportJob.update(**told).where(ImportJob.id == job.id).execute()
        _trace(job, actor, "import.end", now, kept=job.kept, rows=job.read)


# ---- what is over ---------------------------------------------------------------------------------------------------


def leave(account_id: UUID, *, now: datetime) -> None:
    """Before an account goes: its files go too."""
    with account_context(account_id):
        for job in ImportJob.select():
            for key in job.pieces:
                files.forget(key, now=now)


def purge(*, now: datetime) -> None:
    """A file nobody will read any more goes, and after a month the line that says what it brought."""
    J = ImportJob
    with across_accounts(reason="files of everybody are over"), write_tx():
        for job in J.select().where(J.ended_at.is_null(), J.created_at < now - PATIENCE):
            for key in job.pieces:
                files.forget(key, now=now)
            J.update(state="failed", pieces=[], ended_at=now).where(J.id == job.id).execute()
        J.delete().where(J.ended_at < now - KEPT).execute()


def _key(job: ImportJob) -> str:
    return f"import:{job.id}"


def _trace(job: ImportJob, actor: str, verb: str, now: datetime, **detail: int) -> None:
    target = audit.of_id("import", job.id)
    audit.record_account(job.account_id, verb=verb, target=target, at=now, by=actor, detail=detail or None)
