"""Services behind people's watches, and the way there and back."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0026_wearables"):
        db.execute_sql(statement)
