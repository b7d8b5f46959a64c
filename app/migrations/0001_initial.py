"""The first schema: every table, the append-only journal, and the walls against double booking."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0001_initial"):
        db.execute_sql(statement)
