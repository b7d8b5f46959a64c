"""The desk: the day sheet that opens while the portal is away."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0019_desk_grid"):
        db.execute_sql(statement)
