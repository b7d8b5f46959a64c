"""Who works here, who did and will, and who is asked to."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.staff.models import Invitation, Member

OF_ACCOUNT = ConstantSQL(
    lambda: Member.select(Member, Account).join(Account).where(Member.account == param("account"))
)


def active_member(account_id: UUID, *, today: date) -> Member | None:
    """The open practice's member behind an account, within its dates; with the account loaded."""
    member = OF_ACCOUNT.first(Member, Account, account=account_id.hex)
    return member if member and member.is_active(today) else None


def members() -> Sequence[Member]:
    """Everybody of the open practice, those who left last."""
    query = Member.select(Member, Account).join(Account)
    return list(query.order_by(Member.ends_on.is_null(False), Account.family_name, Account.given_name))


def member(member_id: UUID) -> Member:
    found = Member.select(Member, Account).join(Account).where(Member.id == member_id).first()
    if found is None:
        raise NotFound
    return found


def pending() -> Sequence[Invitation]:
    """Invitations nobody answered yet, expired ones too: they can be sent again."""
    waiting = Invitation.used_at.is_null() & Invitation.withdrawn_at.is_null()
    return list(Invitation.select().where(waiting).order_by(Invitation.created_at.desc()))


def invitation(invitation_id: UUID) -> Invitation:
    found = Invitation.get_or_none(Invitation.id == invitation_id)
    if found is None:
        raise NotFound
    return found


def invitation_of(token: str) -> Invitation | None:
    """The open practice's invitation behind a link, whatever became of it."""
    return Invitation.get_or_none(Invitation.token_hash == hashed(token[:100]))


def state_of(invitation: Invitation, *, now: datetime, today: date) -> str:
    """open, used, withdrawn or expired."""
    if invitation.used_at is not None:
        return "used"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    over = invitation.expires_at <= now or (invitation.ends_on is not None and invitation.ends_on < today)
    return "expired" if over else "open"


def account_of(email: str) -> Account | None:
    return Account.get_or_none(Account.email == email.strip().lower())


def name_of(actor: str) -> str:
    """Who "account:<id>" is, or nothing for the operator and for somebody who is gone."""
    kind, _, identifier = actor.partition(":")
    found = Account.get_or_none(Account.id == UUID(identifier)) if kind == "account" else None
    return found.name if found else ""


def lasting_owners(*, today: date) -> list[Member]:
    """Owners who are here and have no end date: what a practice must never run out of."""
    return [
        found
        for found in Member.select().where((Member.starts_on <= today) & Member.ends_on.is_null())
        if "owner" in found.roles
    ]
