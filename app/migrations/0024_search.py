"""What a patient is found by at the desk, made of every file that stands."""

from app.patients.words import letters_of
from app.schema import engine, statements

MANY = 2000  # files at a time


def up(migrator, db):
    for statement in statements("0024_search"):
        db.execute_sql(statement)
    fill(db)


def fill(db):
    """The letters of every practice's files, so not by the portal's own way; the database makes their words."""
    mark, last = "?" if engine() == "sqlite" else "%s", "0" * 32
    cursor = db.connection().cursor()
    names = (
        f'SELECT "id", "given_name", "family_name", "email" FROM "patient" WHERE "id" > {mark} ORDER BY "id"'
    )
    while some := cursor.execute(f"{names} LIMIT {MANY}", (last,)).fetchall():
        last = some[-1][0]
        cursor.executemany(
            f'UPDATE "patient" SET "letters" = {mark} WHERE "id" = {mark}',
            [(letters_of(*rest), one) for one, *rest in some],
        )
