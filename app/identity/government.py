"""What the government proved of a person, tied to their account by the national number and by nothing else."""

from datetime import datetime
from uuid import UUID

import peewee as pw

from app.identity import factors
from app.identity.actions import details_of, niss_cell
from app.identity.models import Factor, PersonalDetails, Session
from app.identity.ports import Proof
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context, across_accounts


class OtherNumber(Refusal):
    """The account says it is somebody else."""

    status = 409
    message = _l(
        "Your account has another national number than the one CSAM gave us. "
        "Correct the number under “My details” first, then connect CSAM."
    )


class OtherNumberConfirmed(Refusal):
    """And a practice, or CSAM itself, has confirmed so."""

    status = 409
    message = _l(
        "CSAM has identified somebody else than the person this account belongs to. "
        "Nothing was changed. Sign out at CSAM, then try again with your own key."
    )


class BelongsToAnother(Refusal):
    """The number opens another account already."""

    status = 409
    message = _l(
        "This digital key already opens another account. Sign in with that account, "
        "or remove CSAM there before you connect it here."
    )


def account_of(niss: str, *, sealer: Sealer) -> Account | None:
    """Whom this number signs in: an account that was tied to it, never one that merely says it has it."""
    with across_accounts(reason="a proved number says whose account it opens"):
        found = (
            Factor.select(Factor, Account)
            .join(Account)
            .where(Factor.credential_id == _key(niss, sealer), Factor.confirmed_at.is_null(False))
            .first()
        )
    return found.account if found is not None else None


def is_settled(niss: str, *, sealer: Sealer) -> bool:
    """Whether an account has this number, confirmed by a practice: a second one is not opened beside it."""
    with across_accounts(reason="one person has one account"):
        mine = PersonalDetails.niss_index == sealer.fingerprint("niss", niss)
        return bool(
            PersonalDetails.select().where(mine, PersonalDetails.niss_confirmed_at.is_null(False)).exists()
        )


def link(session: Session, proof: Proof, *, sealer: Sealer, now: datetime) -> Factor:
    """From now on CSAM opens the account of this session; raises one of the refusals above."""
    account_id = session.account_id
    known = account_of(proof.niss, sealer=sealer)
    if known is not None and known.id != account_id:
        raise BelongsToAnother
    try:
        with account_context(account_id), write_tx():
            _check_number(account_id, proof.niss, sealer=sealer)
            key, label = _key(proof.niss, sealer), label_of(proof.given_name, proof.family_name)
            made = factors.add_csam(session, credential_id=key, label=label, now=now)
            _settle(account_id, proof.niss, sealer=sealer, now=now)
    except pw.IntegrityError:  # tied to another account at this very moment
        raise BelongsToAnother from None
    return made


def open_with(account: Account, niss: str, *, sealer: Sealer, now: datetime) -> None:
    """For an account opened with what CSAM said, names and all; IntegrityError when the number opens another one."""
    with account_context(account), write_tx():
        made = Factor.create(
            kind="csam",
            credential_id=_key(niss, sealer),
            label=label_of(account.given_name, account.family_name),
            created_at=now,
            confirmed_at=now,
            used_at=now,
        )
        _settle(account.id, niss, sealer=sealer, now=now)
        target = audit.of_id("factor", made.id)
        audit.record_account(account.id, verb="factor.add", at=now, target=target, detail={"kind": "csam"})


def used(account_id: UUID, proof: Proof, *, now: datetime) -> None:
    """Also under which name: it is the government's, whatever the account calls itself."""
    label = label_of(proof.given_name, proof.family_name)
    with account_context(account_id), write_tx():
        Factor.update(used_at=now, label=label).where(Factor.kind == "csam").execute()


def key_of(account_id: UUID) -> Factor | None:
    """The key with which CSAM opens this account; its label is the person's name there."""
    with account_context(account_id):
        return Factor.get_or_none((Factor.kind == "csam") & Factor.confirmed_at.is_null(False))


def label_of(given_name: str, family_name: str) -> str:
    """As far as the column holds it."""
    return f"{given_name} {family_name}"[:60]


def _check_number(account_id: UUID, niss: str, *, sealer: Sealer) -> None:
    own = details_of(Account.get_by_id(account_id))
    if own.niss_index in (None, sealer.fingerprint("niss", niss)):
        return
    raise OtherNumberConfirmed if own.niss_confirmed_at else OtherNumber


def _settle(account_id: UUID, niss: str, *, sealer: Sealer, now: datetime) -> None:
    """The number is proved: the person need not type it, and can no longer change it."""
    account = Account.get_by_id(account_id)
    details_of(account)
    settled = PersonalDetails.update(
        niss_sealed=sealer.seal(niss, cell=niss_cell(account)),
        niss_index=sealer.fingerprint("niss", niss),
        niss_confirmed_at=now,
        no_niss_country=None,
        version=PersonalDetails.version + 1,
    ).where(PersonalDetails.niss_confirmed_at.is_null())
    if settled.execute():
        audit.record_account(account_id, verb="niss.confirm", at=now, by="csam")


def _key(niss: str, sealer: Sealer) -> str:
    return "csam:" + sealer.fingerprint("csam", niss)
