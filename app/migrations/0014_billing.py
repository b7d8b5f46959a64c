"""Invoices and their lines."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0014_billing"):
        db.execute_sql(statement)
