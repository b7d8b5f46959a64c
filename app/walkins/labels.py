"""The words of walk-ins."""

from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext

REASONS: dict[str, Any] = {
    "care": _l("Care (dressing, injection…)"),
    "consultation": _l("A consultation"),
    "prescription": _l("A prescription or a certificate"),
    "question": _l("A question"),
    "other": _l("Something else"),
}
STATES: dict[str, Any] = {
    "waiting": _l("Waits"),
    "called": _l("Called"),
    "taken": _l("Taken in"),
    "gave-up": _l("Gave up"),
}
PRIORITIES: dict[int, Any] = {1: _l("First"), 2: _l("Usual"), 3: _l("Can wait")}


def waiting_words(found: Any) -> str:
    """A Range of queue.py as people say it."""
    if found is None:
        return str(_l("Nobody receives at the moment: the practice tells you when it begins."))
    if found.most == 0:
        return str(_l("It is your turn next."))
    if found.least == found.most:
        return ngettext("About %(num)s minute", "About %(num)s minutes", found.most)
    return str(_l("Between %(least)s and %(most)s minutes", least=found.least, most=found.most))
