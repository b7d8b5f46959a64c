"""Acting for somebody: a child without an account, or a grown-up who gave a mandate."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.identity.models import Representation, Session
from app.kernel.owners import Account
from app.kernel.tenancy import account_context


@dataclass(frozen=True)
class ActedFor:
    """Whom a session acts for: exactly one of dependant and principal is set."""

    representation: UUID
    name: str
    scopes: tuple[str, ...]
    dependant: UUID | None = None
    principal: UUID | None = None


def acted_for(session: Session, *, now: datetime) -> ActedFor | None:
    """None when it ended, by date or by either of them: the session then acts for its own person again."""
    with account_context(session.account_id):
        found = Representation.get_or_none(Representation.id == session.acting_for)
        if found is None or found.ended_at is not None:
            return None
        if found.ends_on is not None and now.date() >= found.ends_on:
            return None
        whom = found.dependant if found.dependant_id else Account.get_or_none(Account.id == found.principal)
        if whom is None:
            return None
        return ActedFor(found.id, whom.name, tuple(found.scopes), found.dependant_id, found.principal)
