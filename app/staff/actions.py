"""Changing who works here: roles and dates of members, and the last owner who always stays."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.identity import sessions
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import current_practice_id
from app.practice.models import PracticeHost
from app.staff import queries
from app.staff.models import Member
from app.staff.permissions import ROLES
from app.staff.refusals import AlreadyMember, Changed, LastOwner, UnknownRoles


@dataclass(frozen=True)
class Terms:
    """What somebody is here, and from when to when."""

    roles: tuple[str, ...]
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if not self.roles or not set(self.roles) <= set(ROLES):
            raise UnknownRoles


@dataclass(frozen=True)
class Doer:
    """Who changes it, in which session: that one is renewed by the view instead of ended."""

    actor: str
    session: UUID | None = None


def join(
    practice: Practice, account: Account, terms: Terms, *, by: str, now: datetime, **detail: Any
) -> Member:
    """A place here, or the old one again for somebody who had left; AlreadyMember while they work here."""
    with write_tx():
        lock()
        member = Member.get_or_none(Member.account == account.id)
        if member is not None and not has_left(member, practice, now):
            raise AlreadyMember
        if member is None:
            member = Member.create(account=account.id, **_columns(terms))
        else:
            _write(member, terms)
        sessions.end_all(account.id)  # everywhere: they were a patient's, and perhaps kept for months
        _record(member, "member.add", by=by, now=now, roles=list(terms.roles), **detail)
    return member


def change(
    practice: Practice, member_id: UUID, terms: Terms, *, version: int, by: Doer, now: datetime
) -> Member:
    """New roles or dates; Changed when it is no longer `version`, LastOwner when nobody would own the practice."""
    with write_tx():
        lock()
        member = queries.member(member_id)
        if member.version != version:
            raise Changed
        before = terms_of(member)
        if terms == before:
            return member
        _write(member, terms)
        _keep_an_owner(practice, now=now)
        _end_sessions(member.account_id, by)
        _record(member, "member.change", by=by.actor, now=now, before=_told(before), after=_told(terms))
    return member


def end(practice: Practice, member_id: UUID, *, by: Doer, now: datetime) -> Member:
    """Gone from this moment on; what they did stays theirs."""
    with write_tx():
        lock()
        member = queries.member(member_id)
        if has_left(member, practice, now):
            return member
        yesterday = clock.today(now, practice.timezone) - timedelta(days=1)
        _write(member, Terms(tuple(member.roles), min(member.starts_on, yesterday), yesterday))
        _keep_an_owner(practice, now=now)
        _end_sessions(member.account_id, by)
        _record(member, "member.end", by=by.actor, now=now)
    return member


def terms_of(row: Any) -> Terms:
    """Of a member or an invitation."""
    return Terms(tuple(sorted(row.roles)), row.starts_on, row.ends_on)


def lock() -> None:
    """Changes of the people of a practice wait for each other, so that two owners never remove each other."""
    Practice.update(status=Practice.status).where(Practice.id == current_practice_id()).execute()


def _keep_an_owner(practice: Practice, *, now: datetime) -> None:
    if not queries.lasting_owners(today=clock.today(now, practice.timezone)):
        raise LastOwner


def has_left(member: Member, practice: Practice, now: datetime) -> bool:
    return member.ends_on is not None and member.ends_on < clock.today(now, practice.timezone)


def _columns(terms: Terms) -> dict[str, Any]:
    return {"roles": sorted(terms.roles), "starts_on": terms.starts_on, "ends_on": terms.ends_on}


def _write(member: Member, terms: Terms) -> None:
    Member.update(version=Member.version + 1, **_columns(terms)).where(Member.id == member.id).execute()
    member.version += 1
    for name, value in _columns(terms).items():
        setattr(member, name, value)


def _end_sessions(account_id: UUID, by: Doer) -> None:
    """What somebody may do here has changed: at this practice's addresses they sign in anew, at once."""
    hosts = PracticeHost.select(PracticeHost.host).where(PracticeHost.practice == current_practice_id())
    sessions.end_at(account_id, hosts=[row.host for row in hosts], but=by.session)


def _record(member: Member, verb: str, *, by: str, now: datetime, **detail: Any) -> None:
    audit.record(by=by, verb=verb, target=audit.of_id("member", member.id), at=now, detail=detail)
    place = audit.of_id("practice", current_practice_id())
    audit.record_account(
        member.account_id, by=by, verb=verb, target=place, at=now
    )  # they read it in their own log


def _told(terms: Terms) -> dict[str, Any]:
    ends_on = terms.ends_on.isoformat() if terms.ends_on else None
    return {"roles": list(terms.roles), "from": terms.starts_on.isoformat(), "until": ends_on}
