"""What a member saw of a person, written where the person can read it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel import audit
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import InstantField, is_sqlite, write_tx
from app.kernel.ids import hexed, uuid7
from app.patients.models import AccessEntry, Patient

ONE_LOOK = timedelta(minutes=10)  # the same member, person and screen within this time is one look
EACH_TIME = (
    "niss",
    "identity",
    "invitation",
    "card",
    "merge",
)  # never taken together: each has a reason of its own
MANY = 400  # rows of one statement
LATELY = ConstantSQL(
    lambda: AccessEntry.select(AccessEntry.patient, AccessEntry.at).where(
        AccessEntry.account_id == param("who"),
        AccessEntry.what == param("what"),
        AccessEntry.at > param("since"),
    )
)


def journal_look(
    patients: Collection[Patient | UUID],
    *,
    member: Any,
    what: str,
    why: str,
    now: datetime,
    target: str = "",
    detail: dict[str, Any] | None = None,
) -> dict[str, datetime]:
    """`what` is a key of labels.LOOKS; `member` is the staff.Member who looks. One transaction with the audit event.

    Answers until when each is seen, by id, as `still_seen` does: once the transaction around it stands.
    """
    seen = sorted({hexed(getattr(one, "id", one)) for one in patients})
    if not seen:
        return {}
    with write_tx():
        # first of all: it locks the end of the practice's journal, so that two looks at once are counted once
        audit.record(
            by=audit.of_id("account", member.account_id),
            verb=f"{what}.read",
            target=target or f"patient:{UUID(seen[0])}",
            at=now,
            detail=detail if detail is not None else {"patients": seen},
        )
        known = still_seen(seen, member=member, what=what, now=now)
        fresh = [one for one in seen if one not in known]
        _write(fresh, member=member, what=what, why=why[:300], now=now)
    return {} if what in EACH_TIME else known | dict.fromkeys(fresh, now + ONE_LOOK)


def _write(patients: Sequence[str], *, member: Any, what: str, why: str, now: datetime) -> None:
    same = {
        "who": hexed(member.account_id),
        "member": member.name,
        "roles": AccessEntry.roles.db_value(list(member.roles)),
        "what": what,
        "why": why,
        "at": InstantField().db_value(now),
    }
    for begin in range(0, len(patients), MANY):
        some = patients[begin : begin + MANY]
        each = {f"one{at}": one for at, one in enumerate(some)}
        _entries(len(some)).run(**same, **each, **{f"id{at}": uuid7().hex for at in range(len(some))})


@lru_cache(maxsize=MANY)
def _entries(people: int) -> ConstantSQL:
    """For so many people at once."""
    same = {"account_id": param("who")} | {
        name: param(name) for name in ("member", "roles", "what", "why", "at")
    }
    return ConstantSQL(
        lambda: AccessEntry.insert_many(
            [{"id": param(f"id{at}"), "patient": param(f"one{at}"), **same} for at in range(people)]
        )
    )


def seen_lately(*, member: Any, what: str, now: datetime) -> dict[str, datetime]:
    """Whom the member has seen on such a screen within one look, by id, and until when it lasts: for pages that renew
    themselves."""
    since = InstantField().db_value(now - ONE_LOOK)
    return _until(LATELY.rows(who=hexed(member.account_id), what=what, since=since))


def still_seen(patients: Sequence[str], *, member: Any, what: str, now: datetime) -> dict[str, datetime]:
    """The same of these people alone."""
    if what in EACH_TIME:
        return {}
    known: dict[str, datetime] = {}
    given = {"who": hexed(member.account_id), "what": what, "since": InstantField().db_value(now - ONE_LOOK)}
    for begin in range(0, len(patients), MANY):
        some = patients[begin : begin + MANY]
        each = {f"one{at}": one for at, one in enumerate(some)}
        known |= _until(_of_these(len(some)).rows(**given, **each))
    return known


def _until(rows: Sequence[tuple[Any, ...]]) -> dict[str, datetime]:
    latest = {hexed(patient): at for patient, at in sorted(rows, key=itemgetter(1))}
    return {one: InstantField().python_value(at) + ONE_LOOK for one, at in latest.items()}


@lru_cache(maxsize=MANY)
def _of_these(people: int) -> ConstantSQL:
    """For so many people at once."""
    A = AccessEntry
    return ConstantSQL(
        lambda: A.select(A.patient, A.at).where(
            A.patient.in_([param(f"one{at}") for at in range(people)]),
            _by_patient(A.account_id) == param("who"),
            A.what == param("what"),
            A.at > param("since"),
        )
    )


def _by_patient(account: Any) -> Any:
    """SQLite would walk through all that the member has just seen, which in an hour of searching is thousands."""
    return pw.Expression(pw.SQL("+"), "", account) if is_sqlite() else account
