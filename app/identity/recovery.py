"""Ten codes for the day the phone is gone: shown once, each good once, kept as keyed hashes."""

import secrets
from datetime import datetime
from uuid import UUID

from app.identity.models import RecoveryCode
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context

HOW_MANY, LENGTH = 10, 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U
MEANT = str.maketrans("OIL", "011")  # what people read and type instead


def make(account_id: UUID, *, sealer: Sealer, now: datetime) -> list[str]:
    """Ten new codes as they are shown, and the only time they are; those from before are worth nothing."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    with account_context(account_id), write_tx():
        RecoveryCode.delete().execute()
        for code in codes:
            RecoveryCode.create(code_hash=_hash(account_id, code, sealer), created_at=now)
        audit.record_account(account_id, verb="recovery-codes.make", at=now)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use(account_id: UUID, typed: str | None, *, sealer: Sealer, now: datetime) -> bool:
    """Whether it was one of the codes still good; of two at once, one is."""
    code = "".join(sign for sign in (typed or "").upper() if sign.isalnum()).translate(MEANT)
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        return False
    with account_context(account_id), write_tx():
        unused = (RecoveryCode.code_hash == _hash(account_id, code, sealer)) & RecoveryCode.used_at.is_null()
        if not RecoveryCode.update(used_at=now).where(unused).execute():
            return False
        audit.record_account(account_id, verb="recovery-code.use", at=now)
    return True


def left(account_id: UUID) -> int:
    with account_context(account_id):
        return int(RecoveryCode.select().where(RecoveryCode.used_at.is_null()).count())


def _hash(account_id: UUID, code: str, sealer: Sealer) -> str:
    return sealer.fingerprint("recovery", account_id.hex, code)
