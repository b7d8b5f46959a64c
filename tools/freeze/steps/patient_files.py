"""What a file of a patient can hold: notes of the team, what was changed, and two files made one."""

from app.schema import PATIENT_FILES
from tools.freeze import Step


def _columns(uuid: str) -> tuple[str, ...]:
    return (
        f'ALTER TABLE "patient" ADD COLUMN "merged_into" {uuid}',
        'CREATE INDEX "patient_practice_id_merged_into" ON "patient" ("practice_id", "merged_into")',
    )


STEP = Step(
    name="0023_record",
    tables=PATIENT_FILES,
    before={"sqlite": _columns("TEXT"), "postgresql": _columns("UUID")},
)
