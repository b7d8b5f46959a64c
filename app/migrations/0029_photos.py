"""The faces of practitioners, and how long visits really lasted."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0029_photos"):
        db.execute_sql(statement)
