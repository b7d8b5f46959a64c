"""Connected devices: their addresses, and a service somebody connected next door."""

from datetime import timedelta
from uuid import UUID

from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context
from app.record.wearables.connections import connect
from app.record.wearables.models import WearableConnection, WearableJourney
from app.record.wearables.ports import Grant
from app.web.outside import services
from tests.factories import NOW

DECLARED = {
    "public at portal": """
        GET /wearables/google-health/answer
        POST /wearables/google-health/notices
    """,
    "person": """
        GET /me/health/devices
        GET /me/health/devices/google-health/connection
        GET,POST /me/health/devices/google-health/disconnection
        GET /me/health/devices/return/<token>
        POST /me/health/devices/google-health/synchronisation
    """,
    "person quiet": """
        GET /me/health/devices/progress
    """,
}
NO_WORDS = {"wearable_journey.host"}
TICKET = "ticket-of-next-door"


def furnish(there):
    """A connection, and a way back that nobody has fetched yet."""
    grant = Grant("access", "refresh", NOW + timedelta(days=1), ("steps",))
    with account_context(there.person):
        way = WearableJourney.create(
            source="google_health", state_hash=hashed("s" * 43), session_id=UUID(int=26), host="voisin.example",
            created_at=NOW, expires_at=NOW + timedelta(days=1), answered_at=NOW, ticket_hash=hashed(TICKET),
        )  # fmt: skip
        connect(there.person.id, services().wearable_source, grant, user="user", now=NOW)
        found = WearableConnection.get()
    there.tokens["device"] = TICKET
    return {"WearableJourney": way.id, "WearableConnection": found.id}
