"""When each room and device is taken: kept by the database of what the appointments say, as it keeps any other index.

An appointment names the units its session has (`appointment.units`); `resource_use` holds their time, one row for each
unit and session while anybody of it is left, and the version of their pools rises with it. What a hold keeps is written
by the code. Frozen in the migrations (docs/adr/0038); tests/integration/booking/test_units.py compares.
"""

from dataclasses import dataclass

from app.booking.models import OCCUPYING

_LIVE = ", ".join(f"'{status}'" for status in OCCUPYING)
_WATCHED = (
    "schedule_id", "service_id", "starts", "ends", "buffer_before", "buffer_after", "session_key", "capacity", "units",
)  # fmt: skip
_COLUMNS = "id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires"


def _changed(differs: str) -> str:
    """Whether an update is about the time of a unit: arriving, say, changes nothing of it."""
    was, now = (
        f"({', '.join([f'{row}.{name}' for name in _WATCHED] + [f'{row}.status IN ({_LIVE})'])})"
        for row in ("OLD", "NEW")
    )
    return f"(OLD.units IS NOT NULL OR NEW.units IS NOT NULL) AND {was} {differs} {now}"


@dataclass(frozen=True)
class _Dialect:
    key: str  # a new one
    plain: str  # an id as slots.group_key writes it
    units: str  # the ids a column names
    older: str  # by the index of sessions, and not through everything older

    def named(self, row: str) -> str:
        return self.units.format(f"{row}.units")

    def uses(self, row: str) -> str:
        """The rows of an appointment, ready for its units."""
        group = (
            f"{self.plain.format(f'{row}.service_id')} || '@' || {self.plain.format(f'{row}.schedule_id')}"
        )
        return f"""
    INSERT INTO resource_use ({_COLUMNS})
    SELECT {self.key}, {row}.practice_id, unit.id, NULL, {row}.session_key,
        CASE WHEN {row}.capacity > 1 THEN {group} END,
        {row}.starts - {row}.buffer_before, {row}.ends + {row}.buffer_after, {row}.starts, NULL
    FROM resource AS unit"""

    def first(self) -> str:
        """Of a new appointment, unless it joins a group that is in its room already."""
        return f"""{self.uses("NEW")}
    WHERE unit.practice_id = NEW.practice_id AND unit.id IN ({self.named("NEW")}) AND NEW.status IN ({_LIVE})
        AND NOT EXISTS (SELECT 1 FROM resource_use AS there WHERE there.practice_id = NEW.practice_id
            AND there.session_key = NEW.session_key AND there.hold_id IS NULL);
    """

    def anew(self, row: str, unless: str = "") -> str:
        """Of the session of a row: its first appointment that is not over says what it has, the others the same."""
        return f"""{self.uses("one")} JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN ({self.named("one")})
    WHERE one.practice_id = {row}.practice_id AND one.session_key = {row}.session_key{unless}
        AND one.units IS NOT NULL AND one.status IN ({_LIVE}) AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ({_LIVE})
            AND {self.older});
    """


_LITE = _Dialect(
    key="lower(hex(randomblob(16)))",
    plain="{}",
    units="SELECT value FROM json_each({})",
    older="+other.id < one.id",
)
_POST = _Dialect(
    key="gen_random_uuid()",
    plain="replace({}::text, '-', '')",
    units="SELECT jsonb_array_elements_text({}::jsonb)::uuid",
    older="other.id < one.id",
)


def _given_back(row: str) -> str:
    return f"""
    DELETE FROM resource_use
    WHERE practice_id = {row}.practice_id AND session_key = {row}.session_key AND hold_id IS NULL;
    """


def _rise(row: str) -> str:
    units = (
        f"SELECT pool_id FROM resource WHERE practice_id = {row}.practice_id AND id IN ({_LITE.named(row)})"
    )
    return f"""
    UPDATE resource_pool SET availability_version = availability_version + 1
    WHERE practice_id = {row}.practice_id AND id IN ({units});
    """


def _changes(dialect: _Dialect) -> str:
    other = " AND NEW.session_key <> OLD.session_key"
    return _given_back("OLD") + _given_back("NEW") + dialect.anew("OLD") + dialect.anew("NEW", other)


def _function() -> str:
    """Pools are locked in one order, as `place.lock_all` does."""
    both = f"{_POST.named('OLD')} UNION {_POST.named('NEW')}"
    return f"""
    DECLARE here uuid := COALESCE(NEW.practice_id, OLD.practice_id); touched uuid[] := ARRAY({both});
    BEGIN
    UPDATE resource_pool SET availability_version = availability_version + 1 FROM (
        SELECT id FROM resource_pool WHERE practice_id = here AND id IN (
            SELECT pool_id FROM resource WHERE practice_id = here AND id = ANY(touched)) ORDER BY id FOR UPDATE
    ) AS locked WHERE resource_pool.id = locked.id;
    IF TG_OP = 'INSERT' THEN {_POST.first()}
    ELSIF TG_OP = 'DELETE' THEN {_given_back("OLD")} {_POST.anew("OLD")}
    ELSE {_changes(_POST)} END IF;
    RETURN NULL; END
    """


_OF = f"UPDATE OF status, {', '.join(_WATCHED)}"
_EACH = "FOR EACH ROW"
_RUN = "EXECUTE FUNCTION appointment_takes_units()"

ROOM_INDEX = {
    "sqlite": (
        "CREATE TRIGGER appointment_units_taken AFTER INSERT ON appointment WHEN NEW.units IS NOT NULL "
        f"BEGIN {_rise('NEW')} {_LITE.first()} END",
        f"CREATE TRIGGER appointment_units_changed AFTER {_OF} ON appointment WHEN {_changed('IS NOT')} "
        f"BEGIN {_rise('OLD')} {_rise('NEW')} {_changes(_LITE)} END",
        "CREATE TRIGGER appointment_units_left AFTER DELETE ON appointment WHEN OLD.units IS NOT NULL "
        f"BEGIN {_rise('OLD')} {_given_back('OLD')} {_LITE.anew('OLD')} END",
    ),
    "postgresql": (
        f"CREATE FUNCTION appointment_takes_units() RETURNS trigger LANGUAGE plpgsql AS $$ {_function()} $$",
        f"CREATE TRIGGER appointment_units_taken AFTER INSERT ON appointment {_EACH} "
        f"WHEN (NEW.units IS NOT NULL) {_RUN}",
        f"CREATE TRIGGER appointment_units_changed AFTER {_OF} ON appointment {_EACH} "
        f"WHEN ({_changed('IS DISTINCT FROM')}) {_RUN}",
        f"CREATE TRIGGER appointment_units_left AFTER DELETE ON appointment {_EACH} "
        f"WHEN (OLD.units IS NOT NULL) {_RUN}",
    ),
}
