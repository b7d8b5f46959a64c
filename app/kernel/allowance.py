"""Limits of what is asked at every letter typed: some tries are counted at once and then spent from memory.

They stand in the database before the first of them is spent, so all processes together never let through more than the
limit. What a process does not spend before the window ends is nobody's: a restart makes a limit smaller, never larger.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from app.kernel import rate_limits
from app.kernel.db import database
from app.kernel.tenancy import open_practice_id

HOLDERS = 1024  # whose tries are remembered; who tried longest ago goes first


@dataclass
class Tries:
    left: int
    ends: datetime  # of the window they were counted in


class Allowance:
    """One an app. Not for limits whose tries are given back or forgotten: what is in memory here would outlive that."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.held: OrderedDict[Hashable, Tries] = OrderedDict()

    def spend(self, name: str, *, now: datetime, **who: Any) -> None:
        """Count one try, as `rate_limits.hit` does for a limit that counts by one thing alone; raises TooMany."""
        if database.in_transaction():  # what it counts may be undone
            return rate_limits.hit(name, now=now, **who)
        (kind,) = rate_limits.LIMITS[name]
        key = (name, open_practice_id(), who.get(kind))
        if who.get(kind) and not self._spent(key, now):
            left, ends = rate_limits.take(name, now=now, **who)
            self._keep(key, left - 1, ends)
        return None

    def _spent(self, key: Hashable, now: datetime) -> bool:
        with self.turn:
            tries = self.held.get(key)
            if tries is None or tries.left < 1 or now >= tries.ends:
                return False
            tries.left -= 1
            self.held.move_to_end(key)
            return True

    def _keep(self, key: Hashable, left: int, ends: datetime) -> None:
        with self.turn:
            before = self.held.get(key)
            if before is not None and before.ends == ends:
                left += before.left
            self.held[key] = Tries(left, ends)
            self.held.move_to_end(key)
            while len(self.held) > HOLDERS:
                self.held.popitem(last=False)
