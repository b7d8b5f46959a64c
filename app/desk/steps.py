"""What can be noted of a visit at this moment: pure."""

from dataclasses import dataclass
from typing import Any

from app.booking.actions import MISSED_AFTER
from app.booking.states import may_become
from app.kernel.i18n import lazy_gettext as _l

ONWARD = {"booked": "arrived", "arrived": "checked-in", "checked-in": "fulfilled"}
BACK = {"arrived": "booked", "checked-in": "arrived", "fulfilled": "checked-in", "noshow": "booked"}
WORDS: dict[tuple[str, str], Any] = {
    ("booked", "arrived"): _l("Has arrived"),
    ("noshow", "arrived"): _l("Came after all"),
    ("arrived", "checked-in"): _l("In treatment"),
    ("checked-in", "fulfilled"): _l("Done"),
    ("arrived", "booked"): _l("Back to booked"),
    ("noshow", "booked"): _l("Back to booked"),
    ("checked-in", "arrived"): _l("Back to arrived"),
    ("fulfilled", "checked-in"): _l("Back to in treatment"),
}
ICONS = {
    "arrived": "log-in",
    "checked-in": "stethoscope",
    "fulfilled": "circle-check",
    "noshow": "circle-alert",
}


@dataclass(frozen=True)
class Step:
    status: str
    words: str
    kind: str  # of its button: "" (the next thing), quiet, plain, danger
    icon: str | None = None


def offered(status: str, *, starts: int, now: int) -> list[Step]:
    """The next step first, then what else may be; `starts` and `now` are minutes since 1970."""
    found = []
    if status in ONWARD:
        found.append(_step(status, ONWARD[status], ""))
    if status == "noshow":
        found.append(_step(status, "arrived", "quiet"))
    if may_become(status, "noshow") and now >= starts + MISSED_AFTER:
        found.append(Step("noshow", str(_l("Did not come")), "quiet", ICONS["noshow"]))
    if status in BACK:
        found.append(_step(status, BACK[status], "plain", icon="undo-2"))
    return found


def can_be_mistake(status: str) -> bool:
    return may_become(status, "entered-in-error")


def _step(status: str, new: str, kind: str, *, icon: str | None = None) -> Step:
    return Step(new, str(WORDS[status, new]), kind, icon or ICONS.get(new))
