"""Which session a cookie opens."""

from datetime import datetime

from app.identity.actions import IDLE
from app.identity.models import Session
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import across_accounts


def session_of(token: str, *, host: str, now: datetime) -> Session | None:
    """The living session behind a cookie, with its account; void on another host, when idle, and when over."""
    with across_accounts(reason="a cookie says whose session it is"):
        found = (
            Session.select(Session, Account)
            .join(Account)
            .where(Session.token_hash == hashed(token[:100]))
            .first()
        )
    if found is None or found.host != host or found.expires_at <= now or now - found.seen_at > IDLE:
        return None
    return found
