"""Totals of days out of many small records: added up for each source, and of several sources the one that saw most.

A telephone and a watch both count the steps of one walk; adding them together would count it twice.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from app.record.imports.points import Found, point, token
from app.record.kinds import KINDS

MOST = 200_000  # totals at a time: some thirty years of several devices


class Days:
    """Fed record by record; `totals` are its values, in the same order at every reading of a file."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._sums: dict[tuple[str, date, str], Decimal] = {}
        self._last: dict[tuple[str, str], tuple[str, str, Decimal]] = {}

    def add(self, kind: str, day: date, source: str, *, begin: str, end: str, value: Decimal) -> Found:
        """None when it was taken into its total; «many» beyond what is added up."""
        device = token(source)[:12]
        same = (begin[:40], end[:40], value)
        if self._last.get((kind, device)) == same:  # an export that was joined of two says things twice
            return None
        key = (kind, day, device)
        if key not in self._sums and len(self._sums) >= MOST:
            return "many"
        if len(self._last) < MOST:
            self._last[(kind, device)] = same
        self._sums[key] = self._sums.get(key, Decimal(0)) + value
        return None

    def totals(self) -> Iterator[Found]:
        most: dict[tuple[str, date], Decimal] = {}
        for (kind, day, _device), total in self._sums.items():
            most[kind, day] = max(total, most.get((kind, day), Decimal(0)))
        for (kind, day), total in sorted(most.items()):
            yield point(KINDS[kind], day, total, None, source="", now=self.now)
