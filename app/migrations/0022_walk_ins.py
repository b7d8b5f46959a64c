"""People who come without an appointment: how a practice takes them, and each number it gave out."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0022_walk_ins"):
        db.execute_sql(statement)
