"""Which rules a page is about: those in force, or the draft put onto them."""

from dataclasses import dataclass
from typing import Any

from flask import request

from app.booking import rulebooks
from app.booking.actions.rules import Place
from app.booking.models import PolicyDraft
from app.booking.rulebook import Rulebook, applied

DRAFT = "draft"


@dataclass(frozen=True)
class Books:
    """`drafting`: whoever has the page open writes the draft."""

    in_force: Rulebook
    draft: PolicyDraft | None
    changes: Rulebook  # what the draft would change by now
    drafting: bool

    @property
    def shown(self) -> Rulebook:
        return self.drafted if self.drafting else self.in_force

    @property
    def drafted(self) -> Rulebook:
        return applied(self.in_force, self.changes)

    def in_draft(self, place: Place, *, limits: bool = False) -> bool:
        """Whether the draft changes something of this page."""
        if limits:
            return bool(place.schedule) and place.schedule.id.hex in self.changes.limits
        return any(key[:2] == place.key for key in self.changes.values)


def books(*, drafting: bool = False) -> Books:
    """As they are now; the address says whether the page writes the draft."""
    now, kept = rulebooks.in_force(), rulebooks.draft()
    about_it = drafting or request.args.get(DRAFT) == "1"
    return Books(now, kept, rulebooks.drafted(now, kept), about_it)


def keeps() -> bool:
    """Whether what is sent goes into the draft."""
    return request.args.get(DRAFT) == "1" or "keep" in request.form


def address(path: str, *, who: str = "", drafting: bool = False) -> str:
    """Of a page of rules: one row of the matrix, and whether it writes the draft."""
    asked: list[Any] = [f"who={who}"] if who else []
    asked += [f"{DRAFT}=1"] if drafting else []
    return f"{path}?{'&'.join(asked)}" if asked else path
