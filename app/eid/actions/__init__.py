"""What is done with a card that was read: taken into an account, noted at a desk, or left for a person to look at."""

from app.eid.actions.conflicts import settle_conflict
from app.eid.actions.desk import Created, Marked, create_file, mark_file
from app.eid.actions.person import carry_over, take_over
from app.eid.actions.receive import receive

__all__ = [
    "Created",
    "Marked",
    "carry_over",
    "create_file",
    "mark_file",
    "receive",
    "settle_conflict",
    "take_over",
]
