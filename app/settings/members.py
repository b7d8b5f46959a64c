"""Gives a person a place at a practice: an account when they have none yet, and their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.identity import password_rules, passwords
from app.identity.actions import open_account
from app.kernel import clock
from app.kernel.db import write_tx
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import practice_context
from app.staff import actions
from app.staff.permissions import ROLES
from app.staff.queries import account_of
from app.staff.refusals import AlreadyMember

__all__ = ["ROLES", "Newcomer", "account_of", "add", "problem"]


@dataclass(frozen=True)
class Newcomer:
    email: str
    given_name: str
    family_name: str
    language: str


def problem(password: str, who: Newcomer) -> str:
    """What is wrong with a password, as a sentence, or nothing."""
    about = (who.email, who.given_name, who.family_name)
    return " ".join(password_rules.problems(password, staff=True, about=about))


def add(practice: Practice, who: Newcomer, *, roles: Sequence[str], password: str, now: datetime) -> bool:
    """From today on; False when they are a member already. Somebody who has an account keeps its password."""
    if not set(roles) <= set(ROLES) or not roles:
        raise ValueError(f"a member is one or more of {', '.join(ROLES)}")
    terms = actions.Terms(tuple(sorted(roles)), clock.today(now, practice.timezone))
    try:
        with write_tx(), practice_context(practice):
            account = account_of(who.email) or _account(who, password, now=now)
            actions.join(practice, account, terms, by="operator", now=now)
    except AlreadyMember:
        return False
    return True


def _account(who: Newcomer, password: str, *, now: datetime) -> Account:
    wrong = problem(password, who)
    if wrong:
        raise ValueError(wrong)
    return open_account(
        email=who.email,
        password_hash=passwords.hash_of(password),
        given_name=who.given_name,
        family_name=who.family_name,
        language=who.language,
        now=now,
    )
