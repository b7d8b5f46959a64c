"""Whom next door belongs to, handed to each room so that it furnishes its own tables there."""

from dataclasses import dataclass
from typing import Any

CANARY = "CANARY-B"
MAIL = "canary-b@example.be"


@dataclass(frozen=True)
class Stranger:
    person: Any
    patient: Any
    staff: Any
    ids: dict  # name of a table -> the id of its row there; a room returns those it adds
    tokens: dict  # of links; a room adds its own
