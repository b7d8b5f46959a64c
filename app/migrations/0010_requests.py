"""Requests are discussed: questions and answers, and the times offered instead."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0010_requests"):
        db.execute_sql(statement)
