"""What is asked about a request, and the times offered instead."""

from app.schema import REQUESTS
from tools.freeze import DRY, Step

# of the worker, each minute, and of the desk's inbox
_WAITING = (
    'CREATE INDEX "appointment_waiting" ON "appointment" ("practice_id", "answer_by") '
    "WHERE status IN ('proposed', 'pending')",
)

STEP = Step(name="0010_requests", tables=REQUESTS, after=dict.fromkeys(DRY, _WAITING))
