"""Who the person is for their practices: how they are reached, and how far each practice believes that it is them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.patients import trust
from app.profile.widget import Viewer, Widget


@dataclass(frozen=True)
class Trust:
    """One sentence, for the practices it is true of, and what would raise it."""

    practices: tuple[str, ...]
    sentence: str
    raises: tuple[str, ...]


def context(viewer: Viewer, _now: datetime) -> dict[str, Any]:
    own = viewer.acting is None
    return {
        "account": viewer.account,
        "acting": viewer.acting,
        "contact": viewer.own if own else None,
        "trusts": _trusts(viewer) if own else [],
    }


def _trusts(viewer: Viewer) -> list[Trust]:
    """Practices that know as much are named together, those that know least first: there one can do something."""
    own = [one for one in viewer.files() if one.dependant is None]
    known: dict[int, dict[str, None]] = {}
    for one in own:
        known.setdefault(one.level, {})[one.practice_name] = None
    return [
        Trust(tuple(names), str(trust.statement(level)), tuple(str(raise_) for raise_ in trust.raises(level)))
        for level, names in sorted(known.items())
    ]


widget = Widget(
    _l("My details"),
    context,
    group="account",
    icon="user-round",
    rank=10,
)
