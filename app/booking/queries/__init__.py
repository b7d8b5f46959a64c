"""Free times, and the appointments of a person or a day."""

from app.booking.queries.appointments import appointment, coming, held, of_day, of_patient
from app.booking.queries.fees import fee, fee_of, fees
from app.booking.queries.free import (
    VERSION,
    VERSIONS,
    FirstFree,
    FreeTimes,
    alternatives,
    availability_tag,
    explain,
    first_free,
    free_times,
    next_free_day,
    soonest,
)

__all__ = [
    "VERSION",
    "VERSIONS",
    "FirstFree",
    "FreeTimes",
    "alternatives",
    "appointment",
    "availability_tag",
    "coming",
    "explain",
    "fee",
    "fee_of",
    "fees",
    "first_free",
    "free_times",
    "held",
    "next_free_day",
    "of_day",
    "of_patient",
    "soonest",
]
