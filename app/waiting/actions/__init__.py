"""What happens on the waiting list: somebody joins or leaves, a time comes free, is offered, and answered."""

from app.waiting.actions.answering import accept, decline, offered
from app.waiting.actions.joining import Wanted, join, prioritise, remove, withdraw
from app.waiting.actions.looking import look_again
from app.waiting.actions.serving import came_free, moved_away, serve

__all__ = [
    "Wanted",
    "accept",
    "came_free",
    "decline",
    "join",
    "look_again",
    "moved_away",
    "offered",
    "prioritise",
    "remove",
    "serve",
    "withdraw",
]
