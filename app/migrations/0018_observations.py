"""What people measure, with whom they share it, and the goals practices set."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0018_observations"):
        db.execute_sql(statement)
