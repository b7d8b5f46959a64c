"""Keeping what a file is found by in step with its names and its mail."""

from uuid import UUID

from app.kernel.db import database
from app.kernel.tenancy import current_practice_id
from app.patients.models import Patient, PatientWord
from app.patients.words import words_of

SOURCES = frozenset({"given_name", "family_name", "email"})


def add_words(patient_id: UUID, given_name: str, family_name: str, email: str | None) -> None:
    """Of a file that has none yet: one statement, for it stands in the way of whoever books.

    Whoever is met twice by one booking has them already.
    """
    words = words_of(given_name, family_name, email)
    if not words:
        return
    mark = database.param
    rows = ", ".join([f"({mark}, {mark}, {mark})"] * len(words))
    here, whose = current_practice_id().hex, patient_id.hex
    database.execute_sql(
        f'INSERT INTO "patient_word" ("practice_id", "word", "patient_id") VALUES {rows} ON CONFLICT DO NOTHING',
        [value for word in words for value in (here, word, whose)],
    )


def renew_words(patient_id: UUID) -> None:
    """After a change of SOURCES, in the same transaction."""
    patient = Patient.get_by_id(patient_id)
    PatientWord.delete().where(PatientWord.patient == patient.id).execute()
    add_words(patient.id, patient.given_name, patient.family_name, patient.email)
