"""The walls the database itself holds against two appointments at the same time, whatever the code does.

One practitioner, two overlapping appointments, and not two places of the same group session: refused. Half-open
intervals, as everywhere. Run by the first migration; tests/integration/booking knocks on them.
"""

from app.booking.models import OCCUPYING

_LIVE = ", ".join(f"'{status}'" for status in OCCUPYING)

_SQLITE_CLASH = f"""
    SELECT RAISE(ABORT, 'appointment_no_overlap') WHERE NEW.status IN ({_LIVE}) AND EXISTS (
        SELECT 1 FROM appointment AS other
        WHERE other.practice_id = NEW.practice_id AND other.practitioner_id = NEW.practitioner_id
          AND other.starts > NEW.starts - 1440 AND other.starts < NEW.ends AND other.ends > NEW.starts
          AND other.id <> NEW.id AND other.session_key <> NEW.session_key AND other.status IN ({_LIVE}));
"""

# the place in a group session is taken once; the busy query reads only this index
_INDEXES = (
    f"CREATE UNIQUE INDEX appointment_seat ON appointment (practice_id, session_key, seat) WHERE status IN ({_LIVE})",
    "CREATE INDEX appointment_timeline ON appointment (practice_id, practitioner_id, starts, ends, buffer_before, "
    f"buffer_after, capacity, schedule_id, service_id, idempotency_key, status) WHERE status IN ({_LIVE})",
)

WALLS = {
    "sqlite": (
        *_INDEXES,
        f"CREATE TRIGGER appointment_no_overlap_insert BEFORE INSERT ON appointment BEGIN {_SQLITE_CLASH} END",
        "CREATE TRIGGER appointment_no_overlap_update BEFORE UPDATE OF practice_id, practitioner_id, starts, ends, "
        f"session_key, status ON appointment BEGIN {_SQLITE_CLASH} END",
    ),
    "postgresql": (
        *_INDEXES,
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist ("
        "practice_id WITH =, practitioner_id WITH =, int4range(starts, ends) WITH &&, session_key WITH <>) "
        f"WHERE (status IN ({_LIVE}))",
    ),
}
WALL_NAMES = ("appointment_no_overlap", "appointment_seat")
