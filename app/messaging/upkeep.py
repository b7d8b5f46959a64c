"""What time makes due: reminders of visits, and the list of every week. Run as often as one likes: each leaves once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.models import Appointment
from app.directory.models import Location
from app.identity.details import wants
from app.kernel import outbox
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import across_practices, practice_context
from app.messaging import due, plans, readers, telling
from app.patients.models import Connection
from app.web.outside import services

MARGIN = 2 * due.DAY  # a reminder that would ring at night rings the evening before; days may have 25 hours


def post_reminders() -> int:
    """Of every practice; how many were posted."""
    now, posted = services().clock.now(), 0
    # read to the end: SQLite refuses to write beside a reader whose picture has become old
    for practice in list(Practice.select().where(Practice.status == "open")):
        with practice_context(practice):
            posted += remind(now=now)
    return posted


def remind(*, now: datetime) -> int:
    """Of the open practice. The key in the outbox is what makes each leave once, also with two workers."""
    plan = plans.current()
    wanted = dict(_due(plan.mail, "mail", plan.since, now))
    if services().sms.offered:
        wanted |= dict(_due(plan.sms, "sms", plan.since, now))
    known = outbox.posted(wanted)
    return sum(_post(key, *wanted[key], now=now) for key in wanted if key not in known)


def _due(
    leads: tuple[int, ...], way: str, since: datetime, now: datetime
) -> Iterator[tuple[str, tuple[str, Any, int]]]:
    """key -> (way, appointment, lead) of what is due and not over."""
    if not leads:
        return
    minutes = to_minutes(now)
    coming = (
        Appointment.select(Appointment, Location)
        .join(Location)
        .where(
            Appointment.status == "booked",
            Appointment.starts > minutes,
            Appointment.starts <= minutes + max(leads) + MARGIN,
        )
    )
    for row in coming:
        lead = due.lead_due(
            row.starts,
            leads,
            zone_name=row.location.timezone,
            heard=to_minutes(row.created_at),
            since=to_minutes(since),
            now=minutes,
            quiet_at_night=way == "sms",
        )
        if lead is not None:
            yield f"reminder:{way}:{lead}:{row.id.hex}:{row.starts}", (way, row, lead)


def _post(key: str, way: str, appointment: Appointment, lead: int, *, now: datetime) -> int:
    payload = {"appointment": appointment.id.hex, "start": appointment.starts, "lead": lead}
    with write_tx():
        if not outbox.post_once(f"reminder-{way}", payload, key=key, now=now):
            return 0  # another worker was quicker
        if way == "mail":
            telling.reminded(appointment, now=now)
    return 1


def sms_reminders(payload: dict[str, Any]) -> None:
    """The worker's part of a reminder by SMS: one message for each account that wants it."""
    now = services().clock.now()
    appointment = Appointment.get_or_none(Appointment.id == UUID(payload["appointment"]))
    if appointment is None or appointment.starts != payload["start"]:
        return
    for account_id in readers.by_telephone(appointment.patient_id, "reminders", now=now):
        key = f"sms:{payload['lead']}:{appointment.id.hex}:{appointment.starts}:{account_id.hex}"
        with write_tx():
            outbox.post_once("reminder-text", {**payload, "account": account_id.hex}, key=key, now=now)


# ---- the list of the week ---------------------------------------------------------------------------------------


def post_lists() -> int:
    """From Sunday afternoon on, once an account and week; how many were posted."""
    now = services().clock.now()
    sunday = due.list_due(now)
    if sunday is None:
        return 0
    wanted = {f"list:{sunday.date()}:{account.hex}": account for account in _with_visits(sunday, now)}
    known, posted = outbox.posted(wanted), 0
    for key, account_id in wanted.items():
        if key not in known and wants(account_id, "lists"):
            with write_tx():
                posted += outbox.post_once("coming-list", {"account": account_id.hex}, key=key, now=now)
    return posted


def _with_visits(sunday: datetime, now: datetime) -> set[UUID]:
    """Accounts that on that Sunday had something to come in the next weeks."""
    minutes = to_minutes(now)
    with across_practices(reason="whom a list of the week is for"):
        query = (
            Connection.select(Connection.account)
            .join(
                Appointment,
                on=(Appointment.practice == Connection.practice)
                & (Appointment.patient == Connection.patient),
            )
            .join_from(Connection, Account)
            .where(
                Connection.left_at.is_null(),
                Account.created_at < sunday,
                Appointment.status == "booked",
                Appointment.created_at < sunday,
                Appointment.starts > minutes,
                Appointment.starts <= minutes + due.LIST_DAYS * due.DAY,
            )
            .distinct()
            .tuples()
        )
        return {account for (account,) in query}
