"""Gives a person a place at a practice: an account when they have none yet, and their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.identity import passwords
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import practice_context
from app.staff.models import Member

ROLES = ("owner", "practitioner", "receptionist")
SHORTEST_PASSWORD = 12


@dataclass(frozen=True)
class Newcomer:
    email: str
    given_name: str
    family_name: str
    language: str


def account_of(email: str) -> Account | None:
    return Account.get_or_none(Account.email == email.strip().casefold())


def add(practice: Practice, who: Newcomer, *, roles: Sequence[str], password: str, now: datetime) -> bool:
    """From today on; False when they are a member already. Somebody who has an account keeps its password."""
    if not set(roles) <= set(ROLES) or not roles:
        raise ValueError(f"a member is one or more of {', '.join(ROLES)}")
    with write_tx(), practice_context(practice):
        account = account_of(who.email) or _account(who, password, now=now)
        if Member.get_or_none(account=account.id) is not None:
            return False
        member = Member.create(
            account=account.id, roles=sorted(roles), starts_on=clock.today(now, practice.timezone)
        )
        audit.record(
            by="operator",
            verb="member.add",
            target=audit.of_id("member", member.id),
            at=now,
            detail={"roles": member.roles},
        )
    return True


def _account(who: Newcomer, password: str, *, now: datetime) -> Account:
    if not SHORTEST_PASSWORD <= len(password) <= passwords.LONGEST:
        raise ValueError(f"a password has {SHORTEST_PASSWORD} to {passwords.LONGEST} characters")
    return Account.create(
        email=who.email.strip().casefold(),
        password_hash=passwords.hash_of(password),
        given_name=who.given_name,
        family_name=who.family_name,
        language=who.language,
        created_at=now,
    )
