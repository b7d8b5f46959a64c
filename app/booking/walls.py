"""The walls the database itself holds against two appointments at the same time, whatever the code does.

One practitioner, two overlapping appointments, and not two places of the same group session: refused. Half-open
intervals, as everywhere. Below, rooms in the same way, and which state may follow which. Frozen in the migrations;
tests/integration/booking knocks on them.
"""

from app.booking.models import CANCEL_KINDS, OCCUPYING
from app.booking.states import BEGIN, TRANSITIONS

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

# ---- added by the third migration: rooms, and the life of an appointment

_ROOM_CLASH = """
    SELECT RAISE(ABORT, 'resource_no_overlap') WHERE NEW.hold_id IS NULL AND EXISTS (
        SELECT 1 FROM resource_use AS other
        WHERE other.practice_id = NEW.practice_id AND other.resource_id = NEW.resource_id
          AND other.starts > NEW.starts - 1920 AND other.starts < NEW.ends AND other.ends > NEW.starts
          AND other.id <> NEW.id AND other.session_key <> NEW.session_key AND other.hold_id IS NULL);
"""
_ALLOWED = " OR ".join(
    f"(OLD.status = '{status}' AND NEW.status IN ({', '.join(repr(new) for new in sorted(following))}))"
    for status, following in TRANSITIONS.items()
    if following
)
_BEGIN = ", ".join(repr(status) for status in sorted(BEGIN))
_PAIRED = "(NEW.status = 'cancelled') <> (NEW.cancel_kind IS NOT NULL)"
_KINDS = ", ".join(repr(kind) for kind in CANCEL_KINDS)

LIFE = {
    "sqlite": (
        f"CREATE TRIGGER resource_no_overlap_insert BEFORE INSERT ON resource_use BEGIN {_ROOM_CLASH} END",
        f"CREATE TRIGGER resource_no_overlap_update BEFORE UPDATE ON resource_use BEGIN {_ROOM_CLASH} END",
        "CREATE TRIGGER appointment_begins BEFORE INSERT ON appointment "
        f"WHEN NEW.status NOT IN ({_BEGIN}) AND NEW.origin <> 'import' "
        "BEGIN SELECT RAISE(ABORT, 'appointment_transition'); END",
        "CREATE TRIGGER appointment_transition BEFORE UPDATE OF status ON appointment "
        f"WHEN OLD.status <> NEW.status AND NOT ({_ALLOWED}) "
        "BEGIN SELECT RAISE(ABORT, 'appointment_transition'); END",
        "CREATE TRIGGER appointment_cancel_kind BEFORE UPDATE OF status, cancel_kind ON appointment "
        f"WHEN {_PAIRED} OR NEW.cancel_kind NOT IN ({_KINDS}) "
        "BEGIN SELECT RAISE(ABORT, 'appointment_cancel_kind'); END",
    ),
    "postgresql": (
        "ALTER TABLE resource_use ADD CONSTRAINT resource_no_overlap EXCLUDE USING gist ("
        "practice_id WITH =, resource_id WITH =, int4range(starts, ends) WITH &&, session_key WITH <>) "
        "WHERE (hold_id IS NULL)",
        "CREATE FUNCTION appointment_keeps_its_course() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN IF NEW.status NOT IN ({_BEGIN}) AND NEW.origin <> 'import' THEN "
        "RAISE EXCEPTION 'appointment_transition'; END IF; RETURN NEW; END IF; "
        f"IF OLD.status <> NEW.status AND NOT ({_ALLOWED}) THEN RAISE EXCEPTION 'appointment_transition'; END IF; "
        f"IF {_PAIRED} OR NEW.cancel_kind NOT IN ({_KINDS}) THEN RAISE EXCEPTION 'appointment_cancel_kind'; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER appointment_transition BEFORE INSERT OR UPDATE ON appointment "
        "FOR EACH ROW EXECUTE FUNCTION appointment_keeps_its_course()",
    ),
}

# what somebody was shown and accepted is a proof: it stands as it was written with the appointment
_CONSENT = ("policy_texts", "policy_sentence", "accepted")
_OTHER = " OR ".join(f"OLD.{column} IS {{0}} NEW.{column}" for column in _CONSENT)
PROOF = {
    "sqlite": (
        f"CREATE TRIGGER appointment_consent_stands BEFORE UPDATE OF {', '.join(_CONSENT)} ON appointment "
        f"WHEN {_OTHER.format('NOT')} BEGIN SELECT RAISE(ABORT, 'appointment_consent_stands'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION appointment_consent_stands() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'appointment_consent_stands'; END $$",
        f"CREATE TRIGGER appointment_consent_stands BEFORE UPDATE OF {', '.join(_CONSENT)} ON appointment "
        f"FOR EACH ROW WHEN ({_OTHER.format('DISTINCT FROM')}) EXECUTE FUNCTION appointment_consent_stands()",
    ),
}
WALL_NAMES = ("appointment_no_overlap", "appointment_seat", "resource_no_overlap")
