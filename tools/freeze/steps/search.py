"""What a patient is found by at the desk, kept in step by the database, and whom a member has seen there.

Written by hand: a tree of nothing but its key on SQLite, and compared byte by byte on PostgreSQL.
"""

from app.patients.words import INDEX
from tools.freeze import Step


def _table(uuid: str, word: str, ending: str) -> tuple[str, ...]:
    return (
        """ALTER TABLE "patient" ADD COLUMN "letters" TEXT NOT NULL DEFAULT ''""",
        f'CREATE TABLE "patient_word" ("practice_id" {uuid} NOT NULL, "word" {word} NOT NULL, '
        f'"patient_id" {uuid} NOT NULL, PRIMARY KEY ("practice_id", "word", "patient_id"), '
        'FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, '
        'FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE)'
        f"{ending}",
        'CREATE INDEX "patient_word_practice_id_patient_id" ON "patient_word" ("practice_id", "patient_id")',
        # whom one member has just seen: without it, all that anybody ever saw is gone through
        'CREATE INDEX "access_entry_practice_id_account_id_at" ON "access_entry" ("practice_id", "account_id", "at")',
    )


STEP = Step(
    name="0024_search",
    tables=(),
    before={
        "sqlite": _table("TEXT", "VARCHAR(200)", " WITHOUT ROWID"),
        "postgresql": _table("UUID", 'VARCHAR(200) COLLATE "C"', ""),
    },
    after=INDEX,
)
