"""The profile page: how each person arranged it."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0013_profile"):
        db.execute_sql(statement)
