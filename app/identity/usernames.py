"""User names: what a person chose, and four digits of our own, so that nobody learns which names are taken."""

import re
import secrets
from collections.abc import Iterator

STEM = re.compile(r"[a-z][a-z0-9._-]{2,39}")


def stem_of(text: str) -> str | None:
    """As it is kept; None when it cannot be one. It has no @, so it is never somebody's address."""
    plain = text.strip().casefold()
    return plain if STEM.fullmatch(plain) else None


def offers(stem: str) -> Iterator[str]:
    """Names to try one after another; more digits when thousands of people like the same word."""
    for digits in (4, 4, 4, 4, 4, 4, 4, 4, 6, 6, 6, 6, 9):
        yield f"{stem}{secrets.randbelow(10**digits):0{digits}d}"
