"""When a member of the team is told by mail that something new waits: no database, no web."""

from datetime import datetime, time, timedelta

from app.kernel.clock import zone

USUAL = "hourly"
BETWEEN = timedelta(hours=1)
MORNING = time(7, 30)  # of the mail of a day, on the wall of the practice


def due_at(rhythm: str, *, last_at: datetime | None, now: datetime, zone_name: str) -> datetime | None:
    """When the next mail leaves; None when there is to be none, or one is on its way already.

    `last_at` is when the last one left, or is to leave."""
    if rhythm == "none" or (last_at is not None and last_at > now):
        return None
    if rhythm == "hourly":
        return now if last_at is None else max(now, last_at + BETWEEN)
    wall = now.astimezone(zone(zone_name))
    morning = datetime.combine(wall.date(), MORNING, wall.tzinfo)
    if morning <= wall:
        morning = datetime.combine(wall.date() + timedelta(days=1), MORNING, wall.tzinfo)
    return morning.astimezone(now.tzinfo)
