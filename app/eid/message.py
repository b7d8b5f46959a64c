"""What the card must have signed, rebuilt from what the portal knows: its origin, its nonce, this very pairing."""

import hashlib
from collections.abc import Iterable

LABELS = {
    "authentication": b"patient-portal eID auth v1",
    "presence": b"patient-portal eID presence v1",
}


def message(proof: str, *, origin: str, nonce: bytes, bind: bytes) -> bytes:
    """176 bytes: the label in 32, then SHA-384 of origin, nonce and binding."""
    parts = (hashlib.sha384(part).digest() for part in (origin.encode(), nonce, bind))
    return LABELS[proof].ljust(32, b"\x00") + b"".join(parts)


def binding(parts: Iterable[str]) -> bytes:
    """32 bytes that differ with the pairing, the browser's session and the agent's token; each with its length."""
    coded = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hashlib.sha256(coded).digest()
