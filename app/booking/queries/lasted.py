"""How long visits really last, from what the desk noted while they took place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.booking.models import Appointment
from app.kernel.clock import to_minutes

WEEKS = timedelta(weeks=4)
NEWEST = 200  # visits: enough for a middle, few enough for a page that renews itself
SHORTEST, LONGEST = 2, 240  # minutes: less is two presses in a row, more was forgotten over lunch


def lasted(*, now: datetime) -> Sequence[int]:
    """Minutes of the newest visits of four weeks, today's too; a group is nobody's visit alone. One statement."""
    done = (Appointment.status == "fulfilled") & (Appointment.capacity == 1)
    minutes = Appointment.treated_until - Appointment.treated_from
    since = (Appointment.starts >= to_minutes(now - WEEKS)) & (Appointment.starts <= to_minutes(now) + 1440)
    rows = (
        Appointment.select(minutes)
        .where(done, since, minutes.between(SHORTEST, LONGEST))
        .order_by(Appointment.starts.desc())
        .limit(NEWEST)
    )
    return [int(row[0]) for row in rows.tuples()]
