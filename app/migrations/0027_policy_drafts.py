"""Booking rules: a draft, the day from which it holds, and versions that nobody can change."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0027_policy_drafts"):
        db.execute_sql(statement)
