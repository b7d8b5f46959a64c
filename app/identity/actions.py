"""Signing in and out."""

import secrets
from datetime import datetime, timedelta

from app.identity import passwords
from app.identity.models import Session, SignInAttempt
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TRIES = 10  # wrong passwords an account takes in a quarter of an hour
WINDOW_SECONDS = 900


class TooManyTries(Exception):
    """The account rests until the quarter of an hour is over."""


def sign_in(
    email: str, password: str, *, host: str, user_agent: str, now: datetime
) -> tuple[Account, str] | None:
    """(account, cookie value) of a fresh session; None for a wrong pair. Raises TooManyTries."""
    account = Account.get_or_none(email=email.strip().casefold())
    if account is None:
        passwords.matches(None, password)
        return None
    with account_context(account):
        window = int(now.timestamp()) // WINDOW_SECONDS
        failures = (
            SignInAttempt.select(SignInAttempt.failures).where(SignInAttempt.window == window).scalar() or 0
        )
        if failures >= TRIES:
            raise TooManyTries
        if not passwords.matches(account.password_hash, password):
            _count(window)
            return None
        token = secrets.token_urlsafe(32)
        with write_tx():
            Session.delete().where(Session.expires_at < now).execute()
            Session.create(
                account=account.id,
                token_hash=hashed(token),
                host=host,
                created_at=now,
                seen_at=now,
                expires_at=now + ABSOLUTE,
                user_agent=user_agent[:200],
            )
        return account, token


def _count(window: int) -> None:
    with write_tx():
        SignInAttempt.insert(window=window, failures=1).on_conflict(
            conflict_target=(SignInAttempt.account, SignInAttempt.window),
            update={SignInAttempt.failures: SignInAttempt.failures + 1},
        ).execute()


def sign_out(session: Session) -> None:
    with account_context(session.account_id), write_tx():
        Session.delete().where(Session.id == session.id).execute()


def touch(session: Session, *, now: datetime) -> None:
    """Once a minute is enough to know that somebody is there."""
    if now - session.seen_at > timedelta(minutes=1):
        with account_context(session.account_id), write_tx():
            Session.update(seen_at=now).where(Session.id == session.id).execute()
