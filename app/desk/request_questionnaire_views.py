"""A questionnaire goes with a request: the time stays kept, and the request shows when it is answered."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.booking import queries as bookings
from app.booking import rights
from app.booking.actions.answers import give_time
from app.booking.models import Appointment
from app.booking.refusals import AnsweredAlready
from app.desk import request_cards
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.patients.actions import journal_look
from app.questionnaires import actions, labels, queries
from app.questionnaires.forms import SendForm
from app.web import limits
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.outside import services

bp = Blueprint("request_questionnaire", __name__)
HERE = "/desk/requests/<uuid:appointment_id>/questionnaire"


@bp.get(HERE)
@desk("booking:manage")
def which(appointment_id: UUID) -> Any:
    try:
        return _page(bookings.request(appointment_id))
    except AnsweredAlready:
        return go("/desk/requests")


@bp.post(HERE)
@checks_its_token
@desk("booking:manage")
def send(appointment_id: UUID) -> Any:
    form, now = SendForm(), services().clock.now()
    try:
        found = bookings.request(appointment_id)
        version = form.chosen(queries.offered()) if form.validate() else None
        if version is None:
            return _page(found, form=form), 422
        limits.hit("questionnaire", practice=g.practice.id)
        until = rights.longer(found, g.practice, now=now)
        told = {"by": g.person.actor, "now": now}
        with write_tx():
            actions.send(version, found.patient, appointment=found, sealer=services().sealer, **told)
            give_time(found, until=until, **told)
    except AnsweredAlready:
        return go("/desk/requests")
    except Refusal as no:
        return _page(found, form=form, refusal=no), no.status
    return go(url_for("requests.inbox", done="questionnaire"))


def _page(found: Appointment, form: SendForm | None = None, **more: Any) -> str:
    now = services().clock.now()
    journal_look(
        [found.patient_id], member=g.staff, what="request", why="requests", now=now, target="requests"
    )
    g.here = url_for(".which", appointment_id=found.id)
    offered = queries.offered()
    form = form or SendForm(formdata=None)
    words = [(str(one.id), labels.said(one.title, g.practice).words) for one in offered]
    form.questionnaire.choices = [("", ""), *words]
    return render_template(
        "desk/request_questionnaire.html",
        card=request_cards.of([found], now=now)[0],
        form=form,
        offered=offered,
        **more,
    )
