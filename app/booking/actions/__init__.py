"""What can be done with a time: hold, book or request, move, cancel, answer, attend."""

from app.booking.actions.answers import answered, approve, ask, expire, refuse
from app.booking.actions.attendance import note
from app.booking.actions.bookings import HOLD_MINUTES, asking_for, book, hold, renew, undo
from app.booking.actions.changes import cancel, cancel_at_desk, move
from app.booking.actions.series import book_series, can_move, cancel_following, move_following
from app.booking.rows import Asked

__all__ = [
    "HOLD_MINUTES",
    "Asked",
    "answered",
    "approve",
    "ask",
    "asking_for",
    "book",
    "book_series",
    "can_move",
    "cancel",
    "cancel_at_desk",
    "cancel_following",
    "expire",
    "hold",
    "move",
    "move_following",
    "note",
    "refuse",
    "renew",
    "undo",
]
