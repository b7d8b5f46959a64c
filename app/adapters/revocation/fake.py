"""Nobody's certificate is revoked, unless a test says so."""

from datetime import datetime

from cryptography.x509 import Certificate

from app.kernel.errors import Unavailable


class FakeRevocation:
    """`revoked` holds serial numbers of certificates; `is_down`: nobody can say."""

    def __init__(self) -> None:
        self.revoked: set[int] = set()
        self.is_down = False

    def is_revoked(self, certificate: Certificate, issuer: Certificate, *, now: datetime) -> bool:
        if self.is_down:
            raise Unavailable("revocation", retry=True)
        return certificate.serial_number in self.revoked
