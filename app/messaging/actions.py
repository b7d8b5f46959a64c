"""Read, unread again; no more reminders for an address; an address for a calendar program, and its end."""

import secrets
from datetime import datetime
from uuid import UUID

from app.booking.models import Appointment
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed
from app.kernel.tenancy import account_context, current_practice_id, practice_context
from app.messaging.models import CalendarFeed, Communication, ReminderRefusal
from app.messaging.queries import Message


def mark_read(shown: Message, *, now: datetime) -> None:
    """The first opening counts."""
    if shown.unread:
        _mark(shown, now)


def mark_unread(shown: Message) -> None:
    _mark(shown, None)


def _mark(shown: Message, at: datetime | None) -> None:
    with practice_context(shown.practice), write_tx():
        Communication.update(read_at=at).where(Communication.id == shown.row.id).execute()


# ---- an address that wants no reminders -------------------------------------------------------------------------


def _index(address: str, sealer: Sealer) -> str:
    return sealer.blind_index(current_practice_id(), "reminder", address.strip().casefold())


def refuses(address: str, *, sealer: Sealer) -> bool:
    """Whether this address asked the open practice for no more reminders."""
    mine = ReminderRefusal.address_index == _index(address, sealer)
    return ReminderRefusal.select().where(mine).exists()


def want_reminders(appointment: Appointment, *, wanted: bool, sealer: Sealer, now: datetime) -> None:
    """For the address the appointment was made with, at this practice; done twice it is done once."""
    index = _index(appointment.contact_email or "", sealer)
    with write_tx():
        if wanted:
            ReminderRefusal.delete().where(ReminderRefusal.address_index == index).execute()
        else:
            ReminderRefusal.insert(address_index=index, at=now).on_conflict(action="IGNORE").execute()
        verb = "reminders.resume" if wanted else "reminders.stop"
        audit.record(by="guest", verb=verb, target=audit.of_id("appointment", appointment.id), at=now)


# ---- the calendar feed ------------------------------------------------------------------------------------------


def make_feed(account: Account, *, language: str, now: datetime) -> str:
    """The token of its address, told once. One an account: an address made before stops working."""
    token = secrets.token_urlsafe(16)  # 128 bits
    with account_context(account), write_tx():
        Account.update(version=Account.version).where(
            Account.id == account.id
        ).execute()  # two clicks queue here
        CalendarFeed.delete().execute()
        CalendarFeed.create(token_hash=hashed(token), language=language, created_at=now)
        audit.record_account(account.id, verb="feed.make", at=now)
    return token


def revoke_feed(account: Account, *, now: datetime) -> None:
    with account_context(account), write_tx():
        if CalendarFeed.delete().execute():
            audit.record_account(account.id, verb="feed.revoke", at=now)


def fetched(account_id: UUID, *, now: datetime) -> None:
    """When a program last came: told to the person, to the day."""
    with account_context(account_id), write_tx():
        CalendarFeed.update(fetched_at=now).execute()
