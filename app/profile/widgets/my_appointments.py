"""What the person comes for next: the first as a card one could show, then those after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking import queries
from app.booking.models import REQUESTED
from app.kernel import clock
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.patients.files import File
from app.profile.widget import Viewer, Widget
from app.web.door import practice_url

SHOWN = 4


@dataclass(frozen=True)
class Line:
    """`can_move`, `can_cancel`: by the deadlines told when it was booked; the page behind asks all the rules."""

    ahead: queries.Ahead
    file: File
    moment: datetime
    service: str
    place: str
    days: str  # «today», «tomorrow», «in 4 days»
    can_move: bool
    can_cancel: bool

    @property
    def url(self) -> str:
        return f"/me/appointments/{self.ahead.id}"

    @property
    def requested(self) -> bool:
        return self.ahead.status in REQUESTED

    @property
    def directions(self) -> str:
        return f"https://www.openstreetmap.org/directions?to={self.ahead.lat}%2C{self.ahead.lon}"


def context(viewer: Viewer, now: datetime) -> dict[str, Any]:
    files = {one.patient_id: one for one in viewer.files("book")}
    found = queries.ahead([(one.practice_id, one.patient_id) for one in files.values()], now=now)
    lines = [_line(one, files[one.patient_id], now=now) for one in found]
    only = next(iter({one.host for one in files.values()})) if len(files) == 1 else None
    return {
        "next": lines[0] if lines else None,
        "after": lines[1:SHOWN],
        "more": len(lines) > SHOWN,
        "connected": bool(files),
        "new_url": "/book" if viewer.practice else practice_url(only, "/book") if only else "/",
    }


def _line(one: queries.Ahead, file: File, *, now: datetime) -> Line:
    practice, code, minutes = file.practice, language(), clock.to_minutes(now)
    moment = clock.local(one.starts, one.timezone)
    requested = one.status in REQUESTED
    until = one.starts if requested else min(one.cancel_until, one.starts)
    return Line(
        ahead=one,
        file=file,
        moment=moment,
        service=pick(one.service, code, practice.languages),
        place=f"{one.street}, {one.postcode}\N{NO-BREAK SPACE}{pick(one.town, code, practice.languages)}",
        days=_away((moment.date() - clock.today(now, one.timezone)).days),
        can_move=one.status == "booked" and minutes <= min(one.move_until or 0, one.starts),
        can_cancel=(requested or one.status == "booked") and minutes <= until,
    )


def _away(days: int) -> str:
    if days <= 0:
        return _("Today")
    return _("Tomorrow") if days == 1 else _("In %(days)s days", days=days)


widget = Widget(
    _l("My appointments"),
    context,
    refresh_on=("appointments-changed",),
    load="load",
    scope="book",
    group="care",
    icon="calendar-check",
    rank=10,
    wide=True,
)
