"""Notes of the team in a file: written, corrected, pinned and withdrawn, and never lost."""

from datetime import datetime
from typing import Any

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.patients.models import Patient, PatientNote
from app.patients.refusals import NoteChanged


def add_note(
    patient: Patient, text: str, *, pinned: bool, member: Any, by: str, now: datetime
) -> PatientNote:
    """`member` is the staff.Member who writes: their name stands beside the text for good."""
    mine = uuid7()
    with write_tx():
        made = PatientNote.create(
            id=mine, thread=mine, patient=patient.id, text=text, author=member.name, actor=by, pinned=pinned, at=now
        )  # fmt: skip
        _trace(made, "note", by=by, now=now)
    return made


def edit_note(note: PatientNote, text: str, *, member: Any, by: str, now: datetime) -> PatientNote:
    """Another text of the same thread; the one before stays readable. NoteChanged for whoever comes second."""
    with write_tx():
        _close(note, now=now)
        made = PatientNote.create(
            thread=note.thread, patient=note.patient_id, text=text, author=member.name, actor=by, pinned=note.pinned,
            at=now,
        )  # fmt: skip
        _trace(made, "edit-note", by=by, now=now)
    return made


def pin_note(note: PatientNote, pinned: bool, *, by: str, now: datetime) -> None:  # noqa: FBT001
    with write_tx():
        change = PatientNote.update(pinned=pinned).where(
            PatientNote.id == note.id, PatientNote.replaced_at.is_null()
        )
        if not change.execute():
            raise NoteChanged
        _trace(note, "pin-note" if pinned else "unpin-note", by=by, now=now)


def withdraw_note(note: PatientNote, *, by: str, now: datetime) -> None:
    """No longer among the notes; the history of the file still has it."""
    with write_tx():
        _close(note, now=now)
        _trace(note, "withdraw-note", by=by, now=now)


def _close(note: PatientNote, *, now: datetime) -> None:
    current = (PatientNote.id == note.id) & PatientNote.replaced_at.is_null()
    if not PatientNote.update(replaced_at=now).where(current).execute():
        raise NoteChanged


def _trace(note: PatientNote, verb: str, *, by: str, now: datetime) -> None:
    target = audit.of_id("patient", note.patient_id)
    audit.record(by=by, verb=f"patient.{verb}", target=target, at=now, detail={"note": note.id.hex})
