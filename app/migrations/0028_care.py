"""Questionnaires with a service or written down at the desk, confidential threads, and mails to the team."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0028_care"):
        db.execute_sql(statement)
