"""Accounts for patients: factors, details, connections, invitations; sessions start anew."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0002_accounts"):
        db.execute_sql(statement)
