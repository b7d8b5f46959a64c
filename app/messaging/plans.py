"""When the open practice reminds its patients, and by which way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel import audit
from app.kernel.db import EPOCH, write_tx
from app.kernel.edits import Edited
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.tenancy import current_practice_id
from app.messaging import due
from app.messaging.models import ReminderPlan


class PlanChanged(Edited):
    """Somebody else saved meanwhile."""

    message = _l(
        "Somebody else changed the reminders meanwhile. They are shown as they are now: please look again."
    )


@dataclass(frozen=True)
class Plan:
    """Leads in minutes before the visit, of due.LEADS. `version` 0: nobody at the practice has chosen yet."""

    mail: tuple[int, ...] = (due.DAY,)
    sms: tuple[int, ...] = ()
    sms_changes: bool = False
    since: datetime = EPOCH
    version: int = 0


USUAL = Plan()  # a mail the day before, at the hour of the visit


def current() -> Plan:
    row = ReminderPlan.get_or_none()
    if row is None:
        return USUAL
    return Plan(_known(row.mail_leads), _known(row.sms_leads), row.sms_changes, row.since, row.version)


def _known(leads: Sequence[int]) -> tuple[int, ...]:
    return tuple(lead for lead in due.LEADS if lead in leads)


def save(chosen: Plan, *, by: str, now: datetime) -> Plan:
    """Raises PlanChanged when `chosen` was made from another version. A new lead counts from now on."""
    with write_tx():
        before = current()
        if before.version != chosen.version:
            raise PlanChanged
        added = set(chosen.mail) - set(before.mail) or set(chosen.sms) - set(before.sms)
        values = {
            "mail_leads": list(_known(chosen.mail)),
            "sms_leads": list(_known(chosen.sms)),
            "sms_changes": chosen.sms_changes,
            "since": now if added else before.since,
        }
        if not (_next(values, chosen.version) if chosen.version else _first(values)):
            raise PlanChanged
        audit.record(
            by=by,
            verb="reminders.change",
            target=audit.of_id("practice", current_practice_id()),
            at=now,
            detail={name: value for name, value in values.items() if name != "since"},
        )
        return current()


def _first(values: dict[str, Any]) -> bool:
    mine = uuid7()
    ReminderPlan.insert(id=mine, **values).on_conflict(action="IGNORE").execute()
    return bool(ReminderPlan.get().id == mine)


def _next(values: dict[str, Any], seen: int) -> bool:
    query = ReminderPlan.update(**values, version=seen + 1).where(ReminderPlan.version == seen)
    return bool(query.execute())
