"""Passwords: argon2id at OWASP's parameters, as many at once as there are cores."""

import os
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LONGEST = 128
_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_places = threading.BoundedSemaphore(os.cpu_count() or 1)  # a storm of sign-ins never starves booking


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("somebody who does not exist")


def hash_of(password: str) -> str:
    with _places:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Takes as long for an unknown account as for a wrong password."""
    if len(password) > LONGEST:
        return False
    with _places:
        try:
            return _hasher.verify(stored or _nobody(), password) and stored is not None
        except (Argon2Error, InvalidHashError):
            return False
