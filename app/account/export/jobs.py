"""Asking for a copy, making it in the worker, and fetching it: bound to the person, sealed, gone after a day."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.account.export import contents, health, notices
from app.account.export.bundle import bundle
from app.account.models import ExportJob
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.i18n import speaking
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context, across_accounts
from app.web.outside import services

KEPT = timedelta(hours=24)


def ask(account: Account, *, language: str, with_number: bool, now: datetime) -> ExportJob:
    """One at a time: while one is being made, asking again answers that one."""
    with account_context(account), write_tx():
        Account.update(version=Account.version).where(
            Account.id == account.id
        ).execute()  # two clicks queue here
        going = ExportJob.select().where(ExportJob.state.in_(("waiting", "running"))).first()
        if going is not None and going.expires_at > now:
            return going
        job = ExportJob.create(
            language=language, with_number=with_number, created_at=now, expires_at=now + KEPT
        )
        outbox.post(
            "account-export", {"job": job.id.hex, "account": account.id.hex}, key=f"export:{job.id}", now=now
        )
        audit.record_account(account.id, verb="export.ask", target=audit.of_id("export", job.id), at=now)
    return job


def make(payload: dict[str, Any]) -> None:
    """The worker's part. An account that was deleted meanwhile gets nothing."""
    account = Account.get_or_none(Account.id == UUID(payload["account"]))
    if account is None:
        return
    with account_context(account):
        job = ExportJob.get_or_none(ExportJob.id == UUID(payload["job"]))
        if job is None or job.state in ("ready", "expired"):
            return
        made = False
        try:
            _make(job, account)
            made = True
        finally:  # whatever it was: the person is told, and the outbox tries again
            if not made:
                with write_tx():
                    ExportJob.update(state="failed").where(ExportJob.id == job.id).execute()


def _make(job: ExportJob, account: Account) -> None:
    sealer, now = services().sealer, services().clock.now()
    with write_tx():
        ExportJob.update(state="running", done=0, total=len(contents.CATEGORIES)).where(
            ExportJob.id == job.id
        ).execute()
    sheets = []
    with speaking(job.language):
        source = contents.Source(account, sealer=sealer, with_number=job.with_number, language=job.language)
        for category in contents.CATEGORIES:
            sheets.append(category(source))
            with write_tx():
                ExportJob.update(done=len(sheets)).where(ExportJob.id == job.id).execute()
        made = bundle(
            sheets,
            calendar=contents.calendar(source),
            zone=contents.ZONE,
            language=job.language,
            now=now,
            attachments={**notices.attachments(source), **health.long(source)},
        )
    with write_tx():
        ExportJob.update(
            state="ready",
            content=sealer.seal_bytes(made, cell=_cell(job)),
            size=len(made),
            sha256=hashlib.sha256(made).hexdigest(),
            ready_at=now,
            expires_at=now + KEPT,
        ).where(ExportJob.id == job.id).execute()


def of_person(job_id: UUID) -> ExportJob:
    """A job of the open account, without its content; NotFound for anybody else's."""
    columns = [field for field in ExportJob._meta.sorted_fields if field is not ExportJob.content]
    found = ExportJob.select(*columns).where(ExportJob.id == job_id).first()
    if found is None:
        raise NotFound
    return found


def fetch(job_id: UUID, *, sealer: Sealer, now: datetime) -> bytes:
    """The archive, while it is there; NotFound when it is another's, unfinished or over."""
    job = ExportJob.get_or_none(ExportJob.id == job_id)
    if job is None or job.state != "ready" or job.expires_at <= now or job.content is None:
        raise NotFound
    made = sealer.unseal_bytes(job.content, cell=_cell(job))
    with write_tx():
        ExportJob.update(fetched_at=now).where(ExportJob.id == job.id).execute()
        audit.record_account(
            job.account_id, verb="export.fetch", target=audit.of_id("export", job.id), at=now
        )
    return made


def recent() -> list[ExportJob]:
    """The open account's, newest first, without their content."""
    columns = [field for field in ExportJob._meta.sorted_fields if field is not ExportJob.content]
    return list(ExportJob.select(*columns).order_by(ExportJob.created_at.desc()).limit(5))


def purge(*, now: datetime) -> int:
    """Takes away what is over its day; the line that says it was made stays a month."""
    with across_accounts(reason="copies of everybody expire"), write_tx():
        ExportJob.delete().where(ExportJob.expires_at <= now - timedelta(days=30)).execute()
        return int(
            ExportJob.update(state="expired", content=None)
            .where(ExportJob.expires_at <= now, ExportJob.state != "expired")
            .execute()
        )


def _cell(job: ExportJob) -> str:
    return f"{job.account_id.hex}|export_job|content|{job.id.hex}"
