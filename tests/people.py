"""Accounts with a second factor, and browsers that are signed in, without walking through the pages."""

from datetime import UTC, datetime
from functools import lru_cache

import pyotp

from app.account import texts
from app.identity import sessions
from app.identity.actions import open_account
from app.identity.models import Factor, Session
from app.identity.passwords import hash_of
from app.identity.sessions import Seen
from app.kernel.db import connection
from app.kernel.sealing import Keys, Sealer
from app.kernel.tenancy import account_context, practice_context
from app.staff.models import Member
from tests.conftest import HOST

PASSWORD = "vier paarden in de regen"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of everybody's authenticator app
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SEALER = Sealer(Keys.derive(b"k" * 32))


@lru_cache(maxsize=4)
def hashed_password(password=PASSWORD):
    return hash_of(password)


def make_account(*, email="alice@example.be", given_name="Alice", family_name="Dupont", factor="app", **more):
    """With an authenticator app (SECRET), or factor="mail", or factor=None for somebody who must still set one up."""
    with connection():
        account = open_account(
            email=email,
            password_hash=hashed_password(),
            given_name=given_name,
            family_name=family_name,
            language=more.pop("language", "fr"),
            now=NOW,
            sealer=SEALER,
            **more,
        )
        texts.accept(account, language=account.language, host=HOST, now=NOW)
        if factor:
            with account_context(account):
                made = Factor.create(kind=factor, created_at=NOW, confirmed_at=NOW)
                if factor == "app":
                    cell = f"{account.id.hex}|factor|secret|{made.id.hex}"
                    Factor.update(secret_sealed=SEALER.seal(SECRET, cell=cell)).where(
                        Factor.id == made.id
                    ).execute()
    return account


def make_member(practice, *, roles=("receptionist",), email="sylvie@lavande.example", **more):
    """Somebody who works at `practice`, with an authenticator app."""
    account = make_account(
        email=email,
        given_name=more.pop("given_name", "Sylvie"),
        family_name=more.pop("family_name", "Renard"),
    )
    with practice_context(practice):
        Member.create(account=account, roles=list(roles), starts_on=more.pop("starts_on", NOW.date()), **more)
    return account


def code_now(clock, secret=SECRET):
    """What the authenticator app shows at this moment of the frozen clock."""
    return pyotp.TOTP(secret).at(clock.now())


def sign_in_as(
    client,
    account,
    *,
    clock,
    host=f"lavande.{HOST}",
    stage="open",
    method="app",
    staff=False,
    level=0,
    **more,
):
    """A browser with a living session at `host`; answers the session's row."""
    with connection():
        session, token = sessions.start(
            account,
            host=host,
            stage=stage,
            staff=staff,
            method=method,
            seen=Seen("a test", "127.0.0.1"),
            now=clock.now(),
            **more,
        )
        if level:
            with account_context(account):
                Session.update(level=level).where(Session.id == session.id).execute()
    client.set_cookie("session", token, domain=host.split(":")[0])
    return session
