"""Second factors: set up by the session that asked, named, counted, taken away.

Whoever knows only a password may set up the first factor and never another: the account is locked for the length of
each change, and what the session may do is read again inside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp

from app.identity import recovery, sessions, totp
from app.identity.models import STRONG, Factor, RecoveryCode, Session
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context

PENDING = timedelta(minutes=20)  # how long a scanned picture waits for its first code
MOST = 10


class MaySetUpNothing(Refusal):
    """The session is not open and proved, nor that of somebody without any factor."""

    status = 403
    message = _l("Please sign in again, then set up another way to sign in.")


class TooOld(Refusal):
    """The secret waited longer than twenty minutes, or was never asked for here."""

    message = _l("This picture is more than twenty minutes old. Scan the new one, then type its code.")


class NotForStaff(Refusal):
    message = _l(
        "People who work at a practice sign in with an authenticator app or a passkey. A code by e-mail is not enough."
    )


class EnoughOfThem(Refusal):
    message = _l("You have ten ways to sign in already. Remove one first, then add another.")


class KeepOneStrong(Refusal):
    """Of somebody who works at a practice."""

    message = _l(
        "You work at a practice, so an authenticator app or a passkey has to stay. "
        "Add another one first, then remove this one."
    )


def of(account_id: UUID) -> list[Factor]:
    """The ones that count, oldest first."""
    with account_context(account_id):
        return list(
            Factor.select().where(Factor.confirmed_at.is_null(False)).order_by(Factor.created_at, Factor.id)
        )


def check_may_set_up(session: Session, *, now: datetime) -> None:
    """Raises what setting one up would raise."""
    with _setting_up(session, now=now):
        pass


def pending_app(session: Session, *, sealer: Sealer, now: datetime) -> str:
    """The secret this session is setting up: the same at every look for twenty minutes, then another."""
    with _setting_up(session, now=now):
        found = _pending(session, now=now)
        if found is None:
            secret = pyotp.random_base32()
            Factor.delete().where(
                Factor.confirmed_at.is_null()
                & ((Factor.asked_by == session.id) | (Factor.created_at < now - PENDING))
            ).execute()
            found = Factor.create(kind="app", asked_by=session.id, created_at=now)
            found.secret_sealed = sealer.seal(secret, cell=totp.cell(found))
            found.save()
            return secret
        return sealer.unseal(found.secret_sealed, cell=totp.cell(found))


def confirm_app(session: Session, code: str | None, *, sealer: Sealer, now: datetime) -> Factor | None:
    """The factor, from now on; None when the code is not one of this session's secret."""
    with _setting_up(session, now=now):
        found = _pending(session, now=now)
        if found is None:
            raise TooOld
        step = totp.step_of(sealer.unseal(found.secret_sealed, cell=totp.cell(found)), code, now=now)
        if step is None:
            return None
        found.last_step, found.confirmed_at, found.used_at, found.asked_by = step, now, now, None
        found.save()
        _tell(session, found, "factor.add", now=now)
        return found


def add_mail(session: Session, *, staff: bool, now: datetime) -> Factor:
    """A code by mail, after one was typed back; a second time it is the same one."""
    if staff:
        raise NotForStaff
    with _setting_up(session, now=now):
        found = Factor.get_or_none((Factor.kind == "mail") & Factor.confirmed_at.is_null(False))
        return found or _add(session, now=now, kind="mail")


def add_passkey(
    session: Session,
    *,
    credential_id: str,
    public_key: bytes,
    sign_count: int,
    rp_id: str,
    label: str,
    now: datetime,
) -> Factor:
    """IntegrityError when the passkey is known already, whosever it is."""
    with _setting_up(session, now=now):
        return _add(
            session,
            now=now,
            kind="passkey",
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            rp_id=rp_id,
            label=label[:60],
        )


def add_csam(session: Session, *, credential_id: str, label: str, now: datetime) -> Factor:
    """The government's sign-in; a second time it is the same one. IntegrityError when it opens another account."""
    with _setting_up(session, now=now):
        found = Factor.get_or_none(Factor.credential_id == credential_id)
        return found or _add(session, now=now, kind="csam", credential_id=credential_id, label=label)


def rename(account_id: UUID, factor_id: UUID, *, label: str, now: datetime) -> None:
    with _held(account_id):
        _mine(factor_id)
        Factor.update(label=label[:60]).where(Factor.id == factor_id).execute()
        audit.record_account(
            account_id, verb="factor.rename", at=now, target=audit.of_id("factor", factor_id)
        )


def remove(session: Session, factor_id: UUID, *, staff: bool, now: datetime) -> bool:
    """True when none is left: other sessions are over, and this one is to set one up again."""
    with _held(session.account_id):
        _proved(session, now=now)
        gone = _mine(factor_id)
        others = [factor for factor in of(session.account_id) if factor.id != gone.id]
        if staff and not any(factor.kind in STRONG for factor in others):
            raise KeepOneStrong
        Factor.delete().where(Factor.id == gone.id).execute()
        _tell(session, gone, "factor.remove", now=now)
        if not others:
            RecoveryCode.delete().execute()  # they stand in for a factor
            Session.delete().where(Session.id != session.id).execute()
            Session.update(stage="setup", expires_at=now + sessions.HALFWAY, proved_at=None, method="").where(
                Session.id == session.id
            ).execute()
        return not others


def make_recovery_codes(session: Session, *, sealer: Sealer, now: datetime) -> list[str]:
    """Ten new ones, for somebody with a factor they can stand in for."""
    with _held(session.account_id):
        _proved(session, now=now)
        codes = recovery.make(session.account_id, sealer=sealer, now=now)
        tell(session.account_id, "recovery-codes.make", kind="", now=now, key=session.id.hex)
    return codes


def mine(account_id: UUID, factor_id: UUID) -> Factor:
    """NotFound for one of somebody else, as for one that never was."""
    with account_context(account_id):
        return _mine(factor_id)


def tell(account_id: UUID, what: str, *, kind: str, now: datetime, key: str) -> None:
    """A mail to the person: somebody changed how they sign in."""
    payload = {"account": str(account_id), "what": what, "kind": kind, "at": int(now.timestamp())}
    outbox.post("factors-changed", payload, key=f"{what}:{key}:{uuid7().hex}", now=now)


@contextmanager
def _held(account_id: UUID) -> Iterator[None]:
    """One change of a person's factors at a time."""
    with account_context(account_id), write_tx():
        # no change, but a lock until the end of the transaction
        Account.update(email=Account.email).where(Account.id == account_id).execute()
        yield


@contextmanager
def _setting_up(session: Session, *, now: datetime) -> Iterator[None]:
    """For somebody without any factor, or for one who has just proved to be there."""
    with _held(session.account_id):
        here = Session.get_or_none(Session.id == session.id)
        known = Factor.select().where(Factor.confirmed_at.is_null(False)).count()
        if here is None or (here.stage == "setup" and known) or here.stage not in ("setup", "open"):
            raise MaySetUpNothing
        if here.stage == "open" and not sessions.is_fresh(here, now=now):
            raise MaySetUpNothing
        if known >= MOST:
            raise EnoughOfThem
        yield


def _proved(session: Session, *, now: datetime) -> None:
    here = Session.get_or_none(Session.id == session.id)
    if here is None or here.stage != "open" or not sessions.is_fresh(here, now=now):
        raise MaySetUpNothing


def _pending(session: Session, *, now: datetime) -> Factor | None:
    waiting = Factor.confirmed_at.is_null() & (Factor.kind == "app") & (Factor.asked_by == session.id)
    return Factor.get_or_none(waiting & (Factor.created_at > now - PENDING))


def _mine(factor_id: UUID) -> Factor:
    found = Factor.get_or_none((Factor.id == factor_id) & Factor.confirmed_at.is_null(False))
    if found is None:
        raise NotFound
    return found


def _add(session: Session, *, now: datetime, **what: Any) -> Factor:
    factor = Factor.create(created_at=now, confirmed_at=now, used_at=now, **what)
    _tell(session, factor, "factor.add", now=now)
    return factor


def _tell(session: Session, factor: Factor, verb: str, *, now: datetime) -> None:
    """In the journal and to the mailbox; a first factor also ends what others began with the password alone."""
    if verb == "factor.add" and session.stage == "setup":
        halfway = (Session.stage != "open") & (Session.id != session.id)
        Session.delete().where(halfway).execute()
        Factor.delete().where(Factor.confirmed_at.is_null()).execute()
    target = audit.of_id("factor", factor.id)
    audit.record_account(session.account_id, verb=verb, at=now, target=target, detail={"kind": factor.kind})
    tell(session.account_id, verb, kind=factor.kind, now=now, key=factor.id.hex)
