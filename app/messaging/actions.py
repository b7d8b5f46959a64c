"""Read, unread, deleted and back; no more reminders for an address; an address for a calendar program, and its end."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from app.booking.models import Appointment
from app.kernel import audit
from app.kernel.db import EPOCH, write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed
from app.kernel.tenancy import account_context, current_practice_id, practice_context
from app.messaging.models import CalendarFeed, Communication, ReminderRefusal
from app.messaging.queries import Message


def mark_read(shown: Message, *, now: datetime) -> None:
    """The first opening counts; of a thread, everything the practice wrote in it."""
    with practice_context(shown.practice), write_tx():
        whole = (
            (Communication.thread == shown.row.thread_id)
            if shown.is_written
            else (Communication.id == shown.row.id)
        )
        news = (Communication.sender == "practice") & Communication.read_at.is_null()
        Communication.update(read_at=now).where(whole, news).execute()


def mark_unread(shown: Message) -> None:
    mark([shown], read=False, now=EPOCH)


def mark(chosen: Sequence[Message], *, read: bool, now: datetime) -> None:
    """What one wrote oneself is neither read nor unread."""
    for practice, ids in _by_practice(chosen).items():
        with practice_context(practice), write_tx():
            mine = Communication.id.in_(ids) & (Communication.sender == "practice")
            changes = Communication.read_at.is_null() if read else Communication.read_at.is_null(False)
            Communication.update(read_at=now if read else None).where(mine, changes).execute()


def hide(chosen: Sequence[Message], *, now: datetime) -> None:
    """Deleted on the patient's side alone; until `restore`, with the same instant, brings them back."""
    for practice, ids in _by_practice(chosen).items():
        with practice_context(practice), write_tx():
            Communication.update(hidden_at=now).where(
                Communication.id.in_(ids), Communication.hidden_at.is_null()
            ).execute()


def restore(files: Iterable[tuple[UUID, UUID]], hidden_at: datetime) -> int:
    """What was deleted from these files at that instant; how many came back."""
    found = 0
    for practice_id, patient_id in files:
        with practice_context(practice_id), write_tx():
            mine = (Communication.patient == patient_id) & (Communication.hidden_at == hidden_at)
            found += Communication.update(hidden_at=None).where(mine).execute()
    return found


def _by_practice(chosen: Sequence[Message]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for one in chosen:
        found.setdefault(one.practice.id, []).append(one.row.id)
    return found


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
