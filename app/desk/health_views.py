"""What a patient shares with a practitioner, at the desk: pictures, values, and the goals one sets."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.desk import health_page
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.patients import actions as patients
from app.patients import queries
from app.patients.models import Patient
from app.record import actions, labels, pictures
from app.record import queries as record
from app.record.forms import GoalForm
from app.record.kinds import KINDS, Kind
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("desk_health", __name__)
HERE = "/desk/patients/<uuid:patient_id>/health"
DONE = {"set": _l("The goal is set. The patient sees it at once."), "ended": _l("The goal is ended.")}


@bp.get(HERE)
@desk("health:read")
def overview(patient_id: UUID) -> str:
    patient = _looked_at(patient_id)
    page = health_page.overview(patient, member=g.staff, now=services().clock.now())
    return render_template("desk/health.html", patient=patient, page=page)


@bp.get(f"{HERE}/<string:kind>")
@desk("health:read")
def parameter(patient_id: UUID, kind: str) -> str:
    one = _kind(kind)
    return _page(_looked_at(patient_id), one, _form(one))


@bp.post(f"{HERE}/<string:kind>/goals")
@desk("goals:manage")
@checks_its_token
def set_goal(patient_id: UUID, kind: str) -> Any:
    one, patient = _kind(kind), queries.patient(patient_id)
    form, now = _form(one, typed=True), services().clock.now()
    if not form.validate() or form.target is None:
        _looked_at(patient_id)
        return _page(patient, one, form), 422
    actions.set_goal(
        patient,
        one,
        form.target,
        starts_on=form.starts_on.day or form.today,
        ends_on=form.ends_on.day,
        words=form.words.data or "",
        member=g.staff,
        now=now,
        attempt=form.attempt_id,
    )
    return go(url_for(".parameter", patient_id=patient.id, kind=one.key, done="set"))


@bp.post(f"{HERE}/<string:kind>/goals/<uuid:goal_id>/end")
@desk("goals:manage")
def end_goal(patient_id: UUID, kind: str, goal_id: UUID) -> Any:
    BaseForm()  # content type and single values
    one, patient = _kind(kind), queries.patient(patient_id)
    found = record.goal(patient.id, goal_id)
    actions.end_goal(found, by=g.person.actor, now=services().clock.now())
    return go(url_for(".parameter", patient_id=patient.id, kind=one.key, done="ended"))


def _kind(key: str) -> Kind:
    found = KINDS.get(key)
    if found is None:
        raise NotFound
    return found


def _looked_at(patient_id: UUID) -> Patient:
    patient = queries.patient(patient_id)
    now = services().clock.now()
    patients.journal_look([patient], member=g.staff, what="health", why="health", now=now)
    return patient


def _form(kind: Kind, *, typed: bool = False) -> GoalForm:
    today = clock.today(services().clock.now(), g.practice.timezone)
    form = GoalForm(kind=kind, today=today) if typed else GoalForm(formdata=None, kind=kind, today=today)
    if not typed:
        form.starts_on.data = today.isoformat()
    return form


def _page(patient: Patient, kind: Kind, form: GoalForm) -> str:
    args, now = single_args(), services().clock.now()
    g.here = url_for(".parameter", patient_id=patient.id, kind=kind.key)
    page = health_page.parameter(patient, kind, member=g.staff, args=args, now=now)
    return render_template(
        "desk/health_parameter.html",
        patient=patient,
        page=page,
        form=form,
        words=labels,
        moment=pictures.moment,
        shows_hour=pictures.shows_hour,
        done=DONE.get(args.get("done", "")),
    )
