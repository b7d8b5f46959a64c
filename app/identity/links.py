"""Links sent to a person who has an account: only a hash is kept, one of a kind lives at a time, each works once."""

from datetime import datetime, timedelta
from uuid import UUID

from app.identity.models import MailLink
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed
from app.kernel.tenancy import account_context, across_accounts

LASTING = {"reset": timedelta(minutes=30), "new-mail": timedelta(hours=24)}


def make(account: Account, purpose: str, *, email: str, host: str, sealer: Sealer, now: datetime) -> MailLink:
    """`email`: the account's address now, or the new one to confirm. The ones before it are dead."""
    identity = uuid7()
    with account_context(account), write_tx():
        forget(account.id, purpose)
        return MailLink.create(
            id=identity,
            token_hash=hashed(token(identity, sealer=sealer)),
            purpose=purpose,
            host=host,
            email=email,
            created_at=now,
            expires_at=now + LASTING[purpose],
        )


def token(identity: UUID, *, sealer: Sealer) -> str:
    """Made again when the letter is written, and stored nowhere."""
    return sealer.link_token("link", identity.hex)


def of_token(text: str, purpose: str, *, host: str, now: datetime) -> MailLink | None:
    """The living link, with its account; None for every other, whatever the reason."""
    with across_accounts(reason="a link says whose it is"):
        found = (
            MailLink.select(MailLink, Account)
            .join(Account)
            .where((MailLink.token_hash == hashed(text[:100])) & (MailLink.purpose == purpose))
            .first()
        )
    if found is None or found.host != host or found.used_at is not None or now >= found.expires_at:
        return None
    # a reset goes to the address the account has now, and to no other
    return None if purpose == "reset" and found.email != found.account.email else found


def use(link: MailLink, *, now: datetime) -> bool:
    """False when somebody was quicker, or it is too old."""
    with account_context(link.account_id), write_tx():
        mine = (MailLink.id == link.id) & MailLink.used_at.is_null() & (MailLink.expires_at > now)
        return bool(MailLink.update(used_at=now).where(mine).execute())


def forget(account_id: UUID, purpose: str | None = None) -> None:
    """Those of one kind, or all: after the password or the address changed."""
    with account_context(account_id), write_tx():
        gone = MailLink.delete()
        (gone.where(MailLink.purpose == purpose) if purpose else gone).execute()
