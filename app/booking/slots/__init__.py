"""Which starts of an agenda can be booked, and why the others cannot: pure functions on minutes."""

from app.booking.slots.days import day_bounds, local_day
from app.booking.slots.engine import first_offered, offered, offered_by_any, verdict, verdicts
from app.booking.slots.forbidden import (
    Caps,
    Limit,
    Taken,
    agenda_limits,
    free_unit,
    period_bounds,
    person_caps,
    rooms,
)
from app.booking.slots.hours import opening
from app.booking.slots.occupancy import group_key
from app.booking.slots.terms import (
    Agenda,
    Blocked,
    Busy,
    HoursException,
    Reason,
    ServiceRules,
    Verdict,
    WeeklyWindow,
)

__all__ = [
    "Agenda",
    "Blocked",
    "Busy",
    "Caps",
    "HoursException",
    "Limit",
    "Reason",
    "ServiceRules",
    "Taken",
    "Verdict",
    "WeeklyWindow",
    "agenda_limits",
    "day_bounds",
    "first_offered",
    "free_unit",
    "local_day",
    "offered",
    "offered_by_any",
    "opening",
    "group_key",
    "period_bounds",
    "person_caps",
    "rooms",
    "verdict",
    "verdicts",
]
