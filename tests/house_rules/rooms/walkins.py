"""People without an appointment: their addresses, and a number taken next door."""

from app.kernel.ids import uuid7
from app.kernel.sealing import hashed
from app.walkins.models import WalkIn, WalkInPlan
from tests.factories import NOW
from tests.house_rules.stranger import CANARY
from tests.people import SEALER

DECLARED = {
    "public at practice": """
        GET /walk-in
        GET,POST /walk-in/<uuid:location_id>
        GET /walk-in/tickets/<token>
        POST /walk-in/tickets/<token>/outside
        POST /walk-in/tickets/<token>/departure
        GET /walk-in/screen/<token>/<uuid:location_id>
    """,
    "walkins:manage": """
        GET /desk/walk-ins
        POST /desk/walk-ins/sites/<uuid:location_id>/numbers
        GET /desk/walk-ins/sites/<uuid:location_id>/poster
        POST /desk/walk-ins/<uuid:walk_in_id>/call
        POST /desk/walk-ins/<uuid:walk_in_id>/return
        POST /desk/walk-ins/<uuid:walk_in_id>/departure
        POST /desk/walk-ins/<uuid:walk_in_id>/priority
        GET,POST /desk/walk-ins/<uuid:walk_in_id>/intake
        POST /desk/walk-ins/appointments/<uuid:appointment_id>/state
    """,
    "settings:manage": """
        GET,POST /settings/walk-ins
        POST /settings/walk-ins/screen
    """,
}
NO_WORDS = {"walk_in.called_by"}


def furnish(there):
    """Somebody who waits there, and the screen that shows the number."""
    token = SEALER.link_token("walk-in-screen", there.ids["Location"].hex, "1")
    WalkInPlan.update(enabled=True, screen_hash=hashed(token)).execute()
    made = WalkIn.create(
        location=there.ids["Location"], day=NOW.date(), number=1, first_name=CANARY, reason="other",
        language="fr", attempt=uuid7(), created_at=NOW,
    )  # fmt: skip
    there.tokens["screen"] = token
    return {"WalkIn": made.id}
