"""How long the first paint waits for its widgets: what is slow comes later, by itself, and holds nobody up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

WHOLE = 0.6  # seconds for all widgets of a page: what has not begun by then is fetched afterwards
EACH = 0.25  # a widget that took longer is left out of the pages of the next minute
REST = 60.0


class Pace:
    """One a process; a statement cannot be interrupted on every database, so the next page learns from this one."""

    def __init__(self, tick: Callable[[], float] = perf_counter) -> None:
        self.tick = tick
        self._slow: dict[str, float] = {}

    def starts(self) -> float:
        return self.tick()

    def has_time(self, name: str, started: float) -> bool:
        """Whether a widget is composed into the page that started then, or left to be fetched."""
        now = self.tick()
        return now - started < WHOLE and self._slow.get(name, now) <= now

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        began = self.tick()
        try:
            yield
        finally:
            ended = self.tick()
            if ended - began > EACH:
                self._slow[name] = ended + REST
            else:
                self._slow.pop(name, None)
