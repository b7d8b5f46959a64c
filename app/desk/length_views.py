"""How long one appointment lasts, as a plain page: what pulling its card does, without a script."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from app.booking import actions, catalogue, labels, queries
from app.booking.actions import place
from app.booking.actions.dragging import LONGEST, SHORTEST
from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.questions import Asking
from app.booking.refusals import NeedsAcknowledgement, NotGivenThere
from app.booking.slots import Reason
from app.desk import why_not
from app.desk.appointment_forms import Knowingly, StepForm
from app.desk.appointment_views import address
from app.desk.panel import journal
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.outside import config, services

bp = Blueprint("desk_length", __name__)


class LengthForm(Knowingly, StepForm):
    PAGE = ("minutes", "because")

    minutes = IntegerField(
        _l("Minutes"),
        validators=[
            InputRequired(_l("Enter a number of minutes from 5 to 720.")),
            NumberRange(SHORTEST, LONGEST, _l("Enter a number of minutes from 5 to 720.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@bp.get("/desk/appointments/<uuid:appointment_id>/length")
@desk("booking:manage")
def show(appointment_id: UUID) -> str:
    appointment = queries.appointment(appointment_id)
    form = LengthForm(formdata=None)
    form.version.data, form.minutes.data = str(appointment.version), appointment.ends - appointment.starts
    return _page(form, appointment)


@bp.post("/desk/appointments/<uuid:appointment_id>/length")
@checks_its_token
@desk("booking:manage")
def change(appointment_id: UUID) -> Any:
    form, appointment = LengthForm(), queries.appointment(appointment_id)
    if not form.validate():
        return _page(form, appointment), 422
    try:
        form.still(appointment)
        _resize(form, appointment)
    except Refusal as no:
        return _page(form, queries.appointment(appointment_id), refusal=no), no.status
    return go(address(appointment, "lengthened"))


def _resize(form: LengthForm, appointment: Appointment) -> None:
    minutes, now = form.minutes.data or 0, services().clock.now()
    broken = form.acknowledged & _new(appointment, minutes)
    actions.resize(
        appointment,
        _offer(appointment),
        minutes,
        by=g.person.actor,
        now=now,
        mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
        broken=broken,
        because=(form.because.data or "") if broken else "",
    )


def _offer(appointment: Appointment) -> Offer:
    found = catalogue.for_desk(g.practice, now=services().clock.now())
    offer = found.in_agenda(appointment.schedule_id, appointment.service_id)
    if offer is None:
        raise NotGivenThere
    return offer


def _new(appointment: Appointment, minutes: int) -> set[Reason]:
    """What the other length breaks and the present one does not."""
    asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
    now, offer = services().clock.now(), _offer(appointment)

    def against(length: int) -> set[Reason]:
        return actions.reasons(actions.lasting(offer, length), appointment.starts, now=now, asking=asking)

    return against(minutes) - against(appointment.ends - appointment.starts)


def _page(form: LengthForm, appointment: Appointment, *, refusal: Refusal | None = None) -> str:
    journal(appointment, what="appointment", why="appointment")
    now, zone = services().clock.now(), appointment.location.timezone
    warnings: list[why_not.Why] = []
    if isinstance(refusal, NeedsAcknowledgement) or form.acknowledged:
        broken = _new(appointment, form.minutes.data or 0)
        warnings = why_not.whys(
            [reason for reason in Reason if reason in broken],
            offer=_offer(appointment),
            found=catalogue.for_desk(g.practice, now=now),
            day=clock.local(appointment.starts, zone).date(),
        )
    return render_template(
        "desk/length.html",
        form=form,
        appointment=appointment,
        when=labels.when(appointment.starts, zone),
        length=labels.duration_label(appointment.ends - appointment.starts),
        warnings=warnings,
        acknowledged=form.acknowledged,
        refusal=refusal,
    )
