"""Links in mails: 128 bits of which only a hash is kept, for one action on one version of one appointment."""

from datetime import datetime

from app.booking.models import ActionLink, Appointment
from app.booking.refusals import LinkIsOld
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.sealing import Sealer, hashed


def make(appointment: Appointment, action: str, *, sealer: Sealer, expires: int | None = None) -> str:
    """The token of a mail. The same mail composed again carries the same one, so a retry leaves no second link.

    `expires` is in minutes since 1970; an appointment that begins ends every link to it.
    """
    token = sealer.link_token(appointment.id.hex, action, str(appointment.version))
    with write_tx():
        ActionLink.insert(
            token_hash=hashed(token),
            appointment=appointment.id,
            action=action,
            appointment_version=appointment.version,
            expires=min(expires or appointment.starts, appointment.starts),
        ).on_conflict(action="IGNORE").execute()
    return token


def read(token: str, *, now: datetime) -> ActionLink:
    """The link behind a token: NotFound when there is none here, LinkIsOld when its appointment moved or began."""
    link = ActionLink.get_or_none(token_hash=hashed(token[:100]))
    if link is None:
        raise NotFound
    current = Appointment.get_by_id(link.appointment_id)
    if current.status == "cancelled":
        return link  # by this link or otherwise: what it was for is done, and its page says so
    if current.version != link.appointment_version or to_minutes(now) >= link.expires:
        raise LinkIsOld
    return link


def use(link: ActionLink, *, now: datetime) -> None:
    with write_tx():
        ActionLink.update(used_at=now).where(ActionLink.id == link.id, ActionLink.used_at.is_null()).execute()
