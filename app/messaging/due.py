"""When a reminder and a list are due, on the wall clock of the place; pure, and right when the clocks change."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from app.kernel.clock import HOME, local, to_minutes, zone

DAY = 1440
LEADS = (7 * DAY, 3 * DAY, 2 * DAY, DAY, 240, 120)  # minutes before the visit that a practice may choose
MOST = 2  # of them per channel: a third mail about one visit is read by nobody
HEARD = 180  # minutes: whoever booked, or was told, more recently has not forgotten
NIGHT = (time(21), time(8))  # a telephone is left alone
EVENING = time(20)  # what would ring at night rings then
AWAKE = 120  # minutes before a visit in which its people are on their way, or nearly
LIST_WEEKDAY, LIST_HOUR = 6, time(17)  # Sunday, before the week begins
LIST_LATE = timedelta(hours=48)  # a list of the week is worth nothing in the middle of it
LIST_DAYS = 14  # what it looks ahead


def due_at(start: int, lead: int, zone_name: str) -> int:
    """The minute a reminder is due. Whole days keep the hour on the wall, whatever the clocks do in between; a wall
    hour that does not exist on that day is the one after it. Shorter leads are elapsed time.
    """
    if lead % DAY:
        return start - lead
    visit = local(start, zone_name)
    day = visit.date() - timedelta(days=lead // DAY)
    return to_minutes(datetime.combine(day, visit.time().replace(fold=0), tzinfo=zone(zone_name)))


def by_day(due: int, zone_name: str) -> int:
    """The same minute, or the evening before when it lies in the night."""
    wall = local(due, zone_name)
    if not _is_night(wall):
        return due
    day = wall.date() if wall.time() >= NIGHT[0] else wall.date() - timedelta(days=1)
    return to_minutes(datetime.combine(day, EVENING, tzinfo=zone(zone_name)))


def by_morning(due: int, soonest: int, zone_name: str) -> int:
    """The same minute, or the morning after when it lies in the night: unless the visit is over or close by then."""
    wall = local(due, zone_name)
    if not _is_night(wall):
        return due
    day = wall.date() + timedelta(days=1) if wall.time() >= NIGHT[0] else wall.date()
    morning = to_minutes(datetime.combine(day, NIGHT[1], tzinfo=zone(zone_name)))
    return due if soonest < morning + AWAKE else morning


def lead_due(
    start: int,
    leads: Iterable[int],
    *,
    zone_name: str,
    heard: int,
    since: int,
    now: int,
    quiet_at_night: bool = False,
) -> int | None:
    """The lead whose reminder is to leave now, of several the one nearest to the visit; minutes since 1970.

    None before the first, from the visit on, for somebody who `heard` of the appointment within three hours before it
    was due, for what was due before `since`, and at night where the night is kept.
    """
    if now >= start or (quiet_at_night and _is_night(local(now, zone_name))):
        return None
    found = None
    for lead in sorted(leads, reverse=True):
        due = due_at(start, lead, zone_name)
        if quiet_at_night:
            due = by_day(due, zone_name)
        if since <= due <= now and due - heard >= HEARD:
            found = lead
    return found


def list_due(now: datetime) -> datetime | None:
    """The Sunday afternoon whose list is to leave now; None in the middle of the week."""
    here = now.astimezone(zone(HOME))
    day = here.date() - timedelta(days=(here.weekday() - LIST_WEEKDAY) % 7)
    due = datetime.combine(day, LIST_HOUR, tzinfo=zone(HOME))
    if due > now:
        due = datetime.combine(day - timedelta(days=7), LIST_HOUR, tzinfo=zone(HOME))
    # compared as instants: an aware difference within one zone would count on the wall
    return due if to_minutes(now) - to_minutes(due) <= LIST_LATE // timedelta(minutes=1) else None


def _is_night(wall: datetime) -> bool:
    return wall.time() >= NIGHT[0] or wall.time() < NIGHT[1]
