"""Free times, and the appointments of a person or a day."""

from app.booking.queries.agenda import ROOMS, STATE, VISITS, Visit, visits
from app.booking.queries.agenda import rooms as rooms_within
from app.booking.queries.agenda import state as agenda_state
from app.booking.queries.ahead import Ahead, ahead
from app.booking.queries.appointments import appointment, coming, held, of_day, of_patient
from app.booking.queries.consents import Consent, consent_of
from app.booking.queries.fees import count_fees, fee, fee_of, fees
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
from app.booking.queries.gaps import first_gap, receiving
from app.booking.queries.lasted import lasted
from app.booking.queries.mine import coming_of, one_of, past_of
from app.booking.queries.requests import (
    WAITING,
    alternatives_of,
    came_before,
    count_requests,
    count_unanswered,
    nearest,
    open_requests,
    questions_of,
    request,
)

__all__ = [
    "ROOMS",
    "STATE",
    "VERSION",
    "VERSIONS",
    "VISITS",
    "WAITING",
    "Ahead",
    "Consent",
    "FirstFree",
    "FreeTimes",
    "Visit",
    "agenda_state",
    "ahead",
    "alternatives",
    "alternatives_of",
    "appointment",
    "availability_tag",
    "came_before",
    "coming",
    "coming_of",
    "consent_of",
    "count_fees",
    "count_requests",
    "count_unanswered",
    "explain",
    "fee",
    "fee_of",
    "fees",
    "first_free",
    "first_gap",
    "free_times",
    "held",
    "lasted",
    "nearest",
    "next_free_day",
    "of_day",
    "of_patient",
    "rooms_within",
    "one_of",
    "open_requests",
    "past_of",
    "questions_of",
    "receiving",
    "request",
    "soonest",
    "visits",
]
