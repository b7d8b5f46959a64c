"""Links in mails: 128 bits of which only a hash is kept, for one action on one version of one appointment."""

from datetime import datetime

from app.booking.models import ActionLink, Appointment
from app.booking.refusals import AlreadyDone, LinkIsOld
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.sealing import Sealer, hashed


def make(appointment: Appointment, action: str, *, sealer: Sealer, expires: int | None = None) -> str:
    """The token of a mail; it ends when the appointment begins, or at `expires` (UTC minutes).

    The same mail composed again carries the same one, so a retry leaves no second link.
    """
    token = sealer.link_token(appointment.id.hex, action, str(appointment.version))
    with write_tx():
        ActionLink.insert(
            token_hash=hashed(token),
            appointment=appointment.id,
            action=action,
            appointment_version=appointment.version,
            expires=appointment.starts if expires is None else expires,
        ).on_conflict(action="IGNORE").execute()
    return token


def read(token: str, *, now: datetime) -> ActionLink:
    """The link behind a token: NotFound when there is none here, LinkIsOld when its appointment moved or began.

    One that was used, or whose appointment is cancelled, is answered: its page says that nothing is left to do.
    """
    link = ActionLink.get_or_none(token_hash=hashed(token[:100]))
    if link is None:
        raise NotFound
    current = Appointment.get_by_id(link.appointment_id)
    if link.used_at is not None or (current.status == "cancelled" and link.action != "choose"):
        return link
    if current.version != link.appointment_version or to_minutes(now) >= link.expires:
        raise LinkIsOld
    return link


def use(link: ActionLink, *, now: datetime) -> None:
    """Once: of two at the same time the second finds it done. Inside the transaction of what it does."""
    with write_tx():
        unused = (ActionLink.id == link.id) & ActionLink.used_at.is_null()
        if not ActionLink.update(used_at=now).where(unused).execute():
            raise AlreadyDone
