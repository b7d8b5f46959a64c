"""The desk: fees proposed for visits given up late or missed."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0011_desk"):
        db.execute_sql(statement)
