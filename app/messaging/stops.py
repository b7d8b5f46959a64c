"""The link «no more reminders» in a mail: signed, so that nothing need be stored before somebody presses it."""

from functools import lru_cache
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from app.kernel.errors import NotFound
from app.web.outside import config


@lru_cache(maxsize=4)
def _signing_with(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="no more reminders")


def token(appointment_id: UUID) -> str:
    """Of the address an appointment was made with."""
    return str(_signing_with(config().secret_key).dumps(appointment_id.hex))


def of_token(text: str) -> UUID:
    try:
        return UUID(_signing_with(config().secret_key).loads(text))
    except (BadSignature, ValueError, TypeError, AttributeError) as broken:
        raise NotFound from broken


def masked(address: str) -> str:
    """Enough to know one's own by, and no more: mails are passed on."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"
