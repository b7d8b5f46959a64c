"""The page behind the link of an offer: GET shows, POST answers, and answering twice is answering once."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.booking import calendar_file, queries, reoffers
from app.booking.models import Appointment, Reoffer
from app.booking.refusals import SlotTaken
from app.kernel import clock
from app.kernel.i18n import language
from app.web.access import practice_only
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("reoffer", __name__)


@bp.get("/reoffers/<token>")
@practice_only
def shown(token: str) -> str:
    return _page(token, reoffers.read(token))


@bp.post("/reoffers/<token>")
@practice_only
def answer(token: str) -> Any:
    BaseForm()  # content type and single values
    reoffer, now = reoffers.read(token), services().clock.now()
    what, said = request.form.get("answer", ""), {"by": "guest", "now": now}
    schedule, _dash, start = request.form.get("time", "").partition(":")
    try:
        if what == "take" and start.isascii() and start.isdigit() and len(start) < 10:
            reoffers.take(g.practice, reoffer, schedule, int(start), **said)
        elif what in ANSWERS:
            ANSWERS[what](reoffer, **said)
        else:
            return _page(token, reoffer, missing=True), 422
    except SlotTaken as lost:
        return _page(token, reoffers.read(token), lost=lost), lost.status
    return go(f"/reoffers/{token}")


ANSWERS: dict[str, Any] = {
    "read": reoffers.acknowledge,
    "none": reoffers.decline,
    "cancel": reoffers.give_up,
}


def _page(token: str, reoffer: Reoffer, **more: Any) -> str:
    appointment: Appointment = queries.appointment(reoffer.appointment_id)
    now = services().clock.now()
    is_open = reoffers.is_open(reoffer, appointment, now=now)
    asks = is_open and reoffer.choice in ("times", "call")
    zone = appointment.location.timezone
    return render_template(
        "booking/reoffer.html",
        token=token,
        reoffer=reoffer,
        appointment=appointment,
        is_open=is_open,
        times=[
            (one, clock.local(one.start, zone))
            for one in (reoffers.choices(g.practice, reoffer, appointment, now=now) if asks else ())
        ],
        was=clock.local(reoffer.was_start, zone),
        moment=clock.local(appointment.starts, zone),
        place=calendar_file.place_line(appointment.location, g.practice, language()),
        **more,
    )
