"""The services somebody may choose from: a group of practices has more of them than one reads through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.sealing import folded

MANY = 14  # what a screen of the desk shows: a longer list can be searched
LONGEST = 60  # of what is asked; no name of a service says more


@dataclass(frozen=True)
class MenuLine:
    """A service as the practice's page and the first step list it."""

    service: Any
    duration: str
    price: str
    note: str = ""  # «On request», «Call us»; nothing where one just books


@dataclass(frozen=True)
class Menu:
    """`lines` are those that are called as `asked`; all of them when nothing is asked."""

    lines: Sequence[MenuLine]
    asked: str
    is_long: bool


def searched(lines: Sequence[MenuLine], asked: str) -> Menu:
    """Each word must stand somewhere in the name or the description, in whatever language of the practice."""
    asked = asked.strip()[:LONGEST]
    words = [word for word in map(folded, asked.split()) if word]
    found = [line for line in lines if _holds(line.service, words)] if words else lines
    return Menu(found, asked, len(lines) > MANY)


def _holds(service: Any, words: Sequence[str]) -> bool:
    texts = [folded(text) for said in (service.name, service.description) for text in (said or {}).values()]
    return all(any(word in text for text in texts) for word in words)
