"""«I do not accept»: the link in the mail about an appointment somebody else made. GET shows, POST acts, once."""

from typing import Any

from flask import Blueprint, render_template, url_for

from app.booking import actions, calendar_file, labels, links, queries
from app.booking.models import ActionLink
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.web import htmx
from app.web.access import practice_only
from app.web.outside import services

bp = Blueprint("decline", __name__)


@bp.get("/decline/<token>")
@practice_only
def show(token: str) -> str:
    appointment = queries.appointment(_link(token).appointment_id)
    zone, until = appointment.location.timezone, actions.decline_until(appointment)
    return render_template(
        "booking/decline.html",
        token=token,
        appointment=appointment,
        moment=clock.local(appointment.starts, zone),
        place=calendar_file.place_line(appointment.location, appointment.practice, language()),
        until=labels.when(until, zone),
        can_decline=appointment.status == "booked" and clock.to_minutes(services().clock.now()) < until,
    )


@bp.post("/decline/<token>")
@practice_only
def act(token: str) -> Any:
    now, link = services().clock.now(), _link(token)
    actions.decline(queries.appointment(link.appointment_id), by="guest", now=now)
    links.use(link, now=now)
    return htmx.redirect_to(url_for(".show", token=token))


def _link(token: str) -> ActionLink:
    """NotFound for a link to do something else: this one needs no deadline to be kept."""
    link = links.read(token, now=services().clock.now())
    if link.action != "decline":
        raise NotFound
    return link
