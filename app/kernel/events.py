"""Hands an event to whoever the switchboard lists; knows no handler."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_reactions: dict[type, Sequence[Callable[[Any], None]]] = {}


def install(reactions: Mapping[type, Sequence[Callable[[Any], None]]]) -> None:
    """Called once by the factory with `reactions.REACTIONS`."""
    _reactions.clear()
    _reactions.update(reactions)


def publish(event: Any) -> None:
    """Run the reactions inside the caller's transaction; one that raises undoes the whole."""
    for handler in _reactions.get(type(event), ()):
        handler(event)
