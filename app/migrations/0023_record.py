"""What a file of a patient can hold: notes of the team, what was changed, and two files made one."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0023_record"):
        db.execute_sql(statement)
