"""Codes of an authenticator app: one step either side of now, and every step once."""

import hmac
from datetime import datetime

import pyotp

from app.identity.models import Factor
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context

DIGITS, STEP, DRIFT = 6, 30, 1  # seconds a step; steps a watch may be off


def typed(code: str | None) -> str:
    """What is left of «123 456» without the blanks and dashes of people and scripts."""
    return "".join(sign for sign in code or "" if not sign.isspace() and sign not in "-.")


def step_of(secret: str, code: str | None, *, now: datetime) -> int | None:
    """The time step whose code this is, of the three that count now."""
    said, made = typed(code), pyotp.TOTP(secret)
    if len(said) != DIGITS or not (said.isascii() and said.isdigit()):
        return None
    current, found = int(now.timestamp()) // STEP, None
    for step in range(current - DRIFT, current + DRIFT + 1):  # all three, whichever it is
        if hmac.compare_digest(made.generate_otp(step), said):
            found = step
    return found


def verify(factor: Factor, code: str | None, *, sealer: Sealer, now: datetime) -> bool:
    """Whether the code is the factor's and was not used before; of two at once, one is."""
    if factor.kind != "app" or factor.confirmed_at is None or factor.secret_sealed is None:
        return False
    step = step_of(sealer.unseal(factor.secret_sealed, cell=cell(factor)), code, now=now)
    if step is None:
        return False
    with account_context(factor.account_id), write_tx():
        once = (Factor.id == factor.id) & (Factor.last_step < step) & Factor.confirmed_at.is_null(False)
        return bool(Factor.update(last_step=step, used_at=now).where(once).execute())


def cell(factor: Factor) -> str:
    return f"{factor.account_id.hex}|factor|secret|{factor.id.hex}"
