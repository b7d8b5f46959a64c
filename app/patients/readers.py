"""Whose files a signed-in person reads here and elsewhere: their own, those of whoever they act for, and no others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.identity import representation
from app.identity.representation import ActedFor
from app.kernel.owners import Account
from app.patients.models import Connection
from app.patients.queries import accounts_of


@dataclass(frozen=True)
class Reading:
    """`dependants`: the people without an account whose files are among them."""

    account: UUID
    own: bool
    dependants: frozenset[UUID]

    @property
    def mine(self) -> Any:
        """The condition on Connection."""
        theirs = Connection.dependant.in_(list(self.dependants))
        own = Connection.dependant.is_null()
        whose = own | theirs if self.own and self.dependants else own if self.own else theirs
        return (Connection.account == self.account) & Connection.left_at.is_null() & whose


def of(account: Account, acting: ActedFor | None, *, scope: str, now: datetime) -> Reading | None:
    """None while one acts for somebody whose `scope` (identity.ages.SCOPES) is not one's affair."""
    if acting is None:
        return Reading(account.id, True, dependants(account, scope=scope, now=now))
    if scope not in acting.scopes:
        return None
    if acting.dependant is not None:
        return Reading(account.id, False, frozenset({acting.dependant}))
    return Reading(acting.principal, True, frozenset()) if acting.principal is not None else None


def dependants(account: Account, *, scope: str, now: datetime) -> frozenset[UUID]:
    return frozenset(
        whom.dependant
        for _row, whom in representation.people_of(account, now=now)
        if whom.dependant is not None and scope in whom.scopes
    )


def readers_of(patient_id: UUID, *, scope: str, now: datetime) -> list[Account]:
    """The accounts that read this file of the open practice today, for themselves or for somebody they act for."""
    return [
        tied.account
        for tied in accounts_of(patient_id)
        if tied.dependant is None or tied.dependant in dependants(tied.account, scope=scope, now=now)
    ]
