"""What the card needs from outside: whether a certificate was revoked."""

from datetime import datetime
from typing import Protocol

from cryptography.x509 import Certificate


class Revocation(Protocol):
    def is_revoked(self, certificate: Certificate, issuer: Certificate, *, now: datetime) -> bool:
        """Asked only of certificates whose chain was verified. Raises Unavailable when nobody can say."""
