"""The devices one has connected, when they were last heard, and the way to connect or import."""

from datetime import datetime
from typing import Any

from app import record
from app.kernel.i18n import lazy_gettext as _l
from app.profile.widget import Viewer, Widget
from app.record.wearables import page
from app.record.whose import SCOPE


def context(viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Devices are one's own; for somebody acted for there are files."""
    return {"device": page.of(viewer, now=now) if viewer.acting is None else None}


widget = Widget(
    _l("My devices"),
    context,
    refresh_on=(record.CHANGED,),
    scope=SCOPE,
    group="health",
    icon="activity",
    hidden=True,
    rank=15,
)
