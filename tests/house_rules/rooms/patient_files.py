"""What stands in a file of a patient: its addresses, and a note, a change and a merge next door."""

from app.kernel.ids import uuid7
from app.patients.models import PatientChange, PatientMerge, PatientNote
from app.practice.models import DeskBoard
from tests.factories import NOW, make_patient
from tests.house_rules.stranger import CANARY

DECLARED = {
    "settings:manage": """
        GET,POST /desk/board
    """,
    "patients:read": """
        GET,POST /desk/patients/<uuid:patient_id>/notes
        POST /desk/patients/<uuid:patient_id>/notes/<uuid:note_id>
        POST /desk/patients/<uuid:patient_id>/notes/<uuid:note_id>/pin
        POST /desk/patients/<uuid:patient_id>/notes/<uuid:note_id>/withdrawal
        GET /desk/patients/<uuid:patient_id>/history
    """,
    "patients:manage": """
        GET,POST /desk/patients/<uuid:patient_id>/details
        GET,POST /desk/patients/<uuid:patient_id>/merge
        POST /desk/patients/<uuid:patient_id>/merges/<uuid:merge_id>/undo
    """,
}
NO_WORDS = {
    "patient.letters", "patient_word.word",  # made of the names and the mail, and read by nobody
    "patient_note.actor", "patient_change.actor", "patient_change.field", "patient_merge.actor",
    "patient_merge.before", "patient_merge.after", "patient_merge.moved", "desk_board.actor",
}  # fmt: skip


def furnish(there):
    """A file there with a note and a change, and another that was merged into it."""
    gone = make_patient(given_name=CANARY, family_name=CANARY, merged_into=there.patient.id)
    DeskBoard.create(important=CANARY, actor="operator", at=NOW)
    note = PatientNote.create(
        patient=there.patient.id, thread=uuid7(), text=CANARY, author=CANARY, actor="operator", at=NOW
    )
    PatientChange.create(
        patient=there.patient.id, field="phone", before=CANARY, after=CANARY, actor="operator", at=NOW
    )
    made = PatientMerge.create(
        kept=there.patient.id, gone=gone.id, actor="operator", at=NOW, until=NOW, before={}, moved={}
    )
    return {"PatientNote": note.id, "PatientMerge": made.id}
