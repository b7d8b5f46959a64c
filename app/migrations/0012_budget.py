"""Prescriptions, and the sessions of a year that are reimbursed in full."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0012_budget"):
        db.execute_sql(statement)
