"""The rules, rooms and life of appointments."""

from app.booking.models import ActionLink, BookingPolicy
from app.booking.room_index import ROOM_INDEX
from app.booking.walls import LIFE, PROOF
from app.schema import BOOKING
from tools.freeze import Step

# Rebuilt, for SQLite cannot change a check: links live for weeks, the matrix grows keys and fields.
_REBUILT = ("action_link", "booking_policy")
_ASIDE = tuple(
    statement
    for table in _REBUILT
    for statement in (f'CREATE TABLE "{table}_before" AS SELECT * FROM "{table}"', f'DROP TABLE "{table}"')
)
_LINK = '"id", "practice_id", "token_hash", "appointment_id", "action", "appointment_version", "expires", "used_at"'
_POLICY = (
    '"id", "practice_id", "service_id", "min_notice_minutes", "horizon_days", "cancellation_notice_minutes", '
    '"late_fee_cents", "conditions_required"'
)
_BACK = tuple(
    statement
    for table, columns in (("action_link", _LINK), ("booking_policy", _POLICY))
    for statement in (
        f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{table}_before"',
        f'DROP TABLE "{table}_before"',
    )
)


# what was accepted stands on the appointment: there was one of each
_CONSENT = (("policy_texts", "texts"), ("policy_sentence", "sentence"), ("accepted", "accepted"))


def _from_consent(column: str, before: str) -> str:
    mine = '"practice_id" = "appointment"."practice_id" AND "consent"."appointment_id" = "appointment"."id"'
    first = f'SELECT "{before}" FROM "consent" WHERE "consent".{mine} ORDER BY "at" LIMIT 1'
    return f'UPDATE "appointment" SET "{column}" = ({first})'


def _columns(uuid: str, boolean: str) -> tuple[str, ...]:
    """New columns of tables that stay; what was cancelled before anybody wrote how was cancelled by its patient."""
    return (
        """ALTER TABLE "hold" ADD COLUMN "kind" VARCHAR(6) NOT NULL DEFAULT 'typing' """
        """CHECK (kind IN ('typing', 'offer', 'freed'))""",
        """ALTER TABLE "healthcare_service" ADD COLUMN "needs" TEXT NOT NULL DEFAULT '[]'""",
        'ALTER TABLE "appointment" ADD COLUMN "move_until" INTEGER',
        'ALTER TABLE "appointment" ADD COLUMN "level" SMALLINT',
        'ALTER TABLE "appointment" ADD COLUMN "note" VARCHAR(1000)',
        'ALTER TABLE "appointment" ADD COLUMN "answer_by" INTEGER',
        f'ALTER TABLE "appointment" ADD COLUMN "series_id" {uuid}',
        'ALTER TABLE "appointment" ADD COLUMN "units" TEXT',
        'ALTER TABLE "appointment" ADD COLUMN "policy_texts" TEXT',
        'ALTER TABLE "appointment" ADD COLUMN "policy_sentence" VARCHAR(500)',
        f'ALTER TABLE "appointment" ADD COLUMN "accepted" {boolean}',
        *(_from_consent(*names) for names in _CONSENT),
        'DROP TABLE "consent"',
        """ALTER TABLE "appointment" ADD COLUMN "fit" VARCHAR(9) NOT NULL DEFAULT 'supported' """
        """CHECK (fit IN ('supported', 'orphaned'))""",
        'ALTER TABLE "appointment" ADD COLUMN "cancel_kind" VARCHAR(8)',
        'ALTER TABLE "appointment" ADD COLUMN "cancel_reason" VARCHAR(500)',
        """UPDATE "appointment" SET "cancel_kind" = 'patient' WHERE "status" = 'cancelled'""",
        'UPDATE "appointment" SET "move_until" = "cancel_until"',
        'CREATE INDEX "appointment_practice_id_series_id" ON "appointment" ("practice_id", "series_id")',
    )


STEP = Step(
    name="0003_booking",
    tables=(BookingPolicy, ActionLink, *BOOKING),
    before={
        "sqlite": (*_ASIDE, *_columns("TEXT", "INTEGER")),
        "postgresql": (*_ASIDE, *_columns("UUID", "BOOLEAN")),
    },
    after={engine: (*_BACK, *LIFE[engine], *ROOM_INDEX[engine], *PROOF[engine]) for engine in LIFE},
)
