"""The switchboard: what follows from what, on one screen."""

from collections.abc import Callable
from typing import Any

from app.account.letters import passwords, team
from app.booking import letters
from app.booking.events import AppointmentBooked, AppointmentCancelled
from app.kernel.ports import Letter

# run inside the transaction of the change; may refuse it
REACTIONS: dict[type, tuple[Callable[[Any], None], ...]] = {
    AppointmentBooked: (),
    AppointmentCancelled: (),
}

# what the outbox delivers: event -> composer (payload, message id) -> Letter, or None when it no longer applies
LETTERS: dict[str, Callable[[dict[str, Any], str], Letter | None]] = {
    "appointment-booked": letters.booked,
    "appointment-cancelled": letters.cancelled,
    "password-changed": passwords.changed,
    "staff-invited": team.invited,
}

# what the outbox carries that is no letter: event -> the work (payload)
JOBS: dict[str, Callable[[dict[str, Any]], None]] = {}

# letters that are worth nothing twice: a code, a link. Rather lost than repeated.
ONCE: frozenset[str] = frozenset({"staff-invited"})
