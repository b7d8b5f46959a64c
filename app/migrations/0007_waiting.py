"""The waiting list: who waits for what, and who was offered which time."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0007_waiting"):
        db.execute_sql(statement)
