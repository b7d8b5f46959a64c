"""The questionnaires a practice waits for."""

from datetime import datetime
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.profile.widget import Viewer, Widget
from app.questionnaires import labels, queries


def context(viewer: Viewer, _now: datetime) -> dict[str, Any]:
    return {"found": queries.to_answer(viewer.files("health"), limit=5), "words": labels}


widget = Widget(
    _l("My questionnaires"),
    context,
    scope="health",
    group="exchange",
    icon="list-checks",
    rank=30,
)
