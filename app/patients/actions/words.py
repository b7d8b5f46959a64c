"""Keeping what a file is found by in step with its names and its mail."""

from uuid import UUID

from app.patients.models import Patient
from app.patients.words import letters_of

SOURCES = frozenset({"given_name", "family_name", "email"})


def renew_words(patient_id: UUID) -> None:
    """After a change of SOURCES, in the same transaction: the database makes the words of the letters."""
    patient = Patient.get_by_id(patient_id)
    letters = letters_of(patient.given_name, patient.family_name, patient.email)
    Patient.update(letters=letters).where(Patient.id == patient.id).execute()
