"""Browsers a person has fully signed in from: strangers who guess a password never lock such a browser out."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, request

from app.identity.models import KnownDevice
from app.identity.sessions import Seen
from app.kernel.db import write_tx
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context
from app.web.outside import config

LASTING = timedelta(days=365)
AT_ONCE = 5  # a family's computer: the newest people of one browser


def cookie_name() -> str:
    return "__Host-device" if config().scheme == "https" else "device"


def carried() -> list[str]:
    """What this browser shows: one token for each person it is known to, the newest first."""
    tokens = request.cookies.get(cookie_name(), "")[:600].split(".")
    return [token[:100] for token in tokens if token][:AT_ONCE]


def known(account_id: UUID, tokens: list[str], *, now: datetime) -> KnownDevice | None:
    """The device of this account among `tokens`; also asked for accounts that do not exist, and then finds none."""
    with account_context(account_id):
        mine = KnownDevice.token_hash.in_([hashed(token) for token in tokens or [""]])
        return KnownDevice.select().where(mine & (KnownDevice.seen_at > now - LASTING)).first()


def remember(
    account_id: UUID, tokens: list[str], *, seen: Seen, now: datetime
) -> tuple[KnownDevice, list[str], bool]:
    """(device, what the browser is to keep, whether it was new); a token somebody planted becomes nobody's."""
    found = known(account_id, tokens, now=now)
    with account_context(account_id), write_tx():
        KnownDevice.delete().where(KnownDevice.seen_at <= now - LASTING).execute()
        if found is not None:
            KnownDevice.update(seen_at=now, user_agent=seen.user_agent[:200]).where(
                KnownDevice.id == found.id
            ).execute()
            return found, tokens, False
        token = secrets.token_urlsafe(32)
        made = KnownDevice.create(
            token_hash=hashed(token), user_agent=seen.user_agent[:200], created_at=now, seen_at=now
        )
    return made, [token, *tokens][:AT_ONCE], True


def forget(device_id: UUID, *, account_id: UUID) -> bool:
    with account_context(account_id), write_tx():
        return bool(KnownDevice.delete().where(KnownDevice.id == device_id).execute())


def set_cookie(response: Response, tokens: list[str]) -> Response:
    """Survives a sign-out: that is its whole use."""
    response.set_cookie(
        cookie_name(),
        ".".join(tokens),
        max_age=int(LASTING.total_seconds()),
        secure=config().scheme == "https",
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response
