"""Whose values a page is about: one's own, or those of whom one acts for and whose health is one's affair."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.kernel.tenancy import account_context
from app.patients.files import File, of_account
from app.record.refusals import NotTheirsToSee

SCOPE = "health"


@dataclass(frozen=True)
class Subject:
    """The cabinet the values lie in, and of whom in it; `actor` is whoever is at the keyboard."""

    account: UUID
    actor: str
    dependant: UUID | None = None
    name: str = ""  # of somebody acted for

    @contextmanager
    def opened(self) -> Iterator[None]:
        with account_context(self.account):
            yield


def of(who: Any) -> Subject:
    """`who` is identity's SignedIn. NotTheirsToSee while acting without the scope."""
    acted = who.acting_for
    if acted is None:
        return Subject(who.account.id, who.actor)
    if SCOPE not in acted.scopes:
        raise NotTheirsToSee(name=acted.name)
    if acted.dependant is not None:
        return Subject(who.account.id, who.actor, acted.dependant, acted.name)
    return Subject(acted.principal, who.actor, name=acted.name)


def files(subject: Subject, *, today: date, practice: Any = None) -> list[File]:
    """Their files, at `practice` or at every one they are connected with."""
    return [
        one
        for one in of_account(subject.account, today=today)
        if one.dependant == subject.dependant
        and SCOPE in one.scopes
        and (practice is None or one.practice_id == practice.id)
    ]
