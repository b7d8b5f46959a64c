"""Who did what to what, and why: append-only, written in the same transaction as the change."""

from datetime import datetime
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel.cabinets import TenantModel
from app.kernel.db import InstantField, JSONText, database
from app.kernel.ids import hexed, uuid7
from app.kernel.tenancy import current_practice_id


class AuditEvent(TenantModel):
    """No foreign keys, so that erasing a person keeps the trace; no health content, ids only."""

    at = InstantField()
    actor = pw.CharField(80)  # "account:<id>", "guest", "worker", "operator"
    verb = pw.CharField(40)  # "appointment.book", "day.read"
    target = pw.CharField(80)  # "appointment:<id>"
    detail = JSONText(default=dict)

    class Meta:
        table_name = "audit_event"
        indexes = ((("practice", "at"), False),)


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END",
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$",
        "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only()",
    ),
}


def record(*, by: str, verb: str, target: str, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """One line in the journal of the open practice."""
    # constant SQL: every booking writes one
    marks = ", ".join([database.param] * 7)
    database.execute_sql(
        f'INSERT INTO "audit_event" ("id", "practice_id", "at", "actor", "verb", "target", "detail") VALUES ({marks})',
        (
            uuid7().hex,
            hexed(current_practice_id()),
            AuditEvent.at.db_value(at),
            by,
            verb,
            target,
            AuditEvent.detail.db_value(detail or {}),
        ),
    )


def of_id(kind: str, identifier: UUID) -> str:
    return f"{kind}:{identifier}"
