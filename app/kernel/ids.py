"""Row identifiers: UUIDv7 (RFC 9562), sortable by time, unguessable, never used twice."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """48 bits of Unix milliseconds, 12 of their fraction (RFC 9562, 6.2, method 3), then 62 random bits: what one
    request makes stands in the order it was made.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = milliseconds << 80 | int.from_bytes(os.urandom(8), "big")
    value |= 0x7 << 76 | (rest * 4096 // 1_000_000) << 64
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def hexed(value: uuid.UUID | str) -> str:
    """The 32 hexadecimal digits both databases and every cache key understand."""
    return value.hex if isinstance(value, uuid.UUID) else value.replace("-", "")
