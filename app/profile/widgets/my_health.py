"""What was measured last, and the way to every parameter and to sharing them."""

from datetime import datetime
from typing import Any

from app import record
from app.kernel.i18n import lazy_gettext as _l
from app.profile.parameter import subject_of
from app.profile.widget import Viewer, Widget
from app.record import cards
from app.record.kinds import KINDS
from app.record.whose import SCOPE

MOST = 4


def context(viewer: Viewer, now: datetime) -> dict[str, Any]:
    subject = subject_of(viewer)
    files = [one for one in viewer.files(SCOPE) if one.dependant == viewer.dependant]
    found = cards.with_goals(subject, files, now=now)
    newest = sorted(found.newest.values(), key=lambda row: row.at, reverse=True)[:MOST]
    return {"cards": [cards.made(KINDS[row.kind], subject, found, found.goals, now=now) for row in newest]}


widget = Widget(
    _l("My health"),
    context,
    refresh_on=(record.CHANGED,),
    scope=SCOPE,
    group="health",
    icon="heart-pulse",
    rank=10,
)
