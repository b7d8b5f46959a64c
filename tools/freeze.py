"""Writes the SQL of the newest migration from the models, once per engine: `python -m tools.freeze`.

For maintainers, and only while that migration has not been released: afterwards its files never change. New tables
come from the models; what happens to older tables is written by hand below.
"""

import peewee as pw

from app.kernel.audit import CHAINED
from app.kernel.db import database
from app.schema import ADDED, MIGRATIONS

NAME = "0002_accounts"
DRY = {
    "sqlite": pw.SqliteDatabase(":memory:"),
    "postgresql": pw.PostgresqlDatabase("dry", prefer_psycopg3=True),
}
# Sessions and counters live for hours: they are made anew, and everybody signs in again with a second factor.
FORGOTTEN = ("DROP TABLE session", "DROP TABLE sign_in_attempt")
JOURNAL = (
    'ALTER TABLE "audit_event" ADD COLUMN "seq" BIGINT',
    'ALTER TABLE "audit_event" ADD COLUMN "hash" VARCHAR(64)',
    'CREATE UNIQUE INDEX "audit_event_practice_id_seq" ON "audit_event" ("practice_id", "seq")',
)
CHANGED = {
    "sqlite": (
        'ALTER TABLE "account" ADD COLUMN "username" VARCHAR(64)',
        'CREATE UNIQUE INDEX "account_username" ON "account" ("username")',
        'ALTER TABLE "account" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1',
        'ALTER TABLE "member" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1',
        *JOURNAL,
        # SQLite cannot take NOT NULL from a column: the queue moves to a new table
        'ALTER TABLE "outbox" RENAME TO "outbox_before"',
        'DROP INDEX IF EXISTS "outbox_idempotency_key"',
        'DROP INDEX IF EXISTS "outbox_state_due_at"',
    ),
    "postgresql": (
        'ALTER TABLE "account" ADD COLUMN "username" VARCHAR(64)',
        'CREATE UNIQUE INDEX "account_username" ON "account" ("username")',
        'ALTER TABLE "account" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1',
        'ALTER TABLE "member" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1',
        *JOURNAL,
        'ALTER TABLE "outbox" ALTER COLUMN "practice_id" DROP NOT NULL',
    ),
}
OUTBOX_COLUMNS = (
    '"id", "practice_id", "event", "payload", "idempotency_key", "state", "due_at", "lease_until", "attempts", '
    '"last_error", "created_at", "sent_at"'
)
MOVED = {
    "sqlite": (
        f'INSERT INTO "outbox" ({OUTBOX_COLUMNS}) SELECT {OUTBOX_COLUMNS} FROM "outbox_before"',
        'DROP TABLE "outbox_before"',
    ),
    "postgresql": (),
}
# Kept as history by the database itself, whatever a program asks.
APPENDED = ("access_entry", "trust_evidence")
APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPENDED
        for verb in ("UPDATE",)
    ),
    "postgresql": tuple(
        statement
        for table in APPENDED
        for statement in (
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
        )
    ),
}


def ddl(engine: str) -> str:
    database.initialize(DRY[engine])
    found = [*FORGOTTEN, *CHANGED[engine]]
    for model in ADDED[engine]:
        found.append(_sql(model._schema._create_table(safe=False)))
        found += [_sql(index) for index in model._schema._create_indexes(safe=False)]
    found += [*MOVED[engine], *APPEND_ONLY[engine], *CHAINED[engine]]
    return "".join(f"{statement.strip().rstrip(';')};\n\n" for statement in found)


def _sql(context: pw.Context) -> str:
    sql, values = context.query()
    if values:
        raise SystemExit(f"a parameter in DDL: {sql}")
    return sql


if __name__ == "__main__":
    for engine in DRY:
        (MIGRATIONS / f"{NAME}.{engine}.sql").write_text(ddl(engine))
