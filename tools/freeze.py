"""Writes the SQL of a first migration from the models, once per engine: `python -m tools.freeze 0001_initial`.

For maintainers, and only while a migration has not been released: afterwards the files never change.
"""

import sys

import peewee as pw

from app.booking.walls import WALLS
from app.kernel.audit import APPEND_ONLY
from app.kernel.db import database
from app.schema import MIGRATIONS, TABLES

DRY = {
    "sqlite": pw.SqliteDatabase(":memory:"),
    "postgresql": pw.PostgresqlDatabase("dry", prefer_psycopg3=True),
}


def ddl(engine: str) -> str:
    database.initialize(DRY[engine])
    found = []
    for model in TABLES:
        found.append(_sql(model._schema._create_table(safe=False)))
        found += [_sql(index) for index in model._schema._create_indexes(safe=False)]
    found += [*APPEND_ONLY[engine], *WALLS[engine]]
    return "".join(f"{statement.strip().rstrip(';')};\n\n" for statement in found)


def _sql(context: pw.Context) -> str:
    sql, values = context.query()
    if values:
        raise SystemExit(f"a parameter in DDL: {sql}")
    return sql


if __name__ == "__main__":
    for engine in DRY:
        (MIGRATIONS / f"{sys.argv[1]}.{engine}.sql").write_text(ddl(engine))
