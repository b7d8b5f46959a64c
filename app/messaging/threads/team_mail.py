"""The mail that tells a member of the team that something new waits: how often, for whom, and when it leaves."""

from datetime import date, datetime
from uuid import UUID

from app.directory.models import PractitionerMember
from app.kernel import audit, clock, outbox
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.messaging.models import Communication, ConfidentialThread, StaffNotice, Thread
from app.messaging.rhythms import USUAL, due_at
from app.messaging.threads import confidential
from app.staff.models import Member

HEARS_OF_ALL = frozenset({"owner", "receptionist"})  # of what nobody looks after yet


def rhythm_of(member: Member) -> str:
    """none, hourly or daily: their choice, or what most do."""
    row = StaffNotice.get_or_none(StaffNotice.member == member.id)
    return str(row.rhythm) if row is not None and row.rhythm else USUAL


def choose(member: Member, rhythm: str, *, now: datetime) -> None:
    """A mail that is on its way by the old choice stays here."""
    with write_tx():
        by = audit.of_id("account", member.account_id)
        target = audit.of_id("member", member.id)
        audit.record(by=by, verb="team-mail.choose", target=target, at=now, detail={"rhythm": rhythm})
        row = _row(member.id)
        if row.last_at is not None and row.last_at > now:
            outbox.drop(_key(member.id, row.last_at))
            row.last_at = None
        StaffNotice.update(rhythm=rhythm, last_at=row.last_at).where(StaffNotice.id == row.id).execute()


def tell(thread: Thread, *, zone: str, now: datetime) -> None:
    """In the transaction of what a patient wrote, after its trace: the journal's end is locked, so that two messages
    at once make one mail."""
    today = clock.today(now, zone)
    for member in _concerned(thread, today):
        row = _row(member.id)
        due = due_at(row.rhythm or USUAL, last_at=row.last_at, now=now, zone_name=zone)
        if due is None:
            continue
        StaffNotice.update(last_at=due).where(StaffNotice.id == row.id).execute()
        outbox.post_once(
            "team-mail", {"member": member.id.hex}, key=_key(member.id, due), now=now, due_at=due
        )


def _concerned(thread: Thread, today: date) -> list[Member]:
    """Of a confidential thread its reader alone; else who looks after it, whom it is addressed to, or everybody of
    HEARS_OF_ALL while nobody does."""
    found = [
        one
        for one in Member.select(Member, Account).join(Account)
        if one.is_active(today) and one.may(confidential.PERMISSION)
    ]
    closed = ConfidentialThread.get_or_none(ConfidentialThread.thread == thread.id)
    if closed is not None:
        selves = _selves(closed.practitioner_id)
        return [one for one in found if one.id in selves]
    if any(one.id == thread.member_id for one in found):
        return [one for one in found if one.id == thread.member_id]
    selves = _selves(thread.practitioner_id) if thread.practitioner_id else set()
    return [one for one in found if one.id in selves or not HEARS_OF_ALL.isdisjoint(one.roles)]


def _selves(practitioner_id: UUID) -> set[UUID]:
    mine = PractitionerMember.practitioner == practitioner_id
    return {one.member_id for one in PractitionerMember.select().where(mine)}


def still_waits(member: Member) -> bool:
    """Whether something a patient wrote, and nobody has opened, waits for this member when the mail leaves."""
    selves = PractitionerMember.select(PractitionerMember.practitioner).where(
        PractitionerMember.member == member.id
    )
    theirs = (Thread.member == member.id) | (Thread.member.is_null() & Thread.practitioner.in_(selves))
    if not HEARS_OF_ALL.isdisjoint(member.roles):
        theirs |= Thread.member.is_null()
    news = (Communication.sender == "patient") & Communication.read_at.is_null()
    query = Communication.select(Communication.id).join(Thread)
    visible = confidential.is_open_to(member.id) & (theirs | Thread.id.in_(confidential.mine(member.id)))
    return bool(query.where(news, Thread.state == "open", visible).exists())


def _row(member_id: UUID) -> StaffNotice:
    StaffNotice.insert(id=uuid7(), member=member_id).on_conflict(action="IGNORE").execute()
    return StaffNotice.get(StaffNotice.member == member_id)


def _key(member_id: UUID, due: datetime) -> str:
    return f"team-mail:{member_id.hex}:{int(due.timestamp() * 1000)}"
