"""A batch of rows as it reaches the tables: one statement for all of its values, and the count with them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.kernel import outbox
from app.kernel.db import database, write_tx
from app.kernel.ids import uuid7
from app.kernel.tenancy import current_account_id
from app.record.imports.arrivals import key_of
from app.record.imports.points import Found, Point
from app.record.kinds import unusual
from app.record.models import ImportJob, Observation
from app.web.outside import services

MOST_KEPT = 3_000_000  # values of files in one account
COLUMNS = (
    "id", "account_id", "dependant", "kind", "value", "second", "at", "source", "external_id", "note", "created_at",
)  # fmt: skip
# the total of a day that grew, or was corrected, is written over; anything else that is here already says the same
KEEP = (
    f'INSERT INTO "observation" ({", ".join(COLUMNS)}) VALUES ({{marks}}) '
    'ON CONFLICT ("account_id", "source", "external_id") DO UPDATE SET "value" = EXCLUDED."value" '
    'WHERE "observation"."value" <> EXCLUDED."value"'
)


class WasRead(Exception):
    """Somebody else is reading the same file further on."""


class Pen:
    """Writes the rows of one file, whose account is open."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        V = Observation
        self.room = MOST_KEPT - V.select().where(V.source == "file").count()

    def write(self, batch: Sequence[Found], *, position: int) -> None:
        """Values and count in one transaction, so that neither is ever ahead of the other. WasRead."""
        job, J = self.job, ImportJob
        now = services().clock.now()
        points = [one for one in batch if isinstance(one, Point)]
        beyond = points[max(self.room, 0) :]
        refused = Counter(one for one in batch if isinstance(one, str))
        refused.update({"full": len(beyond)} if beyond else {})
        taken = points[: max(self.room, 0)]
        odd = Counter(job.unusual) + Counter(
            one.kind.key for one in taken if unusual(one.kind, one.value, one.second)
        )
        rows = _rows(job, taken, now=now)
        read = job.read + len(batch)
        mine = (J.id == job.id) & (J.read == job.read) & J.state.in_(("waiting", "running"))
        with write_tx():
            if not J.update(read=read, state="running").where(mine).execute():
                raise WasRead
            kept = _keep(rows)
            known, refused = job.known + len(rows) - kept, Counter(job.refused) + refused
            told = {"kept": job.kept + kept, "known": known, "refused": dict(refused), "unusual": dict(odd)}
            J.update(position=position, **told).where(J.id == job.id).execute()
            outbox.hold(key_of(job), now=now)
        self.room -= kept
        job.read, job.kept, job.known = read, told["kept"], known
        job.refused, job.unusual = told["refused"], told["unusual"]


def _rows(job: ImportJob, points: Sequence[Point], *, now: datetime) -> list[tuple[Any, ...]]:
    """In the order of COLUMNS, as both drivers take them."""
    account, instant = current_account_id().hex, Observation.at.db_value
    whose = job.dependant.hex if job.dependant else None
    prefix, noted = f"{whose}:" if whose else "", instant(now)
    return [
        (
            uuid7().hex, account, whose, one.kind.key, one.value, one.second, instant(one.at), "file",
            prefix + one.token, "", noted,
        )
        for one in points
    ]  # fmt: skip


def _keep(rows: Sequence[tuple[Any, ...]]) -> int:
    """How many of them are new, or differ from what was here."""
    if not rows:
        return 0
    cursor = database.connection().cursor()
    cursor.executemany(KEEP.format(marks=", ".join([database.param] * len(COLUMNS))), rows)
    return int(cursor.rowcount)
