"""Messages, reminders and their refusals, the calendar feed, and SMS as a wish."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0009_notices"):
        db.execute_sql(statement)
