"""Who did what to what, and why: append-only, chained by a keyed hash, in the same transaction as the change.

Every practice has a chain of its own; what concerns a person and no practice stands in one of the platform. The hash of
a row covers the row and the hash before it: one that is changed, moved or taken out is found by `flask audit verify`.
"""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel.cabinets import TenantModel
from app.kernel.db import BaseModel, InstantField, JSONText, database, is_sqlite, write_tx
from app.kernel.ids import hexed, uuid7
from app.kernel.tenancy import current_practice_id, open_practice_id

PLATFORM = "platform"
End = tuple[int, str]  # how many rows a chain has, and the hash of the last
COLUMNS = ("at", "actor", "verb", "target", "detail")


class AuditEvent(TenantModel):
    """No foreign keys, so that erasing a person keeps the trace; no health content, ids only."""

    at = InstantField()
    actor = pw.CharField(80)  # "account:<id>", "guest", "worker", "operator"
    verb = pw.CharField(40)  # "appointment.book", "day.read"
    target = pw.CharField(80)  # "appointment:<id>"
    detail = JSONText(default=dict)
    seq = pw.BigIntegerField(null=True)  # place in the practice's chain; rows older than the chain have none
    hash = pw.CharField(64, null=True)

    class Meta:
        table_name = "audit_event"
        indexes = ((("practice", "at"), False), (("practice", "seq"), True), (("practice", "verb"), False))


class AccountEvent(BaseModel):
    """The same for what concerns a person and no practice: signed in, changed a password, added a factor."""

    account_id = pw.UUIDField()
    at = InstantField()
    actor = pw.CharField(80)
    verb = pw.CharField(40)
    target = pw.CharField(80)
    detail = JSONText(default=dict)
    seq = pw.BigIntegerField(unique=True)
    hash = pw.CharField(64)

    class Meta:
        table_name = "account_event"
        indexes = ((("account_id", "at"), False),)


class AuditHead(BaseModel):
    """Where a chain ends. Whoever writes locks it first; a trigger of the journal moves it on."""

    chain = pw.CharField(36, primary_key=True)  # a practice's id, or "platform"
    seq = pw.BigIntegerField(default=0)
    hash = pw.CharField(64, default="")

    class Meta:
        table_name = "audit_head"


def _walls(table: str, chain: str, *, only_grows: bool) -> dict[str, tuple[str, ...]]:
    """Triggers: the rows never change, and the head follows the newest one."""
    words = f"{table} is append-only"
    moves = 'UPDATE audit_head SET "seq" = NEW."seq", "hash" = NEW."hash" WHERE "chain" ='
    lite = [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        for verb in ("update", "delete")
        if only_grows
    ]
    post = [
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
    ]
    return {
        "sqlite": (
            *lite,
            f'CREATE TRIGGER {table}_head AFTER INSERT ON {table} WHEN NEW."seq" IS NOT NULL '
            f"BEGIN {moves} {chain.format(practice='NEW.practice_id')}; END",
        ),
        "postgresql": (
            *(post if only_grows else ()),
            f"CREATE FUNCTION {table}_moves_head() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {moves} {chain.format(practice=_PLAIN)}; RETURN NULL; END $$",
            f'CREATE TRIGGER {table}_head AFTER INSERT ON {table} FOR EACH ROW WHEN (NEW."seq" IS NOT NULL) '
            f"EXECUTE FUNCTION {table}_moves_head()",
        ),
    }


_PLAIN = "replace(NEW.practice_id::text, '-', '')"
_PRACTICES = _walls(
    "audit_event", "{practice}", only_grows=False
)  # its rows stand still since the first schema
_PERSONS = _walls("account_event", f"'{PLATFORM}'", only_grows=True)
CHAINED = {engine: (*_PRACTICES[engine], *_PERSONS[engine]) for engine in _PRACTICES}

_key: list[bytes] = []


def install(key: bytes) -> None:
    """Called once by the factory with the key derived for this purpose."""
    _key[:] = [key]


def link(before: str, chain: str, row: tuple[Any, ...]) -> str:
    """The hash of a row as it is stored, after the one with the hash `before`."""
    if not _key:
        raise RuntimeError("audit.install was not called")
    text = json.dumps([before, chain, *row], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(_key[0], text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def record(*, by: str, verb: str, target: str, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """One line in the journal of the open practice."""
    practice = current_practice_id().hex
    _append("audit_event", practice, "practice_id", practice, by, verb, target, at, detail)


def stand_in_line() -> None:
    """Inside a transaction: wait until nobody else writes in the open practice, so what is looked for next stays."""
    _head(current_practice_id().hex)


def record_account(
    account_id: UUID,
    *,
    verb: str,
    at: datetime,
    target: str = "",
    detail: dict[str, Any] | None = None,
    by: str | None = None,
) -> None:
    """One line about a person, whichever practice is open; `by` is the person unless somebody else did it."""
    actor = by or of_id("account", account_id)
    here = open_practice_id()
    if here and not is_sqlite() and database.in_transaction():
        _head(
            here.hex
        )  # practice first, then platform, whichever is written first: two never wait for each other
    _append("account_event", PLATFORM, "account_id", hexed(account_id), actor, verb, target, at, detail)


def _append(
    table: str, chain: str, owner_column: str, owner: str, by: str, verb: str, target: str, at: datetime, detail: Any
) -> None:  # fmt: skip
    if not database.in_transaction():
        with write_tx():
            return _append(table, chain, owner_column, owner, by, verb, target, at, detail)
    entry = (uuid7().hex, owner, InstantField().db_value(at), by, verb, target, _text(detail))
    end: End | None = _ends.get(chain) or _head(chain)
    while end is not None:  # a second time when others have written meanwhile: now nobody can any more
        row = (end[0] + 1, *entry)
        written = (row[0], link(end[1], chain, row))
        end = _put_after(end, table, chain, owner_column, (*row, written[1]))
    _keep(chain, written)
    return None


def _put_after(end: End, table: str, chain: str, owner_column: str, row: tuple[Any, ...]) -> End | None:
    """Writes the row if the chain still ends at `end`; if not, where it ends, locked until the transaction does.

    Constant SQL: every booking writes one. What is compared is the row that is locked, as whoever had it left it.
    """
    mark = database.param
    names = ", ".join(f'"{name}"' for name in ("seq", "id", owner_column, *COLUMNS, "hash"))
    put = f'INSERT INTO "{table}" ({names}) SELECT {", ".join([mark] * len(row))}'
    same = f'"seq" = {mark} AND "hash" = {mark}'
    if is_sqlite():  # one writer anyway
        here = f'EXISTS (SELECT 1 FROM "audit_head" WHERE "chain" = {mark} AND {same})'
        cursor = database.execute_sql(f"{put} WHERE {here}", (*row, chain, *end))
        return None if cursor.rowcount == 1 else _head(chain)
    found = database.execute_sql(
        f'WITH "end" AS (SELECT "seq", "hash" FROM "audit_head" WHERE "chain" = {mark}{_locked()}), '
        f'"put" AS ({put} FROM "end" WHERE {same} RETURNING "{owner_column}") '
        f'SELECT "seq", "hash", EXISTS (SELECT 1 FROM "put" WHERE "{owner_column}" = {mark}) FROM "end"',
        (chain, *row, *end, row[2]),
    ).fetchone()
    if found is None:
        return _head(chain)
    return None if found[2] else (found[0], found[1])


# chain -> where it ended when this process last looked. Never more than a guess, which may come from a transaction
# that was undone, or from another database: the database compares it as it writes
_ends: dict[str, End] = {}
MANY = 10_000  # chains


def _keep(chain: str, end: End) -> None:
    if len(_ends) >= MANY:
        _ends.clear()
    _ends[chain] = end


def seen_along() -> str:
    """For the RETURNING of what is written just before a line of the journal: where the chain of the open practice
    ends, which `note_end` takes. The parameter is the practice."""
    ends = f'SELECT "seq" || \' \' || "hash" FROM "audit_head" WHERE "chain" = {database.param}'
    return f"RETURNING ({ends})"


def note_end(chain: str, seen: str | None) -> None:
    """What `seen_along` returned."""
    if seen:
        seq, _, digest = seen.partition(" ")
        _keep(chain, (int(seq), digest))


def _text(detail: Any) -> str:
    return str(AuditEvent.detail.db_value(detail or {}))


def _locked() -> str:
    return "" if is_sqlite() else " FOR UPDATE"


def _head(chain: str) -> End:
    """Where the chain ends, locked until the transaction does: SQLite has one writer anyway."""
    mark = database.param
    sql = f'SELECT "seq", "hash" FROM "audit_head" WHERE "chain" = {mark}{_locked()}'
    found = database.execute_sql(sql, (chain,)).fetchone()
    if found is None:
        database.execute_sql(
            f'INSERT INTO "audit_head" ("chain", "seq", "hash") VALUES ({mark}, 0, {mark}) ON CONFLICT DO NOTHING',
            (chain, ""),
        )
        found = database.execute_sql(sql, (chain,)).fetchone()
    return found[0], found[1]


def of_id(kind: str, identifier: UUID) -> str:
    return f"{kind}:{identifier}"
