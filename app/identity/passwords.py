"""Passwords: argon2id at OWASP's parameters, as many at once as there are cores, and a line that is not endless."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.identity.password_rules import LONGEST, is_readable, prepared
from app.kernel.errors import Unavailable

__all__ = ["LONGEST", "TooBusy", "hash_of", "matches", "renewed"]

Answer = TypeVar("Answer")
LINE = 256  # who waits or is served in this process; a hash takes some 25 ms of a core
PATIENCE_SECONDS = 20.0
NICE = 10  # of 19: a tenth of a core while others want it, all of it while nobody does
_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_line = threading.BoundedSemaphore(LINE)


class TooBusy(Unavailable):
    """So many passwords wait to be checked that one more would wait too long: 503, and trying again helps."""

    def __init__(self) -> None:
        super().__init__("passwords", retry=True, why="the line is full")


@lru_cache(maxsize=1)
def _hands() -> ThreadPoolExecutor:
    """The threads that hash, one a core: a storm of sign-ins never starves booking.

    Threads of their own, because the C library keeps the 19 MiB of a hash for the thread that asked for them: were it
    two hundred threads in turn, it would keep half a gigabyte.
    """
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="passwords", initializer=_step_back)


def _step_back() -> None:
    """Whoever reads a page goes first. Only where a thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _in_turn(work: Callable[[], Answer]) -> Answer:
    if not _line.acquire(blocking=False):
        raise TooBusy
    try:
        promise = _hands().submit(work)
        try:
            return promise.result(timeout=PATIENCE_SECONDS)
        except TimeoutError as late:
            promise.cancel()
            raise TooBusy from late
    finally:
        _line.release()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("somebody who does not exist")


def hash_of(password: str) -> str:
    if not is_readable(password):
        raise ValueError("a password nobody may choose")
    return _in_turn(partial(_hasher.hash, prepared(password)))


def matches(stored: str | None, password: str) -> bool:
    """Takes as long for an unknown account as for a wrong password; one that cannot be anybody's costs nothing."""
    if not is_readable(password):
        return False
    right = _in_turn(partial(_verify, stored or _nobody(), prepared(password)))
    return right and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def renewed(stored: str, password: str) -> str | None:
    """After the right password: its hash with today's parameters, when the stored one was made with others."""
    return hash_of(password) if _hasher.check_needs_rehash(stored) else None
