"""The mails of appointments and of requests: practice, day and hour, and what one can do; never the treatment."""

from app.booking.letters.appointments import booked, cancelled, moved
from app.booking.letters.requests import approved, asked, expired, refused, requested, unanswered, waiting

__all__ = [
    "approved",
    "asked",
    "booked",
    "cancelled",
    "expired",
    "moved",
    "refused",
    "requested",
    "unanswered",
    "waiting",
]
