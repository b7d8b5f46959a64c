"""What the pages of an appointment show: when, what, where, with whom, how it stands; and no record of a person."""

from typing import Any

from flask import g, url_for

from app.booking import calendar_file, catalogue, choices, labels, pages, queries, rights, standing, tokens
from app.booking.change_forms import CancelForm
from app.booking.models import REQUESTED, Appointment
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import _, language
from app.web.outside import services

PAGE_MINUTES = 7 * 1440  # after the visit its page can still be read: a link lies in a mailbox for years


def behind(token: str) -> Appointment:
    """The appointment of a page; NotFound for what was never given out, and a week after the visit."""
    appointment = queries.appointment(pages.of_token(token))
    if clock.to_minutes(services().clock.now()) > appointment.ends + PAGE_MINUTES:
        raise NotFound
    return appointment


def card(appointment: Appointment, *, cancelling: CancelForm | None = None) -> dict[str, Any]:
    """For templates/booking/confirmed.html and its sisters."""
    now = services().clock.now()
    minutes, zone = clock.to_minutes(now), appointment.location.timezone
    may = rights.of(appointment, g.practice, now=now)
    past = minutes >= appointment.starts
    return {
        "appointment": appointment,
        "moment": clock.local(appointment.starts, zone),
        "ends": clock.local(appointment.ends, zone),
        "place": calendar_file.place_line(appointment.location, g.practice, language()),
        "phone": appointment.location.phone or g.practice.profile.get("phone"),
        "past": past,
        "requested": appointment.status in REQUESTED,
        "state": labels.state_of(appointment),
        "heading": heading(appointment, past=past),
        "may": may,
        "cancelling": cancelling or CancelForm(formdata=None, wanted=may.reason),
        "answer_by": labels.when(appointment.answer_by, zone) if appointment.answer_by else "",
        "sentence": labels.cancellation_sentence(
            appointment.cancel_until,
            appointment.late_fee_cents,
            zone,
            minutes,
            move=appointment.move_until,
        ),
        "may_plan": _may_plan(appointment),
        "series_url": appointment.series_id
        and url_for("series_link.overview", token=tokens.token("series", appointment.series_id)),
        "alternatives": choices.offered(appointment, g.practice, now=now),
        "instead": choices.instead_of(appointment),
    }


def _may_plan(appointment: Appointment) -> bool:
    """Whether whoever is signed in could book several of these at once."""
    seen = standing.seen(now=services().clock.now())
    if not seen.signed_in:
        return False
    shop = catalogue.of(g.practice, now=services().clock.now(), standing=seen.standing)
    offer = shop.in_agenda(appointment.schedule_id, appointment.service_id)
    return offer is not None and offer.policy.series_most > 1 and offer.policy.outcome == "direct"


def heading(appointment: Appointment, *, past: bool) -> str:
    ended = {
        "refused": _("Your request could not be accepted"),
        "expired": _("Your request ended without an answer"),
        "practice": _("The practice had to cancel this appointment"),
    }
    if appointment.status == "cancelled":
        return ended.get(appointment.cancel_kind, _("Your appointment is cancelled"))
    if appointment.status in REQUESTED:
        return {
            "proposed": _("Your request is with the practice"),
            "pending": _("The practice asks you something first"),
        }[appointment.status]
    if appointment.status == "noshow":
        return _("You did not come to this appointment")
    if appointment.status == "entered-in-error":
        return _("This appointment was entered by mistake")
    return _("This appointment is over") if past else _("Your appointment is booked")
