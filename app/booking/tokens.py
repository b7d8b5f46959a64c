"""Signed ids in addresses: unguessable, of one kind each, and meaningless to another server."""

from functools import lru_cache
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from app.kernel.errors import NotFound
from app.web.outside import config


@lru_cache(maxsize=16)
def _signing(secret: str, kind: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=kind)


def token(kind: str, identifier: UUID) -> str:
    return str(_signing(config().secret_key, kind).dumps(identifier.hex))


def of_token(kind: str, text: str) -> UUID:
    """NotFound for what was not made here, or for another kind."""
    try:
        return UUID(_signing(config().secret_key, kind).loads(text))
    except (BadSignature, ValueError, TypeError, AttributeError) as broken:
        raise NotFound from broken
