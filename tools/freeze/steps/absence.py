"""What becomes of appointments that a change of the agenda leaves without a place."""

from app.schema import ABSENCE
from tools.freeze import Step

# the queue of the desk, counted on each of its pages
_QUEUE = "CREATE INDEX appointment_orphaned ON appointment (practice_id, starts) WHERE fit = 'orphaned'"

STEP = Step(
    name="0008_absence",
    tables=ABSENCE,
    after={"sqlite": (_QUEUE,), "postgresql": (_QUEUE,)},
)
