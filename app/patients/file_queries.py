"""What stands in a file besides the person: notes of the team, what was changed, and merges."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.kernel.errors import NotFound
from app.patients.models import Patient, PatientChange, PatientMerge, PatientNote


def notes_of(patient: Patient) -> Sequence[PatientNote]:
    """Pinned ones first, then the newest."""
    current = (PatientNote.patient == patient.id) & PatientNote.replaced_at.is_null()
    return list(
        PatientNote.select().where(current).order_by(PatientNote.pinned.desc(), PatientNote.at.desc())
    )


def earlier_texts(notes: Sequence[PatientNote]) -> dict[UUID, list[PatientNote]]:
    """Thread -> the texts that were replaced, newest first; one statement."""
    found: dict[UUID, list[PatientNote]] = defaultdict(list)
    threads = [one.thread for one in notes]
    if threads:
        replaced = PatientNote.thread.in_(threads) & PatientNote.replaced_at.is_null(False)
        for row in PatientNote.select().where(replaced).order_by(PatientNote.at.desc()):
            found[row.thread].append(row)
    return found


def note_of(patient: Patient, note_id: UUID) -> PatientNote:
    """NotFound for the note of another file."""
    found = PatientNote.get_or_none(PatientNote.id == note_id, PatientNote.patient == patient.id)
    if found is None:
        raise NotFound
    return found


def withdrawn_notes(patient: Patient) -> Sequence[PatientNote]:
    """The last text of each thread that has none left."""
    mine = PatientNote.patient == patient.id
    alive = PatientNote.select(PatientNote.thread).where(mine, PatientNote.replaced_at.is_null())
    rows = PatientNote.select().where(mine, PatientNote.thread.not_in(alive)).order_by(PatientNote.at)
    return list({row.thread: row for row in rows}.values())


def changes_of(patient: Patient) -> Sequence[PatientChange]:
    """Newest first."""
    mine = PatientChange.patient == patient.id
    return list(PatientChange.select().where(mine).order_by(PatientChange.at.desc(), PatientChange.id))


def merges_of(patient: Patient) -> Sequence[PatientMerge]:
    """Into this file, newest first, with the other file."""
    query = PatientMerge.select(PatientMerge, Patient).join(Patient, on=PatientMerge.gone)
    return list(query.where(PatientMerge.kept == patient.id).order_by(PatientMerge.at.desc()))


def merge_of(patient: Patient, merge_id: UUID) -> PatientMerge:
    found = PatientMerge.get_or_none(PatientMerge.id == merge_id, PatientMerge.kept == patient.id)
    if found is None:
        raise NotFound
    return found


def is_open(made: PatientMerge, *, now: datetime) -> bool:
    return made.undone_at is None and now < made.until
