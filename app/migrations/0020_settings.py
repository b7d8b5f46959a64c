"""Settings: drafts of texts, a practice's own words in messages, published texts that nobody can change."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0020_settings"):
        db.execute_sql(statement)
