"""What a patient is found by at the desk, made of every file that stands."""

from app.patients.words import words_of
from app.schema import engine, statements

MANY = 2000  # files at a time


def up(migrator, db):
    for statement in statements("0024_search"):
        db.execute_sql(statement)
    fill(db)


def fill(db):
    mark = "?" if engine() == "sqlite" else "%s"
    rows, cursor = (
        db.connection().cursor(),
        db.connection().cursor(),
    )  # of every practice, so not by the portal's own way
    rows.execute('SELECT "id", "practice_id", "given_name", "family_name", "email" FROM "patient"')
    while some := rows.fetchmany(MANY):
        cursor.executemany(
            f'INSERT INTO "patient_word" ("practice_id", "word", "patient_id") VALUES ({mark}, {mark}, {mark})',
            [(practice, word, one) for one, practice, *names in some for word in words_of(*names)],
        )
