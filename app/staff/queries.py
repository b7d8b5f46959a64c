"""Who works here today."""

from datetime import date
from uuid import UUID

from app.kernel.owners import Account
from app.staff.models import Member


def active_member(account_id: UUID, *, today: date) -> Member | None:
    """The open practice's member behind an account, within its dates; with the account loaded."""
    member = Member.select(Member, Account).join(Account).where(Member.account == account_id).first()
    return member if member and member.is_active(today) else None
