"""How many wrong second factors a person's day may hold; counted before a code is looked at, given back when right."""

from datetime import datetime
from uuid import UUID

from app.identity.models import WrongCodes
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.db import write_tx
from app.kernel.tenancy import account_context

A_DAY = 10


def charge(account_id: UUID, *, now: datetime) -> bool:
    """Take one try of today; False when none is left. The row stays locked until the caller's transaction ends."""
    day = clock.today(now, HOME)
    with account_context(account_id), write_tx():
        WrongCodes.insert(day=day).on_conflict(action="IGNORE").execute()
        left = (WrongCodes.day == day) & (WrongCodes.tries < A_DAY)
        return bool(WrongCodes.update(tries=WrongCodes.tries + 1).where(left).execute())


def refund(account_id: UUID, *, now: datetime) -> None:
    taken = (WrongCodes.day == clock.today(now, HOME)) & (WrongCodes.tries > 0)
    with account_context(account_id), write_tx():
        WrongCodes.update(tries=WrongCodes.tries - 1).where(taken).execute()


def are_used_up(account_id: UUID, *, now: datetime) -> bool:
    with account_context(account_id):
        spent = (WrongCodes.day == clock.today(now, HOME)) & (WrongCodes.tries >= A_DAY)
        return bool(WrongCodes.select().where(spent).exists())
