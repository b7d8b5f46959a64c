"""Threads between a person and a practice, their files, and the texts a desk answers with."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0015_threads"):
        db.execute_sql(statement)
