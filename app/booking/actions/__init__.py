"""What can be done with a time: hold, book or request, move, cancel, answer, attend."""

from app.booking.actions.answers import answered, approve, ask, expire, refuse
from app.booking.actions.attendance import note
from app.booking.actions.bookings import HOLD_MINUTES, asking_for, book, hold, renew, undo
from app.booking.actions.changes import cancel, cancel_at_desk, move
from app.booking.actions.choosing import choose, chosen
from app.booking.actions.place import asking_to_move, let_go
from app.booking.actions.series import book_series, can_move, cancel_following, move_following
from app.booking.rows import Asked

__all__ = [
    "HOLD_MINUTES",
    "Asked",
    "answered",
    "approve",
    "ask",
    "asking_for",
    "asking_to_move",
    "book",
    "book_series",
    "can_move",
    "cancel",
    "cancel_at_desk",
    "choose",
    "chosen",
    "cancel_following",
    "expire",
    "hold",
    "let_go",
    "move",
    "move_following",
    "note",
    "refuse",
    "renew",
    "undo",
]
