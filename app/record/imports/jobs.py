"""Reading a file in the worker, in batches that are written once, and taking away what is over."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock
from typing import Any
from uuid import UUID

from app.kernel import files
from app.kernel.db import write_tx
from app.kernel.errors import Unavailable
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, across_accounts
from app.record.imports import apple, archive, arrivals, headings, tables, writing
from app.record.imports.arrivals import trace
from app.record.imports.pieces import Pieces
from app.record.imports.points import Found
from app.record.kinds import KINDS
from app.record.models import ImportJob
from app.web.outside import services

BATCH = 2000
MOST_UNPACKED = 2 * 1024**3
MOST_ROWS = 10_000_000
KEPT = timedelta(days=30)
PATIENCE = timedelta(days=2)  # the outbox gives up earlier: whatever waits longer is never read
READING = Lock()  # one file at a time in a process: the worker's other threads are for what people wait for


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
        if not READING.acquire(blocking=False):
            raise Unavailable("import", retry=True, why="another file is being read")
        try:
            _read(job)
            _end(job, "done", payload["by"])
        except apple.NotReadable:
            _end(job, "failed", payload["by"])
        except writing.WasRead as other:
            raise Unavailable("import", retry=True, why="another worker reads this file") from other
        finally:
            READING.release()


def _read(job: ImportJob) -> None:
    stream = Pieces(job.pieces, size=job.size, read=services().files.read)
    rows = islice(_limited(_rows(stream, job)), job.read, None)
    pen = writing.Pen(job)
    while batch := list(islice(rows, BATCH)):
        pen.write(batch, position=min(stream.tell(), job.size))


def _limited(rows: Iterator[Found]) -> Iterator[Found]:
    yield from islice(rows, MOST_ROWS)
    if next(rows, rows) is not rows:
        yield "rows"


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


def _end(job: ImportJob, state: str, actor: str) -> None:
    now = services().clock.now()
    with write_tx():
        for key in job.pieces:
            files.forget(key, now=now)
        told = {"state": state, "ended_at": now, "position": job.size, "pieces": []}
        ImportJob.update(**told).where(ImportJob.id == job.id).execute()
        trace(job, actor, "import.end", now, kept=job.kept, rows=job.read)


# ---- what is over ---------------------------------------------------------------------------------------------------


def leave(account_id: UUID, *, now: datetime) -> None:
    """Before an account goes: its files go too."""
    with account_context(account_id):
        for job in ImportJob.select():
            for key in job.pieces:
                files.forget(key, now=now)


def purge(*, now: datetime) -> None:
    """What stopped arriving leaves nothing; a file nobody will read goes; after a month the line of what it brought."""
    J = ImportJob
    with across_accounts(reason="files of everybody are over"), write_tx():
        for job in J.select().where(J.state == "arriving", J.created_at < now - arrivals.ARRIVES):
            arrivals.remove(job, now=now)
        for job in J.select().where(J.ended_at.is_null(), J.created_at < now - PATIENCE):
            for key in job.pieces:
                files.forget(key, now=now)
            J.update(state="failed", pieces=[], ended_at=now).where(J.id == job.id).execute()
        J.delete().where(J.ended_at < now - KEPT).execute()
