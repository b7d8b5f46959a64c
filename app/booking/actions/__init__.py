"""What can be done with a time: hold, book or request, move, cancel, answer, attend."""

from app.booking.actions.answers import answered, approve, ask, expire, refuse
from app.booking.actions.attendance import MISSED_AFTER, miss, note
from app.booking.actions.bookings import HOLD_MINUTES, asking_for, book, hold, renew, undo
from app.booking.actions.changes import cancel, cancel_at_desk, move
from app.booking.actions.declining import decline, decline_until
from app.booking.actions.fees import decide, was_told
from app.booking.actions.place import UNBREAKABLE, reasons
from app.booking.rows import Asked

__all__ = [
    "HOLD_MINUTES",
    "MISSED_AFTER",
    "UNBREAKABLE",
    "Asked",
    "answered",
    "approve",
    "ask",
    "asking_for",
    "book",
    "cancel",
    "cancel_at_desk",
    "decide",
    "decline",
    "decline_until",
    "expire",
    "hold",
    "miss",
    "move",
    "note",
    "reasons",
    "refuse",
    "renew",
    "undo",
    "was_told",
]
