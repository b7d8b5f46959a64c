"""Where a person works, over all practices: asked before an account may go."""

from uuid import UUID

from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices
from app.staff.models import Member


def memberships_of(account_id: UUID) -> list[Member]:
    """Every membership of an account, past ones too, each with its practice."""
    with across_practices(reason="a person may work at several practices"):
        return list(Member.select(Member, Practice).join(Practice).where(Member.account == account_id))
