"""0015: what people write. The table of messages is made anew: a thread may be with somebody who has no file."""

from app.messaging.models import BOXES
from app.schema import THREADS
from tools.freeze import DRY, Step

_KEPT = '"id", "practice_id", "patient_id", "sender", "kind", "appointment_id", "payload", "created_at", "read_at"'
_AWAY = (
    'DROP INDEX "communication_thread"',
    'DROP INDEX "communication_practice_id_id"',
    'DROP INDEX "communication_practice_id_patient_id_created_at"',
    'DROP INDEX "communication_appointment_id"',
    'ALTER TABLE "communication" RENAME TO "communication_before"',
)
_BACK = (
    f'INSERT INTO "communication" ({_KEPT}) SELECT {_KEPT} FROM "communication_before"',
    'DROP TABLE "communication_before"',
    *BOXES,
)
_WISH = 'ALTER TABLE "personal_details" ADD COLUMN "wants_messages"'

STEP = Step(
    name="0015_threads",
    tables=THREADS,
    before={
        "sqlite": (f"{_WISH} INTEGER NOT NULL DEFAULT 1", *_AWAY),
        "postgresql": (f"{_WISH} BOOLEAN NOT NULL DEFAULT TRUE", *_AWAY),
    },
    after=dict.fromkeys(DRY, _BACK),
)
