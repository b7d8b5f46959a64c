"""One appointment at the desk: its page, the steps of the visit, its end, and the proof of what was accepted."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request, url_for

from app.booking import actions, queries
from app.booking.models import Appointment
from app.desk import appointment_page, panel, proof
from app.desk.appointment_forms import CancelForm, StepForm
from app.desk.panel import journal
from app.kernel.errors import Refusal, Unavailable
from app.kernel.i18n import lazy_gettext as _l
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.htmx import wants_fragment, with_event
from app.web.outside import services

bp = Blueprint("desk_appointment", __name__)
DONE = {
    "booked": _l("The appointment is booked."),
    "moved": _l("The appointment has moved."),
    "lengthened": _l("The appointment lasts longer or shorter now."),
    "cancelled": _l("The appointment is cancelled."),
    "noted": _l("Noted."),
}


@bp.get("/desk/appointments/<uuid:appointment_id>")
@desk("booking:manage")
def show(appointment_id: UUID) -> str:
    return opened(queries.appointment(appointment_id))


@bp.post("/desk/appointments/<uuid:appointment_id>/state")
@checks_its_token
@desk("booking:manage")
def step(appointment_id: UUID) -> Any:
    appointment, form = queries.appointment(appointment_id), StepForm()
    shown = panel.opened if wants_fragment() else opened
    if not form.validate():
        return shown(appointment, wrong=form), 422
    try:
        form.still(appointment)
        _note(appointment, form.status.data or "")
    except Refusal as no:
        return shown(queries.appointment(appointment_id), refusal=no), no.status
    if wants_fragment():
        return with_event(panel.opened(queries.appointment(appointment_id)), panel.CHANGED)
    return go(address(appointment, "noted"))


def _note(appointment: Appointment, status: str) -> None:
    now, by = services().clock.now(), g.person.actor
    if status == "noshow":
        actions.miss(appointment, by=by, now=now)
    else:
        actions.note(appointment, status, by=by, now=now)


@bp.post("/desk/appointments/<uuid:appointment_id>/cancellation")
@checks_its_token
@desk("booking:manage")
def cancel(appointment_id: UUID) -> Any:
    appointment, form = queries.appointment(appointment_id), CancelForm()
    if not form.validate():
        return opened(appointment, cancelling=form), 422
    try:
        form.still(appointment)
        actions.cancel_at_desk(
            appointment,
            by=g.person.actor,
            now=services().clock.now(),
            reason=form.reason.data or "",
            for_patient=form.whose.data == "patient",
        )
    except Refusal as no:
        return opened(queries.appointment(appointment_id), refusal=no), no.status
    return go(address(appointment, "cancelled"))


@bp.get("/desk/appointments/<uuid:appointment_id>/proof.pdf")
@desk("booking:manage")
def paper(appointment_id: UUID) -> Any:
    appointment = queries.appointment(appointment_id)
    try:
        content = proof.pdf(appointment, now=services().clock.now())
    except Unavailable:
        return opened(appointment, no_paper=True), 503
    journal(appointment, what="proof", why="proof")
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="preuve-{appointment.id.hex[-8:]}.pdf"'
    return response


def opened(appointment: Appointment, **shown: Any) -> str:
    """The page; whoever sees it has looked at the patient."""
    journal(appointment, what="appointment", why="appointment")
    g.here = address(appointment)
    page = appointment_page.of(appointment, now=services().clock.now())
    cancelling = shown.pop("cancelling", None)
    return render_template(
        "desk/appointment.html",
        page=page,
        appointment=appointment,
        cancelling=cancelling or CancelForm(formdata=None),
        wrong=shown.pop("wrong", None) or cancelling,
        done=DONE.get(request.args.get("done", "")),
        causes=appointment_page.CAUSES,
        fee_states=appointment_page.FEE_STATES,
        **shown,
    )


def address(appointment: Appointment, done: str = "") -> str:
    return url_for("desk_appointment.show", appointment_id=appointment.id, **({"done": done} if done else {}))
