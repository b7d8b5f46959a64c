"""The people of the practice as its pages show them: what they are, since when, and when they were last here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel.audit import AccountEvent
from app.kernel.i18n import date_label, language
from app.kernel.i18n import lazy_gettext as _l
from app.staff import queries
from app.staff.labels import roles_in_words
from app.staff.models import Invitation, Member
from app.staff.permissions import ROLES as NAMES

DONE = {
    "invited": _l("The invitation is on its way. Its link works for seven days."),
    "sent-again": _l("A new link is on its way. The one before no longer works."),
    "withdrawn": _l("The invitation is withdrawn. Its link no longer works."),
    "changed": _l("The change is saved. This person signs in again with it."),
    "ended": _l("This person no longer works here, and their open sessions are closed."),
}


@dataclass(frozen=True)
class Shown:
    """One line of the list."""

    row: Any
    roles: str
    state: str  # active, coming, left; open, expired
    last: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class People:
    here: list[Shown]
    left: list[Shown]
    invited: list[Shown]


def shown(*, now: datetime, today: date) -> People:
    everybody = queries.members()
    last = _last_sign_ins([member.account_id for member in everybody])
    lines = [
        Shown(member, roles_in_words(member.roles), state_of(member, today), last.get(member.account_id))
        for member in everybody
    ]
    return People(
        here=[line for line in lines if line.state != "left"],
        left=[line for line in lines if line.state == "left"],
        invited=[_invited(row, now, today) for row in queries.pending()],
    )


def _invited(row: Invitation, now: datetime, today: date) -> Shown:
    state = queries.state_of(row, now=now, today=today)
    return Shown(row, roles_in_words(row.roles), state, row.expires_at, queries.name_of(row.actor))


def state_of(member: Member, today: date) -> str:
    if member.is_active(today):
        return "active"
    return "coming" if member.starts_on > today else "left"


def _last_sign_ins(accounts: list[UUID]) -> dict[UUID, datetime]:
    newest = AccountEvent.select(AccountEvent.account_id, pw.fn.MAX(AccountEvent.at))
    rows = newest.where(AccountEvent.account_id.in_(accounts), AccountEvent.verb == "sign-in")
    return {row[0]: row[1] for row in rows.group_by(AccountEvent.account_id).tuples()}


def as_typed(member: Member) -> dict[str, Any]:
    """What the form shows of a member."""
    return {
        **{name: name in member.roles for name in NAMES},
        "starts_on": member.starts_on.isoformat(),
        "ends_on": member.ends_on.isoformat() if member.ends_on else "",
        "version": member.version,
    }


def differences(member: Member, form: Any) -> list[tuple[Any, str, str]]:
    """(what, as it is now, as typed) of everything that differs."""
    now, typed = as_typed(member), form.terms()
    pairs = (
        (_l("Roles"), roles_in_words(member.roles), roles_in_words(list(typed.roles))),
        (form.starts_on.label.text, now["starts_on"], typed.starts_on.isoformat()),
        (form.ends_on.label.text, now["ends_on"], typed.ends_on.isoformat() if typed.ends_on else ""),
    )
    return [(what, _day(theirs), _day(mine)) for what, theirs, mine in pairs if theirs != mine]


def _day(text: str) -> str:
    try:
        return date_label(date.fromisoformat(text), language()) if text else "–"
    except ValueError:
        return text
