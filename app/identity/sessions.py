"""Opening, raising, proving and ending sessions: the cookie changes at every step up, and the old one is dead."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.identity.models import Session
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context, across_accounts

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
KEPT_IDLE = timedelta(days=30)  # «stay signed in on this device»: patients only
KEPT_ABSOLUTE = timedelta(days=90)
HALFWAY = timedelta(minutes=20)  # to find the phone and set up or show a second factor
FRESH = timedelta(minutes=15)  # how long a proof counts for a sensitive change

OF_TOKEN = ConstantSQL(
    lambda: Session.select(Session, Account).join(Account).where(Session.token_hash == param("token")),
    tenant=False,
)


@dataclass(frozen=True)
class Seen:
    """What a request tells of its browser."""

    user_agent: str = ""
    address: str = ""


def start(
    account: Account,
    *,
    host: str,
    stage: str,
    staff: bool,
    kept: bool = False,
    device: UUID | None = None,
    method: str = "",
    seen: Seen,
    now: datetime,
) -> tuple[Session, str]:
    """A session of this browser and its cookie value; over ones of the account are swept away."""
    token = secrets.token_urlsafe(32)
    kept = kept and not staff
    with account_context(account), write_tx():
        Session.delete().where(Session.expires_at < now).execute()
        session = Session.create(
            account=account.id,
            token_hash=hashed(token),
            host=host,
            stage=stage,
            staff=staff,
            kept=kept,
            device=device,
            method=method,
            created_at=now,
            seen_at=now,
            expires_at=now + _longest(stage, kept=kept),
            proved_at=now if stage == "open" else None,
            user_agent=seen.user_agent[:200],
            address=seen.address[:45],
        )
    return session, token


def advance(session: Session, *, stage: str, method: str, now: datetime) -> str:
    """On to the next stage, under a new cookie; a session that ended meanwhile raises."""
    return _renew(
        session,
        stage=stage,
        method=method,
        expires_at=now + _longest(stage, kept=session.kept),
        proved_at=now,
        seen_at=now,
    )


def prove(session: Session, *, now: datetime, method: str = "") -> str:
    """The person has just shown a factor again: sensitive changes are open for a quarter of an hour.

    `method` is a factor stronger than the one that opened the session: from here on it counts as opened by that.
    """
    return _renew(session, proved_at=now, seen_at=now, **({"method": method} if method else {}))


def _renew(session: Session, **change: object) -> str:
    token = secrets.token_urlsafe(32)
    with account_context(session.account_id), write_tx():
        query = Session.update(token_hash=hashed(token), **change).where(
            Session.id == session.id, Session.token_hash == session.token_hash
        )
        if not query.execute():
            raise Ended
    for name, value in change.items():
        setattr(session, name, value)
    session.token_hash = hashed(token)
    return token


class Ended(Exception):
    """The session was ended, or renewed by another request, while this one ran."""


def end(session_id: UUID, *, account_id: UUID) -> bool:
    """False when there is no such session of this account."""
    with account_context(account_id), write_tx():
        return bool(Session.delete().where(Session.id == session_id).execute())


def end_all(account_id: UUID, *, but: UUID | None = None) -> int:
    """Every session of the account, or all but one; how many."""
    with account_context(account_id), write_tx():
        query = Session.delete()
        return int(query.where(Session.id != but).execute() if but else query.execute())


def end_at(account_id: UUID, *, hosts: Sequence[str], but: UUID | None = None) -> int:
    """Every session of the account at these hosts, or all but one: what it may do there has changed."""
    with account_context(account_id), write_tx():
        there = Session.delete().where(Session.host.in_(list(hosts)))
        return int(there.where(Session.id != but).execute() if but else there.execute())


def rotate(session: Session, *, now: datetime) -> str:
    """The same session under a new cookie: what its person may do has changed."""
    return _renew(session, seen_at=now)


def touch(session: Session, *, seen: Callable[[], Seen], now: datetime) -> None:
    """Once a minute is enough to know that somebody is there."""
    if now - session.seen_at > timedelta(minutes=1):
        browser = seen()
        with account_context(session.account_id), write_tx():
            values = {"address": browser.address[:45], "user_agent": browser.user_agent[:200]}
            Session.update(seen_at=now, **values).where(Session.id == session.id).execute()


def of_token(token: str, *, host: str, now: datetime) -> Session | None:
    """The living session behind a cookie, with its account; void on another host, when idle, and when over."""
    with across_accounts(reason="a cookie says whose session it is"):
        found = OF_TOKEN.first(Session, Account, token=hashed(token[:100]))
    return found if found is not None and is_alive(found, host=host, now=now) else None


def living(account_id: UUID, *, now: datetime) -> list[Session]:
    """The account's sessions that still open something, the one used last first."""
    with account_context(account_id):
        found = Session.select().order_by(Session.seen_at.desc(), Session.id)
        return [session for session in found if is_alive(session, host=session.host, now=now)]


def is_alive(session: Session, *, host: str, now: datetime) -> bool:
    idle = KEPT_IDLE if session.kept else IDLE
    return session.host == host and now < session.expires_at and now - session.seen_at <= idle


def is_fresh(session: Session, *, now: datetime) -> bool:
    """Whether a sensitive change may go on without asking for a factor again; a clock set back proves nothing."""
    return session.proved_at is not None and timedelta(0) <= now - session.proved_at <= FRESH


def _longest(stage: str, *, kept: bool) -> timedelta:
    if stage != "open":
        return HALFWAY
    return KEPT_ABSOLUTE if kept else ABSOLUTE
