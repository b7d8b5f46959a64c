"""A clock that stands still until it is told to move, for tests."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """Starts on a Friday morning in November, before the practices open."""

    def __init__(self, at: datetime = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **step: float) -> None:
        self.at += timedelta(**step)
