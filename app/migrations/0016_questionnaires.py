"""Questionnaires: versions that never change once published, and who was asked what."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0016_questionnaires"):
        db.execute_sql(statement)
