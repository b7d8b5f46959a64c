"""What people are offered when the practice cannot keep their appointment, and what they answer."""

from app.booking.reoffers.answers import (
    acknowledge,
    choices,
    decline,
    give_up,
    is_open,
    reached,
    read,
    take,
)
from app.booking.reoffers.lines import attempt_of, chosen, words_of
from app.booking.reoffers.progress import Progress, latest, progress
from app.booking.reoffers.proposals import Proposal, Time, propose
from app.booking.reoffers.sending import Chosen, Send, send, token_of

__all__ = [
    "Chosen",
    "Progress",
    "Proposal",
    "Send",
    "Time",
    "acknowledge",
    "attempt_of",
    "choices",
    "chosen",
    "decline",
    "give_up",
    "is_open",
    "latest",
    "progress",
    "propose",
    "reached",
    "read",
    "send",
    "take",
    "token_of",
    "words_of",
]
