"""Today's exercises of the programmes made for the patient, to be ticked; and how the week goes."""

from datetime import datetime
from typing import Any

from app import exercises
from app.exercises import labels, queries
from app.kernel.i18n import lazy_gettext as _l
from app.profile.widget import Viewer, Widget


def context(viewer: Viewer, now: datetime) -> dict[str, Any]:
    found = queries.of_files(viewer.files("health"), now=now, limit=20)
    current = [one for one in found if not one.is_over and not one.is_coming]
    return {"programmes": current, "others": len(found) - len(current), "words": labels}


widget = Widget(
    _l("My exercise programmes"),
    context,
    refresh_on=(exercises.CHANGED,),
    scope="health",
    group="exchange",
    icon="person-standing",
    rank=40,
)
