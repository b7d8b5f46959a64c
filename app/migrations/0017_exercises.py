"""Exercise programmes: a practice's exercises, programmes of its patients, and what was done."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0017_exercises"):
        db.execute_sql(statement)
