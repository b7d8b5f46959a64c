"""What people measure: its addresses, and somebody next door who measures, shares and has a goal."""

from app.directory.models import Practitioner
from app.kernel.tenancy import account_context
from app.record.models import Goal, HealthReader, Observation, ObservationShare, SharedObservation
from tests.factories import NOW
from tests.house_rules.stranger import CANARY

DECLARED = {
    "person": """
        GET /me/health
        GET,POST /me/health/<string:kind>
        GET,POST /me/health/<string:kind>/<uuid:observation_id>/deletion
        POST /me/health/<string:kind>/<uuid:observation_id>/undo
        GET /me/health/sharing
        GET,POST /me/health/sharing/<uuid:practitioner_id>
    """,
    "health:read": """
        GET /desk/patients/<uuid:patient_id>/health
        GET /desk/patients/<uuid:patient_id>/health/<string:kind>
    """,
    "goals:manage": """
        POST /desk/patients/<uuid:patient_id>/health/<string:kind>/goals
        POST /desk/patients/<uuid:patient_id>/health/<string:kind>/goals/<uuid:goal_id>/end
    """,
    "staff:manage": """
        GET,POST /settings/health-readers
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {"observation.external_id", "goal.actor", "goal.ended_by"}


def furnish(there):
    """A value with a note, shared; one that stayed; a goal; and who reads."""
    practitioner = Practitioner.select().first().id
    with account_context(there.person):
        mine = Observation.create(kind="weight", value=724, at=NOW, note=CANARY, created_at=NOW)
        share = ObservationShare.create(
            kind="weight", practice=there.patient.practice_id, practitioner=practitioner, created_at=NOW
        )
    reads = HealthReader.create(member=there.ids["Member"], practitioner=practitioner, created_at=NOW)
    left = {"kind": "weight", "value": 724, "at": NOW, "source": "manual", "note": CANARY, "kept_at": NOW}
    kept = SharedObservation.create(patient=there.patient.id, practitioner=practitioner, **left)
    asked = {"direction": "at-most", "high": 700, "starts_on": NOW.date(), "words": CANARY}
    goal = Goal.create(
        patient=there.patient.id, kind="weight", setter=CANARY, actor="operator", created_at=NOW, **asked
    )
    return {
        "Observation": mine.id,
        "ObservationShare": share.id,
        "HealthReader": reads.id,
        "SharedObservation": kept.id,
        "Goal": goal.id,
    }
