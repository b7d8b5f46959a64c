"""What a person signs in with: password, user name and address, changed in one place each."""

import base64
from datetime import datetime
from uuid import UUID

import peewee as pw

from app.identity import links, sessions, usernames
from app.identity.models import MailLink
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import Sealer


class Stale(Exception):
    """Another tab or device changed it meanwhile."""


class Dead(Exception):
    """The link was used, or is too old."""


class Taken(Exception):
    """The address got an account meanwhile."""


def set_password(
    account: Account,
    password_hash: str,
    *,
    now: datetime,
    verb: str = "password.change",
    but: UUID | None = None,
) -> None:
    """Every other session ends, links on their way are dead, and the owner of the mailbox hears of it."""
    with write_tx():
        Account.update(password_hash=password_hash).where(Account.id == account.id).execute()
        sessions.end_all(account.id, but=but)
        links.forget(account.id)
        audit.record_account(account.id, verb=verb, at=now)
        _post("password-changed", account, now)


def reset_password(link: MailLink, password_hash: str, *, now: datetime) -> None:
    """By a link from the mailbox; Dead for whoever comes second."""
    with write_tx():
        if not links.use(link, now=now):
            raise Dead
        set_password(link.account, password_hash, verb="password.reset", now=now)


def rename(account: Account, stem: str | None, *, version: int, now: datetime) -> str | None:
    """A new user name, or none at all; raises Stale. Its digits are ours."""
    for username in usernames.offers(stem) if stem else (None,):
        try:
            with write_tx():
                _update(account, version=version, username=username)
                audit.record_account(account.id, verb="username.change", at=now)
                return username
        except pw.IntegrityError:
            continue  # somebody has this very name: other digits
    raise Stale


def ask_for_address(
    account: Account, email: str, *, version: int, host: str, sealer: Sealer, now: datetime
) -> None:
    """A link goes to the new address and a warning to the old one; raises Stale. Whether the new one has an account
    already, its letter alone knows."""
    with write_tx():
        if not Account.select().where((Account.id == account.id) & (Account.version == version)).exists():
            raise Stale
        link = links.make(account, "new-mail", email=email.strip().lower(), host=host, sealer=sealer, now=now)
        _post("new-mail", account, now, link=link.id.hex)
        _post("new-mail-asked", account, now, link=link.id.hex)
        audit.record_account(account.id, verb="email.ask", at=now)


def change_address(link: MailLink, *, sealer: Sealer, now: datetime) -> None:
    """The new mailbox is proved: Dead when the link is used, Taken when the address got an account meanwhile."""
    account = link.account
    sealed = sealer.seal(account.email, cell=before_cell(link.id))
    try:
        with write_tx():
            if not links.use(link, now=now):
                raise Dead
            Account.update(email=link.email, version=Account.version + 1).where(
                Account.id == account.id
            ).execute()
            links.forget(account.id)
            audit.record_account(account.id, verb="email.change", at=now)
            before = base64.b64encode(sealed).decode()
            _post("mail-changed", account, now, link=link.id.hex, before=before)
    except pw.IntegrityError:
        raise Taken from None


def before_cell(link_id: UUID) -> str:
    """Of the address before this link was opened, on its way to the letter that says good-bye to it."""
    return f"platform|outbox|before|{link_id.hex}"


def _update(account: Account, *, version: int, **change: object) -> None:
    mine = (Account.id == account.id) & (Account.version == version)
    if not Account.update(version=Account.version + 1, **change).where(mine).execute():
        raise Stale


def _post(event: str, account: Account, now: datetime, **more: str) -> None:
    outbox.post(event, {"account": account.id.hex, **more}, key=f"{event}:{uuid7().hex}", now=now)
