"""How long the first paint waits for its widgets: what is slow comes later, by itself, and holds nobody up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

WHOLE = timedelta(
    milliseconds=600
)  # for all widgets of a page: what has not begun by then is fetched afterwards
EACH = timedelta(milliseconds=300)  # a widget that took longer is left out of the pages of the next minute
REST = timedelta(minutes=1)


class Pace:
    """One an app; a statement cannot be interrupted on every database, so the next page learns from this one."""

    def __init__(self) -> None:
        self._slow: dict[str, datetime] = {}

    def has_time(self, name: str, *, began: datetime, now: datetime) -> bool:
        """Whether a widget is composed into the page that began then, or left to be fetched."""
        return now - began < WHOLE and self._slow.get(name, now) <= now

    @contextmanager
    def measured(self, name: str, tick: Callable[[], datetime]) -> Iterator[None]:
        began = tick()
        try:
            yield
        finally:
            ended = tick()
            if ended - began > EACH:
                self._slow[name] = ended + REST
            else:
                self._slow.pop(name, None)
