"""Codes by mail: eight digits for one purpose of one session, ten minutes, five tries, once."""

import hmac
from datetime import datetime, timedelta

from app.identity.models import MailCode, Session
from app.identity.totp import typed
from app.kernel import outbox
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context

DIGITS = 8
LASTING = timedelta(minutes=10)
TRIES = 5
LETTER = "mail-code"


def send(session: Session, *, purpose: str, now: datetime) -> MailCode:
    """A new code, and the letter that brings it; the ones before it are worth nothing from here on."""
    with account_context(session.account_id), write_tx():
        before = (
            (MailCode.session == session.id) & (MailCode.purpose == purpose) & (MailCode.expires_at > now)
        )
        MailCode.update(expires_at=now).where(before).execute()
        code = MailCode.create(session=session.id, purpose=purpose, created_at=now, expires_at=now + LASTING)
        payload = {"account": session.account_id.hex, "code": code.id.hex}
        outbox.post(LETTER, payload, key=f"{LETTER}:{code.id.hex}", now=now)
    return code


def newest(session: Session, *, purpose: str, now: datetime) -> MailCode | None:
    """The code that can still be typed in this browser for this purpose."""
    with account_context(session.account_id):
        mine = (MailCode.session == session.id) & (MailCode.purpose == purpose) & _good(now)
        return MailCode.select().where(mine).order_by(MailCode.created_at.desc()).first()


def judge(session: Session, code: str | None, *, purpose: str, sealer: Sealer, now: datetime) -> bool | None:
    """Whether it was the right one, now used; None when there is none to compare with, and nothing was compared."""
    with account_context(session.account_id), write_tx():
        found = newest(session, purpose=purpose, now=now)
        if found is None:
            return None
        counted = MailCode.update(tries=MailCode.tries + 1).where((MailCode.id == found.id) & _good(now))
        if not counted.execute():
            return None  # somebody else had the last try
        if not hmac.compare_digest(digits(found, sealer).encode(), typed(code).encode()):
            return False
        once = (MailCode.id == found.id) & MailCode.used_at.is_null()
        return bool(MailCode.update(used_at=now).where(once).execute())


def digits(code: MailCode, sealer: Sealer) -> str:
    return sealer.code("mail-code", code.id.hex)


def _good(now: datetime) -> object:
    return MailCode.used_at.is_null() & (MailCode.expires_at > now) & (MailCode.tries < TRIES)
