"""Showing a second factor: which ways a person has, and whether what they showed is right."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from app.identity import mail_codes, recovery, totp, wrong_codes
from app.identity.models import STRONG, Factor, Session
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context


class Verdict(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"  # a code of the app that opened something before
    GONE = "gone"  # the mail's code was used, is too old, was tried too often, or never asked for
    RESTING = "resting"  # ten wrong ones today


def ways(account_id: UUID, *, staff: bool) -> list[str]:
    """Kinds of factor this person may show, the one used last first.

    Whoever works at a practice shows an app or a passkey. Somebody who has become a member with nothing but codes by
    mail still opens their own account with them, to set up a stronger one: the desk stays closed to that session.
    """
    with account_context(account_id):
        confirmed = list(Factor.select().where(Factor.confirmed_at.is_null(False)))
    confirmed.sort(key=lambda factor: factor.used_at or factor.confirmed_at, reverse=True)
    kinds = list(dict.fromkeys(factor.kind for factor in confirmed))
    if staff and set(kinds) & set(STRONG):
        kinds = [kind for kind in kinds if kind in STRONG]
    return kinds


def show(
    session: Session,
    way: str,
    code: str | None,
    *,
    purpose: str,
    device_known: bool,
    sealer: Sealer,
    now: datetime,
) -> Verdict:
    """One try, counted before it is looked at; several at once are judged one after another.

    After ten wrong codes in a day even right ones wait for the next, for otherwise their answer would tell a guesser.
    Recovery codes cannot be guessed, and in a browser the person has used before they open the account even then.
    """
    account_id = session.account_id
    with account_context(account_id), write_tx():
        charged = wrong_codes.charge(account_id, now=now)
        if not charged and not (way == "recovery" and device_known):
            return Verdict.RESTING
        verdict = _judge(session, way, code, purpose=purpose, sealer=sealer, now=now)
        if charged and verdict in (Verdict.RIGHT, Verdict.GONE):  # neither was a wrong guess
            wrong_codes.refund(account_id, now=now)
        elif charged and wrong_codes.are_used_up(account_id, now=now):
            audit.record_account(account_id, verb="codes.rest", at=now, by="guest")
            _warn("codes-rest", account_id, key=now.isoformat(), now=now)
        return verdict


def _judge(
    session: Session, way: str, code: str | None, *, purpose: str, sealer: Sealer, now: datetime
) -> Verdict:
    if way == "recovery":
        right = recovery.use(session.account_id, code, sealer=sealer, now=now)
        return Verdict.RIGHT if right else Verdict.WRONG
    if way == "mail":
        said = mail_codes.judge(session, code, purpose=purpose, sealer=sealer, now=now)
        if said:
            Factor.update(used_at=now).where(
                (Factor.kind == "mail") & Factor.confirmed_at.is_null(False)
            ).execute()
        return Verdict.GONE if said is None else Verdict.RIGHT if said else Verdict.WRONG
    return _judge_app(session, code, sealer=sealer, now=now)


def _judge_app(session: Session, code: str | None, *, sealer: Sealer, now: datetime) -> Verdict:
    apps = list(Factor.select().where((Factor.kind == "app") & Factor.confirmed_at.is_null(False)))
    for factor in apps:
        if totp.verify(factor, code, sealer=sealer, now=now):
            return Verdict.RIGHT
    for factor in apps:
        step = totp.step_of(sealer.unseal(factor.secret_sealed, cell=totp.cell(factor)), code, now=now)
        if step is not None:
            _tell_of_reuse(session, factor, step, now=now)
            return Verdict.USED
    return Verdict.WRONG


def _tell_of_reuse(session: Session, factor: Factor, step: int, *, now: datetime) -> None:
    """Somebody may have watched it being typed: the holder hears of it, once a code.

    Not when the same browser sent it twice: its session has moved on since this request began.
    """
    audit.record_account(
        session.account_id, verb="code.reuse", at=now, target=f"factor:{factor.id}", by="guest"
    )
    same = (Session.id == session.id) & (Session.token_hash == session.token_hash)
    if Session.select().where(same).exists():
        _warn("code-reused", session.account_id, key=f"{factor.id.hex}:{step}", now=now)


def _warn(event: str, account_id: UUID, *, key: str, now: datetime) -> None:
    whole = f"{event}:{account_id.hex}:{key}"[:120]
    if not outbox.Outbox.select().where(outbox.Outbox.idempotency_key == whole).exists():
        outbox.post(event, {"account": account_id.hex}, key=whole, now=now)
