"""What can be done with a time: hold, book or request, move, cancel, answer, attend."""

from app.booking.actions.answers import answered, approve, ask, expire, refuse
from app.booking.actions.attendance import MISSED_AFTER, miss, note
from app.booking.actions.bookings import HOLD_MINUTES, asking_for, book, hold, renew, undo
from app.booking.actions.changes import cancel, cancel_at_desk, move
from app.booking.actions.choosing import choose, chosen
from app.booking.actions.declining import decline, decline_until
from app.booking.actions.dragging import (
    came_from,
    keeping_length,
    last_change,
    lasting,
    resize,
    take_back,
)
from app.booking.actions.fees import decide, was_told
from app.booking.actions.place import UNBREAKABLE, asking_to_move, let_go, reasons
from app.booking.actions.series import book_series, can_move, cancel_following, move_following
from app.booking.actions.walking_in import WalksIn, walk_in
from app.booking.rows import Asked

__all__ = [
    "HOLD_MINUTES",
    "MISSED_AFTER",
    "UNBREAKABLE",
    "Asked",
    "WalksIn",
    "answered",
    "approve",
    "ask",
    "asking_for",
    "asking_to_move",
    "book",
    "book_series",
    "came_from",
    "can_move",
    "cancel",
    "cancel_at_desk",
    "cancel_following",
    "choose",
    "chosen",
    "decide",
    "decline",
    "decline_until",
    "expire",
    "hold",
    "keeping_length",
    "last_change",
    "lasting",
    "let_go",
    "miss",
    "move",
    "move_following",
    "note",
    "reasons",
    "refuse",
    "renew",
    "resize",
    "take_back",
    "undo",
    "walk_in",
    "was_told",
]
