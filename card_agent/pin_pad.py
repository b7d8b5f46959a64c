"""A reader with keys of its own: the PIN then never enters the computer (PC/SC part 10, version 2.02.09)."""

from __future__ import annotations

import sys

VERIFY_DIRECT = 0x06
TIMED_OUT, GIVEN_UP = 0x6400, 0x6401
SECONDS = 30
# how a Belgian eID wants its PIN: digits in BCD from the second byte on, their number in the low half of the first
FORMAT, BLOCK, LENGTH_AT = 0x89, 0x47, 0x04
LEAST, MOST = 4, 12
ON_OK = 0x02  # the person presses OK
LANGUAGES = {"fr": 0x040C, "nl": 0x0413, "de": 0x0407, "en": 0x0409}
COMMAND = bytes.fromhex("0020000108") + b"\x20" + b"\xff" * 7


def request_code() -> int:
    """CM_IOCTL_GET_FEATURE_REQUEST, as this system numbers it."""
    return (0x31 << 16 | 3400 << 2) if sys.platform == "win32" else 0x42000000 + 3400


def control_of(features: bytes) -> int | None:
    """The code that asks for a PIN, from the reader's list of features (tag, 4, code); None without keys."""
    at = 0
    while at + 6 <= len(features) and features[at + 1] == 4:
        if features[at] == VERIFY_DIRECT:
            return int.from_bytes(features[at + 2 : at + 6], "big")
        at += 6
    return None


def question(language: str) -> bytes:
    """PIN_VERIFY_STRUCTURE, with the command the reader completes."""
    return b"".join(
        (
            bytes((SECONDS, SECONDS, FORMAT, BLOCK, LENGTH_AT)),
            bytes((MOST, LEAST)),  # a word, its low byte first
            bytes((ON_OK, 0x01)),
            LANGUAGES.get(language, LANGUAGES["en"]).to_bytes(2, "little"),
            bytes((0x00, 0x00, 0x00, 0x00)),
            len(COMMAND).to_bytes(4, "little"),
            COMMAND,
        )
    )
