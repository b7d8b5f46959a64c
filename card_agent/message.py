"""What the card signs: a message the agent builds itself, from the origin its connection really goes to.

A portal never hands over a digest. Label and lengths are fixed, so that no such signature can be one of TLS or of
another application: the same key signs people in to tax and health services.
"""

import hashlib

AUTHENTICATION = b"patient-portal eID auth v1"
PRESENCE = b"patient-portal eID presence v1"
LABELS = {"authentication": AUTHENTICATION, "presence": PRESENCE}


def message(proof: str, *, origin: str, nonce: bytes, bind: bytes) -> bytes:
    """176 bytes: the label in 32, then SHA-384 of origin, nonce and binding."""
    parts = (hashlib.sha384(part).digest() for part in (origin.encode(), nonce, bind))
    return LABELS[proof].ljust(32, b"\x00") + b"".join(parts)
