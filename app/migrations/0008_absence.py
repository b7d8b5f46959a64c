"""Appointments that a change of the agenda left without a place, and what their people were offered."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0008_absence"):
        db.execute_sql(statement)
