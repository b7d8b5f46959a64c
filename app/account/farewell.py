"""Deleting an account: what is the person's own goes at once, what belongs to a practice stays with it (GDPR 17(3)(c)).

Nothing revives it: ids are never used twice, links and codes go with the account, and the id is kept in `erasure` so
that a backup from before can be told again.
"""

import base64
import json
import secrets
from datetime import date, datetime
from uuid import UUID

from app.account import letters
from app.eid.models import CardPairing
from app.identity import passwords, registration
from app.identity.models import Erasure, MandateOffer, Registration, Representation
from app.kernel import audit, clock, outbox
from app.kernel.cabinets import AccountModel
from app.kernel.clock import HOME
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import _, speaking
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.ports import Letter
from app.kernel.sealing import Sealer
from app.kernel.tenancy import across_accounts, across_practices, practice_context
from app.patients import queries as patients
from app.patients.models import Connection
from app.questionnaires import actions as questionnaires
from app.record import sharing
from app.record.imports import jobs as imports
from app.record.wearables import connections as wearables
from app.staff.everywhere import memberships_of
from app.waiting.models import WaitEntry
from app.web.outside import services

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else


class StillWorksThere(Refusal):
    message = _l(
        "You work at %(practice)s: its owner must end that first. Then you can delete your account here."
    )


class WrongPassword(Refusal):
    message = _l("This is not your password. Nothing was deleted.")


class AlreadyGone(Refusal):
    message = _l("This account was deleted already.")


def may_go(account: Account, *, today: date) -> None:
    """Raises StillWorksThere while the person is a member somewhere, now or from a coming date."""
    for member in memberships_of(account.id):
        if member.ends_on is None or member.ends_on >= today:
            raise StillWorksThere(practice=member.practice.name)


def delete(account: Account, password: str, *, language: str, sealer: Sealer, now: datetime) -> str:
    """The reference of the receipt. The caller has asked for a second factor a moment ago."""
    if account.password_hash is not None and not passwords.matches(account.password_hash, password):
        raise WrongPassword
    may_go(account, today=clock.today(now, HOME))
    practices = sorted({one.practice.name for one in patients.connections_of(account.id, include_left=True)})
    reference = "-".join("".join(secrets.choice(ALPHABET) for _n in range(4)) for _n in range(2))
    with write_tx():
        if not Account.update(version=Account.version + 1).where(Account.id == account.id).execute():
            raise AlreadyGone
        erase(account.id, reference=reference, sealer=sealer, now=now)
        told = {
            "email": account.email,
            "name": account.given_name,
            "language": language,
            "practices": practices,
        }
        outbox.post(
            "account-deleted",
            {"reference": reference, "sealed": _sealed(told, reference, sealer)},
            key=f"account-deleted:{reference}",
            now=now,
        )
    return reference


def erase(account_id: UUID, *, reference: str, sealer: Sealer, now: datetime) -> bool:
    """Takes the rows away, inside the caller's transaction; False when the account is not here (any more)."""
    account = Account.get_or_none(Account.id == account_id)
    if account is None:
        return False
    with across_accounts(reason="somebody who leaves is nobody's representative any more"):
        Representation.update(ended_at=now).where(
            Representation.principal == account_id, Representation.ended_at.is_null()
        ).execute()
        MandateOffer.delete().where(MandateOffer.email == account.email).execute()
    with across_practices(reason="somebody who leaves is offered nothing any more"):
        ended = {"state": "withdrawn", "ended_at": now, "ended_by": audit.of_id("account", account_id)}
        WaitEntry.update(**ended).where(
            WaitEntry.account_id == account_id, WaitEntry.state == "waiting"
        ).execute()
    _forget_drafts(account_id)
    sharing.keep(account_id, now=now)
    imports.leave(account_id, now=now)
    wearables.leave(account_id, now=now)
    mailbox = registration.index(account.email, sealer=sealer)
    Registration.delete().where(Registration.email_index == mailbox).execute()
    CardPairing.delete().where(CardPairing.account_id == account_id).execute()
    audit.record_account(account_id, verb="account.delete", at=now, detail={"reference": reference})
    Erasure.insert(account_id=account_id, reference=reference, at=now).on_conflict(action="IGNORE").execute()
    if memberships_of(account_id):
        _hollow(account)
    else:
        Account.delete().where(
            Account.id == account_id
        ).execute()  # its own rows go with it: ON DELETE CASCADE
    return True


def _forget_drafts(account_id: UUID) -> None:
    """What was filled in and never sent is the person's own; sent answers and ticks stay in the practice's file."""
    for one in patients.connections_of(account_id, include_left=True):
        with practice_context(one.practice):
            questionnaires.forget_drafts([one.patient.id])


def _hollow(account: Account) -> None:
    """Somebody who once worked at a practice: it must still know who that was, and nothing else stays."""
    with across_accounts(reason="everything of one person goes"):
        for model in AccountModel.__subclasses__():
            model.delete().where(model.account == account.id).execute()
    with across_practices(reason="everything of one person goes"):
        Connection.delete().where(Connection.account == account.id).execute()
    Account.update(email=f"{account.id.hex}@deleted.invalid", username=None, password_hash=None).where(
        Account.id == account.id
    ).execute()


def again(erased: Erasure, *, sealer: Sealer, now: datetime) -> bool:
    """After a backup was restored: whoever had left before leaves once more."""
    with write_tx():
        return erase(erased.account_id, reference=erased.reference, sealer=sealer, now=now)


def _sealed(told: dict[str, object], reference: str, sealer: Sealer) -> str:
    return base64.b64encode(sealer.seal(json.dumps(told), cell=f"farewell|{reference}")).decode()


def receipt(payload: dict[str, str], message_id: str) -> Letter:
    """The last mail: what went, what stays with whom. The address is known from the sealed payload alone."""
    reference = payload["reference"]
    sealed = base64.b64decode(payload["sealed"])
    told = json.loads(services().sealer.unseal(sealed, cell=f"farewell|{reference}"))
    with speaking(told["language"]):
        return letters.compose(
            told["email"],
            "account_deleted",
            subject=_("Your account is deleted"),
            language=told["language"],
            message_id=message_id,
            given_name=told["name"],
            reference=reference,
            practices=told["practices"],
        )
