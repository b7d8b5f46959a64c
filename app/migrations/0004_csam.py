"""Government sign-in: journeys to the identity provider, a fourth kind of factor, the level of a session."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0004_csam"):
        db.execute_sql(statement)
