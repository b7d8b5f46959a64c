"""An appointment by its link: confirmed, in a calendar, undone, cancelled. GET shows, POST acts."""

from typing import Any

from flask import Blueprint, Response, g, render_template, url_for

from app.booking import actions, calendar_file, labels, links, pages, queries, tokens
from app.booking.models import Appointment
from app.booking.patient_views import seen, shop
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.practice.queries import primary_host
from app.web import htmx
from app.web.access import practice_only
from app.web.outside import services

bp = Blueprint("appointment", __name__)
PAGE_MINUTES = 7 * 1440  # after the visit its page can still be read: a link lies in a mailbox for years


@bp.get("/appointments/<token>")
@practice_only
def confirmed(token: str) -> str:
    return render_template("booking/confirmed.html", token=token, **_card(_behind(token)))


@bp.get("/appointments/<token>/calendar.ics")
@practice_only
def calendar(token: str) -> Response:
    appointment = _behind(token)
    content = calendar_file.of(appointment, g.practice, host=primary_host(g.practice.id), code=language())
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


@bp.post("/appointments/<token>/undo")
@practice_only
def undo(token: str) -> Any:
    actions.undo(_behind(token), by="guest", now=services().clock.now())
    return htmx.redirect_to(url_for(".confirmed", token=token))


@bp.post("/appointments/<token>/cancellation")
@practice_only
def cancel(token: str) -> Any:
    actions.cancel(_behind(token), by="guest", now=services().clock.now())
    return htmx.redirect_to(url_for(".confirmed", token=token))


@bp.get("/action/<token>")
@practice_only
def action(token: str) -> str:
    link = links.read(token, now=services().clock.now())
    appointment = queries.appointment(link.appointment_id)
    return render_template("booking/action.html", token=token, **_card(appointment))


@bp.post("/action/<token>")
@practice_only
def act(token: str) -> Any:
    now = services().clock.now()
    link = links.read(token, now=now)
    actions.cancel(queries.appointment(link.appointment_id), by="guest", now=now)
    links.use(link, now=now)
    return htmx.redirect_to(url_for(".action", token=token))


def _may_plan(appointment: Appointment) -> bool:
    """Whether whoever is signed in could book several of these at once."""
    offer = shop().in_agenda(appointment.schedule_id, appointment.service_id) if seen().signed_in else None
    return offer is not None and offer.policy.series_most > 1 and offer.policy.outcome == "direct"


def _behind(token: str) -> Appointment:
    appointment = queries.appointment(pages.of_token(token))
    if clock.to_minutes(services().clock.now()) > appointment.ends + PAGE_MINUTES:
        raise NotFound
    return appointment


def _card(appointment: Appointment) -> dict[str, Any]:
    """What such a page may show: when, what, where, with whom; nothing else of the person's record."""
    now = services().clock.now()
    minutes, zone = clock.to_minutes(now), appointment.location.timezone
    booked = appointment.status == "booked"
    undo_seconds = int((appointment.undo_until - now).total_seconds()) if appointment.undo_until else 0
    return {
        "appointment": appointment,
        "may_plan": _may_plan(appointment),
        "series_url": appointment.series_id
        and url_for("series_link.overview", token=tokens.token("series", appointment.series_id)),
        "moment": clock.local(appointment.starts, zone),
        "ends": clock.local(appointment.ends, zone),
        "place": calendar_file.place_line(appointment.location, g.practice, language()),
        "past": minutes >= appointment.starts,
        "can_cancel": booked and minutes <= min(appointment.cancel_until, appointment.starts),
        "undo_seconds": undo_seconds if booked else 0,
        "sentence": labels.cancellation_sentence(
            appointment.cancel_until, appointment.late_fee_cents, zone, minutes
        ),
    }
