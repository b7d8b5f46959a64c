"""What the widgets of all health parameters have in common: one module each, and this behind them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app import record
from app.profile.widget import Viewer, Widget
from app.record import cards, labels
from app.record.kinds import KINDS, Kind
from app.record.whose import SCOPE, Subject


def subject_of(viewer: Viewer) -> Subject:
    name = viewer.acting.name if viewer.acting else ""
    return Subject(viewer.person, f"account:{viewer.account.id}", viewer.dependant, name)


def of(key: str) -> Widget:
    """The widget of one kind (record/kinds.py); it waits among the hidden ones until somebody wants it."""
    kind = KINDS[key]
    return Widget(
        labels.NAMES[key],
        _context(kind),
        refresh_on=(record.CHANGED,),
        scope=SCOPE,
        group="health",
        icon=kind.icon,
        hidden=True,
        rank=20 + list(KINDS).index(key),
    )


def _context(kind: Kind) -> Callable[[Viewer, datetime], dict[str, Any]]:
    def context(viewer: Viewer, now: datetime) -> dict[str, Any]:
        files = [one for one in viewer.files(SCOPE) if one.dependant == viewer.dependant]
        return {"card": cards.of(kind, subject_of(viewer), files, now=now), "slider": cards.slider}

    return context
