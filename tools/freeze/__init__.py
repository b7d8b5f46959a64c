"""Writes the SQL of the migrations that are not released yet from the models, per engine: `python -m tools.freeze`.

For maintainers. A step is a module of `tools.freeze.steps`; once its migration is released its files never change, and
the step goes. New tables come from the models; what happens to older tables is written by hand in the step.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass, field

import peewee as pw

from app.kernel.db import database

DRY = {
    "sqlite": pw.SqliteDatabase(":memory:"),
    "postgresql": pw.PostgresqlDatabase("dry", prefer_psycopg3=True),
}
Statements = dict[str, Sequence[str]]  # engine -> SQL


@dataclass(frozen=True)
class Step:
    """One migration: `before` its new tables, the tables, and `after` them."""

    name: str
    tables: Sequence[type[pw.Model]]
    before: Statements = field(default_factory=dict)
    after: Statements = field(default_factory=dict)

    def ddl(self, engine: str) -> str:
        database.initialize(DRY[engine])
        found = list(self.before.get(engine, ()))
        for model in self.tables:
            found.append(_sql(model._schema._create_table(safe=False)))
            found += [_sql(index) for index in model._schema._create_indexes(safe=False)]
        found += self.after.get(engine, ())
        return "".join(f"{statement.strip().rstrip(';')};\n\n" for statement in found)


def append_only(*tables: str) -> Statements:
    """Kept as history by the database itself, whatever a program asks."""
    return {
        "sqlite": tuple(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in tables
        ),
        "postgresql": tuple(
            statement
            for table in tables
            for statement in (
                f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
            )
        ),
    }


def never_deleted(table: str) -> Statements:
    """After `append_only`, for what not even its practice takes away."""
    return {
        "sqlite": (
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        ),
        "postgresql": (
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
        ),
    }


def unreleased() -> list[Step]:
    """In the order of their names, which is that of the migrations."""
    room = importlib.import_module(f"{__name__}.steps")
    modules = (
        importlib.import_module(f"{room.__name__}.{m.name}") for m in pkgutil.iter_modules(room.__path__)
    )
    return sorted((module.STEP for module in modules), key=lambda step: step.name)


def _sql(context: pw.Context) -> str:
    sql, values = context.query()
    if values:
        raise SystemExit(f"a parameter in DDL: {sql}")
    return sql
