"""Files of values: their addresses, and one sent next door."""

from uuid import UUID

from app.kernel.tenancy import account_context
from app.record.models import ImportJob
from tests.factories import NOW

DECLARED = {
    "person": """
        GET,POST /me/health/import
        GET /me/health/import/<uuid:job_id>
        POST /me/health/import/begin
        POST /me/health/import/<uuid:job_id>/abandonment
        POST /me/health/import/<uuid:job_id>/pieces/<int:at>
    """,
    "person quiet": """
        GET /me/health/import/<uuid:job_id>/progress
    """,
}
NO_WORDS: set[str] = set()


def furnish(there):
    """A file that was read."""
    with account_context(there.person):
        made = ImportJob.create(
            attempt=UUID(int=25),
            state="done",
            size=9,
            position=9,
            read=1,
            kept=1,
            created_at=NOW,
            ended_at=NOW,
        )
    return {"ImportJob": made.id}
