"""Whose files a signed-in person reads: their own and those of whoever they act for; and who reads one file."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.identity import representation
from app.identity.representation import ActedFor
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.owners import Account, Practice
from app.patients import files
from app.patients.files import File
from app.patients.queries import accounts_of


def files_of(
    account: Account, acting: ActedFor | None, *, scope: str, practice: Practice | None, now: datetime
) -> list[File] | None:
    """Of one practice or of all. None while one acts for somebody whose `scope` (identity.ages) is not one's affair."""
    if acting is not None and scope not in acting.scopes:
        return None
    person = acting.principal if acting is not None and acting.principal else account.id
    found = files.of_account(person, today=clock.today(now, HOME))
    if acting is not None and acting.dependant is not None:
        found = [one for one in found if one.dependant == acting.dependant]
    elif acting is not None:
        found = [replace(one, scopes=acting.scopes) for one in found if one.dependant is None]
    here = (one for one in found if practice is None or one.practice_id == practice.id)
    return [one for one in here if scope in one.scopes]


def readers_of(patient_id: UUID, *, scope: str, now: datetime) -> list[Account]:
    """The accounts that read this file of the open practice today, for themselves or for somebody they act for."""
    return [
        tied.account
        for tied in accounts_of(patient_id)
        if tied.dependant is None or tied.dependant in _dependants(tied.account, scope=scope, now=now)
    ]


def _dependants(account: Account, *, scope: str, now: datetime) -> set[UUID]:
    return {
        whom.dependant
        for _row, whom in representation.people_of(account, now=now)
        if whom.dependant is not None and scope in whom.scopes
    }
