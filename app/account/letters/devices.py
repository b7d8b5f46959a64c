"""The mail that says a service no longer lets us read, and where to connect it again; no value of anybody."""

from typing import Any
from uuid import UUID

from app.account.letters import account_of, compose, here, url
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ports import Letter
from app.kernel.tenancy import account_context
from app.record.wearables.models import WearableConnection


def lost(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None once it was connected again, or let go."""
    account = account_of(payload)
    with account_context(account):
        found = WearableConnection.get_or_none(WearableConnection.id == UUID(payload["connection"]))
    if found is None or found.state != "broken":
        return None
    return compose(
        account,
        "device_lost",
        subject=_l("A connected device has to be connected again"),
        message_id=message_id,
        devices_url=url("/me/health/devices", here()),
    )
