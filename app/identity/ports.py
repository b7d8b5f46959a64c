"""What identity needs from outside: somebody who knows who people are, and says so under a signature."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Ending:
    """How the provider knows the session it opened; needed, whole, to end it there."""

    name_id: str
    session_index: str = ""
    name_format: str = ""
    name_qualifier: str = ""
    sp_name_qualifier: str = ""


@dataclass(frozen=True)
class Proof:
    """What the provider has proved of a person; `niss` is eleven valid digits, `level` one of identity/levels.py."""

    niss: str = field(repr=False)
    given_name: str
    family_name: str
    level: int
    provider: str
    assertion_id: str
    until: datetime  # after which the assertion opens nothing
    ending: Ending = field(repr=False)
    language: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Asked:
    """Where to send the browser, and the number of the question."""

    url: str
    request_id: str


@dataclass(frozen=True)
class Told:
    """What the provider says of a session: that it is to end here (`ending`), or that it has ended there."""

    message_id: str
    relay: str | None
    ending: Ending | None = field(default=None, repr=False)
    session_indexes: tuple[str, ...] = field(default=(), repr=False)
    in_response_to: str | None = None


class NotProved(Exception):
    """The answer is refused. `reason` is a word of ours, `detail` never a word of the message: both go to the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


class IdentityProvider(Protocol):
    entity_id: str
    least: int  # the lowest level the platform accepts

    def metadata(self) -> bytes:
        """What the provider needs to know of us, signed."""

    def ask(self, *, relay: str, level: int, now: datetime) -> Asked:
        """A signed question, for at least `level`; raises Unavailable when we know the provider no more."""

    def answer(
        self, values: Sequence[str], *, request_id: str, level: int, asked_at: datetime, now: datetime
    ) -> Proof:
        """The proof in a posted answer (every value of the field); raises NotProved, whatever was posted."""

    def ask_to_end(self, ending: Ending, *, relay: str) -> Asked | None:
        """Ends a session there too; None when the provider cannot."""

    def hear(self, query: str, *, now: datetime) -> Told:
        """A message about a session's end, as it stands behind the question mark; NotProved unless signed and whole."""

    def confirm_end(self, told: Told) -> str:
        """Where to send the browser with our signed answer: the session has ended here."""
