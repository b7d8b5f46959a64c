"""The switchboard: what follows from what, on one screen."""

from collections.abc import Callable
from typing import Any

from app.account import farewell
from app.account.export import jobs as export
from app.account.letters import addresses, factors, invitation, joining, passwords, people, sign_in, team
from app.booking import letters
from app.booking.events import AppointmentBooked, AppointmentCancelled
from app.eid import reactions as card
from app.kernel.ports import Letter
from app.patients.events import AccountConnected

# run inside the transaction of the change; may refuse it
REACTIONS: dict[type, tuple[Callable[[Any], None], ...]] = {
    AppointmentBooked: (),
    AppointmentCancelled: (),
    AccountConnected: (card.connected,),
}

# what the outbox delivers: event -> composer (payload, message id) -> Letter, or None when it no longer applies
LETTERS: dict[str, Callable[[dict[str, Any], str], Letter | None]] = {
    "appointment-booked": letters.booked,
    "appointment-cancelled": letters.cancelled,
    "account-deleted": farewell.receipt,
    "child-birthday": people.birthday,
    "mandate-offered": people.offered,
    "code-reused": sign_in.reused,
    "codes-rest": sign_in.resting,
    "mail-code": sign_in.code,
    "new-sign-in": sign_in.new_device,
    "factors-changed": factors.changed,
    "join": joining.confirm,
    "mail-changed": addresses.changed,
    "new-mail": addresses.confirm,
    "new-mail-asked": addresses.asked,
    "password-changed": passwords.changed,
    "patient-invitation": invitation.invited,
    "password-forgotten": passwords.forgotten,
    "staff-invited": team.invited,
}

# what the outbox carries that is no letter: event -> the work (payload)
JOBS: dict[str, Callable[[dict[str, Any]], None]] = {"account-export": export.make}

# letters that are worth nothing twice: a code, a link. Rather lost than repeated.
ONCE: frozenset[str] = frozenset({"mail-code", "patient-invitation", "staff-invited", "password-forgotten"})
