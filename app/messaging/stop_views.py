"""No more reminders for an address without an account: the link of a mail asks, its button acts."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from app.booking import queries
from app.booking.models import Appointment
from app.kernel.errors import NotFound
from app.messaging import actions, stops
from app.web import htmx, limits
from app.web.access import practice_only
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("reminder_stop", __name__)


@bp.get("/reminders/<token>")
@practice_only
def ask(token: str) -> str:
    appointment = _behind(token)
    stopped = actions.refuses(appointment.contact_email, sealer=services().sealer)
    address = stops.masked(appointment.contact_email)
    return render_template("messaging/stop.html", token=token, address=address, stopped=stopped)


@bp.post("/reminders/<token>")
@practice_only
def choose(token: str) -> Any:
    BaseForm()  # content type and single values
    appointment, want = _behind(token), request.form.get("want", "")
    if want not in ("none", "again"):
        abort(400)
    actions.want_reminders(
        appointment, wanted=want == "again", sealer=services().sealer, now=services().clock.now()
    )
    return htmx.redirect_to(f"/reminders/{token}")


def _behind(token: str) -> Appointment:
    """NotFound at another practice's site, and for an appointment made without an address."""
    limits.hit("token")
    found = queries.appointment(stops.of_token(token))
    if not found.contact_email:
        raise NotFound
    return found
