"""What a member saw of a person, written where the person can read it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.kernel import audit
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import InstantField, write_tx
from app.kernel.ids import hexed
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
) -> None:
    """`what` is a key of labels.LOOKS; `member` is the staff.Member who looks. One transaction with the audit event."""
    seen = sorted({hexed(getattr(one, "id", one)) for one in patients})
    if not seen:
        return
    with write_tx():
        # first of all: it locks the end of the practice's journal, so that two looks at once are counted once
        audit.record(
            by=audit.of_id("account", member.account_id),
            verb=f"{what}.read",
            target=target or f"patient:{UUID(seen[0])}",
            at=now,
            detail=detail if detail is not None else {"patients": seen},
        )
        known = _lately(seen, member, what, now)
        rows = [
            {
                "patient": UUID(one),
                "account_id": member.account_id,
                "member": member.name,
                "roles": list(member.roles),
                "what": what,
                "why": why[:300],
                "at": now,
            }
            for one in seen
            if one not in known
        ]
        for begin in range(0, len(rows), MANY):
            AccessEntry.insert_many(rows[begin : begin + MANY]).execute()


def seen_lately(*, member: Any, what: str, now: datetime) -> dict[str, datetime]:
    """Whom the member has seen on such a screen within one look, by id, and until when it lasts: for pages that renew
    themselves."""
    since = InstantField().db_value(now - ONE_LOOK)
    rows = LATELY.rows(who=hexed(member.account_id), what=what, since=since)
    latest = {hexed(patient): at for patient, at in sorted(rows, key=lambda row: row[1])}
    return {one: InstantField().python_value(at) + ONE_LOOK for one, at in latest.items()}


def _lately(seen: list[str], member: Any, what: str, now: datetime) -> set[str]:
    if what in EACH_TIME:
        return set()
    known: set[str] = set()
    given = {"who": hexed(member.account_id), "what": what, "since": InstantField().db_value(now - ONE_LOOK)}
    for begin in range(0, len(seen), MANY):
        some = seen[begin : begin + MANY]
        each = {f"one{at}": one for at, one in enumerate(some)}
        known |= {hexed(patient) for (patient,) in _of_these(len(some)).rows(**given, **each)}
    return known


@lru_cache(maxsize=MANY)
def _of_these(people: int) -> ConstantSQL:
    """For so many people at once."""
    A = AccessEntry
    return ConstantSQL(
        lambda: A.select(A.patient).where(
            A.patient.in_([param(f"one{at}") for at in range(people)]),
            A.account_id == param("who"),
            A.what == param("what"),
            A.at > param("since"),
        )
    )
