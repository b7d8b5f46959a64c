"""The newest messages of one's practices, unread ones in bold."""

from datetime import datetime
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.messaging import boxes
from app.messaging.boxes import Asked
from app.profile.widget import Viewer, Widget

SHOWN = 4


def context(viewer: Viewer, now: datetime) -> dict[str, Any]:
    reader = viewer.reader
    files = [(one.practice_id, one.patient_id) for one in viewer.files("messages")]
    if reader is None:
        return {"messages": [], "more": False}
    found = boxes.page(reader, Asked(), practice=viewer.practice, now=now, limit=SHOWN, files=files)
    return {"messages": found.messages, "more": bool(found.older)}


widget = Widget(
    _l("My messages"),
    context,
    scope="messages",
    group="exchange",
    icon="mail",
    rank=10,
)
