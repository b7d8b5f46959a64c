"""Whom a member has just seen in a list that answers each letter typed: within one look it is not journaled again.

As at the agendas (docs/adr/0034): who is new is journaled before the answer leaves. What a process remembers stands in
the journal already; whom it does not remember, it asks the journal about.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import Flask, current_app, g

from app.kernel.db import database
from app.patients.actions import ONE_LOOK, journal_look, still_seen
from app.web.kept import Kept

MEMBERS = 64  # of all practices, that a process remembers
PEOPLE = 2000  # of one member


def install(app: Flask) -> None:
    app.extensions["parvis.seen"] = Kept(MEMBERS)


def journal(patients: Sequence[str], *, what: str, why: str, target: str, now: datetime) -> None:
    """`patients` are the digits of their ids; every one of them has an entry of this look afterwards."""
    kept: Kept = current_app.extensions["parvis.seen"]
    whose = (g.practice.id, g.staff.account_id, what)
    known: dict[str, datetime] = kept.get(whose) or {}
    latest = now + ONE_LOOK  # whoever was seen after now was seen by a clock that has been set back
    new = [one for one in patients if not (one in known and now < known[one] <= latest)]
    if not new:
        return
    seen = still_seen(new, member=g.staff, what=what, now=now)
    fresh = [UUID(one) for one in new if one not in seen]
    if fresh:
        seen |= journal_look(fresh, member=g.staff, what=what, why=why, target=target, now=now)
    if not database.in_transaction():  # else it may still be undone
        kept.put(whose, _lasting(known | seen, now))


def _lasting(seen: dict[str, datetime], now: datetime) -> dict[str, datetime]:
    """Without those whose look is over where they are many, and without whoever was seen first where they still are."""
    if len(seen) <= PEOPLE:
        return seen
    lasting = [(one, until) for one, until in seen.items() if now < until]
    return dict(lasting[-PEOPLE // 2 :])
