"""The agendas at the desk and the day sheet: their addresses, and a sheet next door."""

from app.desk.models import DaySheet
from tests.factories import NOW
from tests.house_rules.stranger import CANARY

DECLARED = {
    "schedule:read": """
        GET /desk/week
        GET /desk/day/print
        GET /desk/shortcuts
    """,
    "schedule:read quiet": """
        GET /desk/day/agendas
        GET /desk/week/agendas
    """,
    "booking:manage": """
        GET /desk/day/at
        GET /desk/appointments/<uuid:appointment_id>/panel
        POST /desk/appointments/<uuid:appointment_id>/place
        POST /desk/appointments/<uuid:appointment_id>/place/undo
        GET,POST /desk/appointments/<uuid:appointment_id>/length
        GET,POST /desk/day-sheet
        GET /desk/day-sheet/file
        GET,POST /desk/catch-up
    """,
    "settings:manage fresh": """
        GET,POST /settings/day-sheet
    """,
}
NO_WORDS = set()


def furnish(there):
    """A sheet of theirs, made last night."""
    made = DaySheet.create(
        salt=b"s" * 16,
        iterations=600_000,
        key_sealed=b"k",
        set_at=NOW,
        made_at=NOW,
        content=CANARY.encode(),
        about=CANARY,
        patients=[there.patient.id.hex],
    )
    return {"DaySheet": made.id}
