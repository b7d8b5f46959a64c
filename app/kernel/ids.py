"""Row identifiers: UUIDv7 (RFC 9562), sortable by time, unguessable, never used twice."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """48 bits of Unix milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def hexed(value: uuid.UUID | str) -> str:
    """The 32 hexadecimal digits both databases and every cache key understand."""
    return value.hex if isinstance(value, uuid.UUID) else value.replace("-", "")
