"""The day at the desk."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, render_template

from app.booking import catalogue, labels, queries
from app.booking.models import OCCUPYING
from app.desk.day import draw
from app.kernel import clock
from app.kernel.i18n import language
from app.patients.actions import journal_look
from app.web.access import desk
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("desk", __name__)


@bp.get("/desk/day")
@desk("schedule:read")
def day() -> str:
    now = services().clock.now()
    today = clock.today(now, g.practice.timezone)
    shown = _date(single_args().get("date"), today)
    appointments = queries.of_day(shown, g.practice.timezone)
    if appointments:
        _journal(shown, appointments, now)
    found = catalogue.for_desk(g.practice, now=now)
    return render_template(
        "desk/day.html",
        day=shown,
        today=today,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        drawn=draw(
            shown,
            appointments,
            found,
            language=language(),
            now=now,
            rooms=queries.rooms_of([one.session_key for one in appointments]),
        ),
        count=sum(appointment.status in OCCUPYING for appointment in appointments),
        cancelled=sum(appointment.status == "cancelled" for appointment in appointments),
        states=labels.STATES,
    )


def _journal(shown: date, appointments: list[Any], now: Any) -> None:
    """Reading names is reading a record: who looked, at which day, and whom they saw."""
    seen = {appointment.patient_id for appointment in appointments}
    journal_look(seen, member=g.staff, what="day", why="day", now=now, target=f"day:{shown.isoformat()}")


def _date(text: str | None, today: date) -> date:
    try:
        found = date.fromisoformat(text) if text and len(text) == 10 and text.isascii() else today
    except ValueError:
        return today
    return found if 2000 <= found.year <= 2100 else today
