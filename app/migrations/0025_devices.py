"""Files of values that are being read."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0025_devices"):
        db.execute_sql(statement)
