"""A grown-up lets somebody else act for them: offered by mail, accepted from that mailbox, taken back at will."""

from datetime import date, datetime, timedelta
from uuid import UUID

from app.identity import ages
from app.identity.models import MandateOffer, Representation, Session
from app.kernel import audit, outbox
from app.kernel.clock import HOME
from app.kernel.clock import today as day_at
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed
from app.kernel.tenancy import account_context, across_accounts

OPEN_FOR = timedelta(days=14)
MOST = 5  # offers waiting at once


class ForOneself(Refusal):
    message = _l("This is your own address. Enter the address of the person who may act for you.")


class TooManyOffers(Refusal):
    message = _l("Several offers are waiting already. Take one back first.")


class OfferIsOver(Refusal):
    message = _l("This offer was used, taken back, or is older than two weeks. Ask for a new one.")


class ForSomebodyElse(Refusal):
    message = _l("This offer was sent to another address. Sign in with the account of that address.")


def offer(
    account: Account,
    email: str,
    *,
    scopes: list[str],
    ends_on: date | None,
    sealer: Sealer,
    now: datetime,
) -> MandateOffer:
    """Whether the address has an account is neither looked up nor told."""
    email = email.strip().lower()
    if email == account.email:
        raise ForOneself
    made = uuid7()
    with account_context(account), write_tx():
        Account.update(version=Account.version).where(Account.id == account.id).execute()  # counts stay true
        if len(waiting(account, now=now)) >= MOST:
            raise TooManyOffers
        row = MandateOffer.create(
            id=made,
            email=email,
            token_hash=hashed(token_of(made, sealer=sealer)),
            scopes=[scope for scope in ages.SCOPES if scope in scopes],
            ends_on=ends_on,
            created_at=now,
            expires_at=now + OPEN_FOR,
        )
        outbox.post(
            "mandate-offered", {"account": account.id.hex, "offer": made.hex}, key=f"mandate:{made}", now=now
        )
        audit.record_account(account.id, verb="mandate.offer", at=now, target=audit.of_id("mandate", made))
    return row


def token_of(offer_id: UUID, *, sealer: Sealer) -> str:
    return sealer.link_token("mandate", offer_id.hex)


def waiting(account: Account, *, now: datetime) -> list[MandateOffer]:
    """Offers of this account that somebody may still accept."""
    with account_context(account):
        open_ = MandateOffer.used_at.is_null() & MandateOffer.withdrawn_at.is_null()
        return list(MandateOffer.select().where(open_ & (MandateOffer.expires_at > now)))


def of_token(token: str, account: Account, *, now: datetime) -> MandateOffer:
    """The offer behind a link, with the account that makes it; NotFound, ForSomebodyElse or OfferIsOver."""
    with across_accounts(reason="a link says whose offer it is"):
        found = (
            MandateOffer.select(MandateOffer, Account)
            .join(Account)
            .where(MandateOffer.token_hash == hashed(token[:100]))
            .first()
        )
    if found is None:
        raise NotFound
    if found.email != account.email:
        raise ForSomebodyElse  # who asks is told to the mailbox that was asked
    if found.used_at is not None or found.withdrawn_at is not None or found.expires_at <= now:
        raise OfferIsOver
    return found


def accept(offered: MandateOffer, account: Account, *, now: datetime) -> Representation:
    """By the account of the very address it was sent to; of two clicks, one."""
    if account.email != offered.email:
        raise ForSomebodyElse
    with write_tx():
        with account_context(offered.account_id):
            open_ = MandateOffer.used_at.is_null() & MandateOffer.withdrawn_at.is_null()
            mine = (MandateOffer.id == offered.id) & open_ & (MandateOffer.expires_at > now)
            if not MandateOffer.update(used_at=now).where(mine).execute():
                raise OfferIsOver
        with account_context(account):
            row = Representation.create(
                basis="mandate",
                principal=offered.account_id,
                scopes=offered.scopes,
                starts_on=day_at(now, HOME),
                ends_on=offered.ends_on,
                created_at=now,
            )
        for whose in (offered.account_id, account.id):
            audit.record_account(
                whose, verb="mandate.accept", at=now, target=audit.of_id("representation", row.id),
                by=audit.of_id("account", account.id),
            )  # fmt: skip
    return row


def withdraw_offer(account: Account, offer_id: UUID, *, now: datetime) -> None:
    with account_context(account), write_tx():
        open_ = MandateOffer.used_at.is_null() & MandateOffer.withdrawn_at.is_null()
        if not MandateOffer.update(withdrawn_at=now).where((MandateOffer.id == offer_id) & open_).execute():
            raise NotFound
        audit.record_account(
            account.id, verb="mandate.withdraw", at=now, target=audit.of_id("mandate", offer_id)
        )


def representatives_of(account: Account, *, now: datetime) -> list[Representation]:
    """Who may act for this account today, each with their account."""
    today = day_at(now, HOME)
    with across_accounts(reason="a person sees who may act for them"):
        living = Representation.ended_at.is_null() & (
            Representation.ends_on.is_null() | (Representation.ends_on > today)
        )
        return list(
            Representation.select(Representation, Account)
            .join(Account)
            .where((Representation.principal == account.id) & living)
        )


def withdraw(account: Account, representation_id: UUID, *, now: datetime) -> None:
    """Takes a mandate back: from the next request on nobody acts for this account any more."""
    with across_accounts(reason="a mandate ends for both of them"), write_tx():
        mine = (Representation.id == representation_id) & (Representation.principal == account.id)
        if not Representation.update(ended_at=now).where(mine & Representation.ended_at.is_null()).execute():
            raise NotFound
        Session.update(acting_for=None).where(Session.acting_for == representation_id).execute()
        audit.record_account(
            account.id, verb="mandate.withdraw", at=now,
            target=audit.of_id("representation", representation_id),
        )  # fmt: skip
