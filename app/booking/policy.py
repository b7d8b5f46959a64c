"""Deadlines in the practice's wall-clock time: pure functions of minutes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 1440


def cancel_until(start: int, notice_minutes: int, zone: str) -> int:
    """The last minute (UTC) an appointment at `start` can be cancelled online.

    Whole days are days on the wall: «24 hours before» a Sunday 14:30 after the clocks change is Saturday 14:30.
    """
    if notice_minutes % DAY:
        return start - notice_minutes
    wall = datetime.fromtimestamp(start * 60, ZoneInfo(zone)) - timedelta(days=notice_minutes // DAY)
    return int(wall.astimezone(UTC).timestamp() // 60)
