"""Whose cabinet is open: the practice and the account of the work at hand, and nothing when nobody said."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from uuid import UUID


class TenancyBreach(RuntimeError):
    """Never shown to a person: a programming error that would have crossed a wall."""


class NoPractice(TenancyBreach):
    """A practice's row was touched while no practice was open."""


class WrongPractice(TenancyBreach):
    """A row of another practice, or a row that would move there."""


class NoAccount(TenancyBreach):
    """A person's own row was touched while no account was open."""


class WrongAccount(TenancyBreach):
    """A row of another person."""


class Everywhere:
    """The opened wall; says why, so that the few callers can be read in one list."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


_practice: ContextVar[UUID | Everywhere | None] = ContextVar("practice", default=None)
_account: ContextVar[UUID | Everywhere | None] = ContextVar("account", default=None)


def _id_of(owner: object) -> UUID:
    found = getattr(owner, "id", owner)
    if not isinstance(found, UUID):
        raise TenancyBreach(f"not an owner: {type(owner).__name__}")
    return found


@contextmanager
def _held(variable: "ContextVar[UUID | Everywhere | None]", value: UUID | Everywhere) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def enter_practice(practice_id: UUID) -> Token["UUID | Everywhere | None"]:
    """From here on, until `leave_practice`: what the door does for a request."""
    return _practice.set(_id_of(practice_id))


def leave_practice(token: Token["UUID | Everywhere | None"]) -> None:
    _practice.reset(token)


def enter_account(account_id: UUID) -> Token["UUID | Everywhere | None"]:
    """The person's own cabinet, until `leave_account`: what the door does for somebody who is signed in."""
    return _account.set(_id_of(account_id))


def leave_account(token: Token["UUID | Everywhere | None"]) -> None:
    _account.reset(token)


@contextmanager
def practice_context(practice: object) -> Iterator[None]:
    """Open one practice's cabinet; `practice` is a Practice or its id."""
    with _held(_practice, _id_of(practice)):
        yield


@contextmanager
def account_context(account: object) -> Iterator[None]:
    """Open one person's own cabinet; `account` is an Account or its id."""
    with _held(_account, _id_of(account)):
        yield


@contextmanager
def across_practices(*, reason: str) -> Iterator[None]:
    """Read over the wall; tests/house_rules lists every caller."""
    with _held(_practice, Everywhere(reason)):
        yield


@contextmanager
def across_accounts(*, reason: str) -> Iterator[None]:
    """Read over the wall between people; tests/house_rules lists every caller."""
    with _held(_account, Everywhere(reason)):
        yield


def current_practice_id() -> UUID:
    here = _practice.get()
    if not isinstance(here, UUID):
        raise NoPractice("no practice is open")
    return here


def open_practice_id() -> UUID | None:
    """The practice whose cabinet is open, or None on the platform's own ground."""
    here = _practice.get()
    return here if isinstance(here, UUID) else None


def current_account_id() -> UUID:
    here = _account.get()
    if not isinstance(here, UUID):
        raise NoAccount("no account is open")
    return here


def every_practice() -> bool:
    return isinstance(_practice.get(), Everywhere)


def every_account() -> bool:
    return isinstance(_account.get(), Everywhere)
