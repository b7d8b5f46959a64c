"""What connected devices need from outside: a service that knows what somebody's watch counted, day by day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Asked:
    """Where the person agrees, and the secret that proves afterwards that it was us who asked (RFC 7636)."""

    url: str
    verifier: str


@dataclass(frozen=True)
class Grant:
    """What a person lets us read, and the keys to it: sealed wherever it is kept."""

    access: str
    refresh: str
    until: datetime  # of the access
    kinds: tuple[str, ...]  # of record/kinds.py


@dataclass(frozen=True)
class Totals:
    """Of one kind: day -> value in the unit of the kind, or None where what stood there is no number."""

    days: Mapping[date, Decimal | None] = field(default_factory=dict)
    odd: int = 0  # points that do not even say of which day they are


@dataclass(frozen=True)
class Notice:
    """The service says that something of a user of theirs is new, from this day on."""

    user: str
    first: date | None = None


class GrantOver(Exception):
    """The person took it back, it ran out, or the service is not there any more: only they can give it again."""


class AccessOver(Exception):
    """The access ran out: a refresh brings another one."""


class NotRead(Exception):
    """This kind is not given to us; others may be."""


class Rest(Exception):
    """Asked too often: not again before `wait` is over."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"{wait.total_seconds():.0f} seconds")
        self.wait = wait


class NotGenuine(Exception):
    """A notice that is not the service's own; why, for the log."""


class WearableSource(Protocol):
    """Beside what is named, every question raises Unavailable, Rest, and those that bring a grant GrantOver."""

    key: str  # as record/models.py writes it: google_health
    name: str  # as people know it
    kinds: tuple[str, ...]  # what it can tell

    def ask(self, *, state: str) -> Asked:
        """Asks nobody yet: the browser goes there."""

    def exchange(self, code: str, *, verifier: str, now: datetime) -> Grant:
        """What the person agreed to; a code serves once."""

    def refresh(self, grant: Grant, *, now: datetime) -> Grant:
        """The same with another access."""

    def withdraw(self, token: str) -> None:
        """Given back; no complaint when it was over already."""

    def user(self, grant: Grant) -> str:
        """What the service calls this person in its notices. AccessOver."""

    def totals(self, grant: Grant, kind: str, *, first: date, until: date) -> Totals:
        """Of the days from `first` to the one before `until`; a day without a point is absent. AccessOver, NotRead."""

    def notices(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> list[Notice] | None:
        """None for the greeting with which the service makes sure of this address. NotGenuine, ValueError."""
