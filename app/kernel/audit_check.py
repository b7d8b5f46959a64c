"""Walks the chains of the journal and says where each breaks first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel.audit import PLATFORM, AccountEvent, link
from app.kernel.db import database
from app.kernel.ids import hexed
from app.kernel.owners import Practice

BATCH = 500
COLUMNS = '"seq", "id", "{owner}", "at", "actor", "verb", "target", "detail", "hash"'


@dataclass(frozen=True)
class Break:
    """The first row of a chain that is not as it was written; `id` and `at` say nothing where a row is gone."""

    chain: str
    why: str
    seq: int | None = None
    id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Chain:
    """Where a chain lives: its name in the table of heads, and the column that says whose row it is."""

    name: str
    table: str
    owner: str
    whose: str | None  # None: every row of the table

    @classmethod
    def of_practice(cls, practice: Practice) -> "Chain":
        return cls(practice.id.hex, "audit_event", "practice_id", practice.id.hex)

    @classmethod
    def of_platform(cls) -> "Chain":
        return cls(PLATFORM, "account_event", "account_id", None)

    def select(self, columns: str, more: str, *values: Any) -> Any:
        """Raw, because a row counts as it is stored; `?` is a parameter."""
        mine = f'"{self.owner}" = ?' if self.whose else "1 = 1"
        sql = f'SELECT {columns} FROM "{self.table}" WHERE {mine} {more}'
        given = (self.whose, *values) if self.whose else values
        return database.execute_sql(sql.replace("?", database.param), given)

    def rows(self, after: int) -> list[tuple[Any, ...]]:
        columns = COLUMNS.format(owner=self.owner)
        return list(self.select(columns, f'AND "seq" > ? ORDER BY "seq" LIMIT {BATCH}', after).fetchall())


def heads() -> list[tuple[str, int, str]]:
    """(chain, number of rows, hash) of every chain: kept elsewhere, they show that a whole end was taken away."""
    return list(
        database.execute_sql('SELECT "chain", "seq", "hash" FROM "audit_head" ORDER BY "chain"').fetchall()
    )


def first_break(chain: Chain) -> Break | None:
    """Where a chain breaks first; None when it is whole. Writers may go on meanwhile."""
    before, seq, first = "", 0, None
    while rows := chain.rows(seq):
        for row in rows:
            plain = (row[0], hexed(row[1]), hexed(row[2]), *row[3:8])
            if plain[0] != seq + 1:
                why = f"rows {seq + 1} to {plain[0] - 1} are missing before this one"
                return Break(chain.name, why, *_place(plain))
            if row[8] != link(before, chain.name, plain):
                why = "this row was changed, or moved, or written with another key"
                return Break(chain.name, why, *_place(plain))
            first, before, seq = first or plain, row[8], plain[0]
    return _end(chain, seq, before) or (_unchained(chain, first) if first and chain.whose else None)


def _end(chain: Chain, seq: int, last_hash: str) -> Break | None:
    """Whether the head stands where the rows end: read in one statement, since others write meanwhile."""
    head = "(SELECT {} FROM audit_head WHERE chain = '{}')"
    ends = ", ".join(head.format(column, chain.name) for column in ("seq", "hash"))
    newest, at, end, digest = chain.select(
        f'MAX("seq"), MAX("at"), {ends}', 'AND "seq" IS NOT NULL'
    ).fetchone()
    newest, end = newest or 0, end or 0
    if newest < end:
        why = f"rows {newest + 1} to {end} are missing at the end"
    elif newest > end:
        why = "the head was set back"
    elif end == seq and (digest or "") != last_hash:
        why = "the head is not the hash of the last row"
    else:
        return None
    return Break(chain.name, why, newest or None, None, AccountEvent.at.python_value(at))


def _unchained(chain: Chain, first: tuple[Any, ...]) -> Break | None:
    """Rows without a place in the chain are older than it."""
    found = chain.select(
        COLUMNS.format(owner=chain.owner),
        'AND "seq" IS NULL AND ("at" > ? OR ("at" = ? AND "id" > ?)) ORDER BY "at", "id" LIMIT 1',
        first[3], first[3], first[1],
    ).fetchone()  # fmt: skip
    if found is None:
        return None
    return Break(chain.name, "this row never was in the chain", *_place((None, hexed(found[1]), *found[2:])))


def _place(row: tuple[Any, ...]) -> tuple[Any, UUID, datetime]:
    return row[0], UUID(row[1]), AccountEvent.at.python_value(row[3])
