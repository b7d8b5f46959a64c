"""The programmes of one patient, and the templates: made of exercises, changed, copied, ended, printed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.exercises import actions, labels, queries
from app.exercises.forms import DoseForm, PlanForm
from app.exercises.queries import Programme
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.patients import queries as patients
from app.patients.actions import journal_look
from app.patients.models import Patient
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("programmes", __name__)
OF_PATIENT = "/desk/patients/<uuid:patient_id>/programmes"
HERE = "/desk/programmes"
ONE = f"{HERE}/<uuid:plan_id>"
DONE = {
    "saved": _l("The programme is saved. The patient sees it at once."),
    "ended": _l("The programme has ended. What was done of it stays."),
    "copied": _l("This is the copy: change what you like."),
}


@bp.get(OF_PATIENT)
@desk("care:manage")
def of_patient(patient_id: UUID) -> str:
    return _list(patients.patient(patient_id))


@bp.post(OF_PATIENT)
@checks_its_token
@desk("care:manage")
def make(patient_id: UUID) -> Any:
    patient, form = patients.patient(patient_id), PlanForm()
    if not form.validate():
        return _list(patient, form=form), 422
    return _made(form, patient)


@bp.get(HERE)
@desk("care:manage")
def templates() -> str:
    return _list(None)


@bp.post(HERE)
@checks_its_token
@desk("care:manage")
def make_template() -> Any:
    form = PlanForm(template=True)
    if not form.validate():
        return _list(None, form=form), 422
    return _made(form, None)


@bp.get(ONE)
@desk("care:manage")
def programme(plan_id: UUID) -> str:
    return _page(_programme(plan_id))


@bp.post(ONE)
@checks_its_token
@desk("care:manage")
def change(plan_id: UUID) -> Any:
    found = _programme(plan_id)
    form = PlanForm(template=found.plan.patient_id is None)
    if not form.validate():
        return _page(found, form=form), 422
    told = {"by": g.person.actor, "now": services().clock.now()}
    try:
        actions.change_plan(found, form.terms(), seen=form.seen, **told)
    except Refusal as no:
        form.version.raw_data, form.version.data = None, str(_programme(plan_id).plan.revision)
        return _page(found, form=form, refusal=no), no.status
    return go(f"{_address(plan_id)}?done=saved")


@bp.post(f"{ONE}/activities")
@desk("care:manage")
def add(plan_id: UUID) -> Any:
    BaseForm()  # content type and single values
    found, exercise = _programme(plan_id), queries.exercise(_id(request.form.get("exercise", "")))
    try:
        made = actions.add_activity(found, exercise, by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _page(found, refusal=no), no.status
    return go(f"{_address(plan_id)}/activities/{made.id}")


@bp.get(f"{ONE}/activities/<uuid:activity_id>")
@desk("care:manage")
def activity(plan_id: UUID, activity_id: UUID) -> str:
    found = _programme(plan_id)
    one = queries.activity_of(found, activity_id)
    return _dose(found, one, DoseForm(formdata=None, **DoseForm.filled(one, found.plan.revision)))


@bp.post(f"{ONE}/activities/<uuid:activity_id>")
@checks_its_token
@desk("care:manage")
def change_dose(plan_id: UUID, activity_id: UUID) -> Any:
    found, form = _programme(plan_id), DoseForm()
    one = queries.activity_of(found, activity_id)
    if not form.validate():
        return _dose(found, one, form), 422
    told = {"by": g.person.actor, "now": services().clock.now()}
    try:
        actions.change_activity(found, activity_id, form.dose(), seen=form.seen, **told)
    except Refusal as no:
        form.version.raw_data, form.version.data = None, str(found.plan.revision)
        return _dose(found, one, form, refusal=no), no.status
    return go(f"{_address(plan_id)}?done=saved#exercises")


@bp.post(f"{ONE}/activities/<uuid:activity_id>/<any(up,down,removal):what>")
@desk("care:manage")
def rearrange(plan_id: UUID, activity_id: UUID, what: str) -> Any:
    BaseForm()  # content type and single values
    found, told = _programme(plan_id), {"by": g.person.actor, "now": services().clock.now()}
    try:
        if what == "removal":
            actions.drop_activity(found, activity_id, **told)
        else:
            actions.move_activity(found, activity_id, -1 if what == "up" else 1, **told)
    except Refusal as no:
        return _page(found, refusal=no), no.status
    return go(f"{_address(plan_id)}#exercises")


@bp.post(f"{ONE}/<any(end,copy,template):what>")
@desk("care:manage")
def turn(plan_id: UUID, what: str) -> Any:
    """Ended; copied for the same patient; or its exercises kept as a template."""
    BaseForm()  # content type and single values
    found, told = _programme(plan_id), {"by": g.person.actor, "now": services().clock.now()}
    if what == "end":
        actions.end_plan(found, **told)
        return go(f"{_address(plan_id)}?done=ended" if found.plan.patient_id else HERE)
    patient = found.plan.patient if what == "copy" else None
    made = actions.copy_plan(found, patient=patient, today=found.today, **told)
    return go(f"{_address(made.id)}?done=copied")


@bp.get(f"{ONE}/print")
@desk("care:manage")
def sheet(plan_id: UUID) -> str:
    found = _programme(plan_id)
    return render_template("exercises/desk/print.html", programme=found, plan=found.plan, words=labels)


def _made(form: PlanForm, patient: Patient | None) -> Any:
    now, like = services().clock.now(), None
    if form.like.data:
        like = _programme(_id(form.like.data))
    told = {"by": g.person.actor, "now": now, "attempt": form.attempt_id}
    made = actions.make_plan(form.terms(), patient=patient, like=like, **told)
    return go(f"{_address(made.id)}?done=saved")


def _id(text: str) -> UUID:
    """What a form says is one; nobody's where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _programme(plan_id: UUID) -> Programme:
    """Whoever opens a patient's programme has looked at the patient."""
    found = queries.programme(plan_id, g.practice, now=services().clock.now())
    if found.plan.patient_id is not None:
        _look(found.plan.patient)
    return found


def _look(patient: Patient) -> None:
    journal_look([patient], member=g.staff, what="programme", why="care", now=services().clock.now())


def _address(plan_id: UUID) -> str:
    return url_for("programmes.programme", plan_id=plan_id)


def _list(patient: Patient | None, form: PlanForm | None = None) -> str:
    now, templates = services().clock.now(), queries.templates()
    found: list[Programme] = []
    g.here = HERE
    if patient is not None:
        _look(patient)
        found = queries.programmes_of(patient.id, g.practice, now=now)
        g.here = url_for(".of_patient", patient_id=patient.id)
    if form is None:
        today = clock.today(now, g.practice.timezone)
        form = PlanForm(formdata=None, template=patient is None, starts_on=today.isoformat())
    mine = [(str(one.plan.id), one.plan.title) for one in found]
    form.like.choices = [
        ("", _("An empty programme")),
        *((str(one.id), one.title) for one in templates),
        *mine,
    ]
    return render_template(
        "exercises/desk/programmes.html",
        patient=patient,
        found=found,
        templates=templates,
        form=form,
        done=DONE.get(request.args.get("done", "")),
    )


def _page(found: Programme, form: PlanForm | None = None, **more: Any) -> str:
    g.here = _address(found.plan.id)
    template = found.plan.patient_id is None
    return render_template(
        "exercises/desk/programme.html",
        programme=found,
        plan=found.plan,
        library=queries.library(),
        form=form or PlanForm(formdata=None, template=template, **PlanForm.filled(found.plan)),
        words=labels,
        done=DONE.get(request.args.get("done", "")),
        **more,
    )


def _dose(found: Programme, one: Any, form: DoseForm, **more: Any) -> str:
    g.here = f"{_address(found.plan.id)}/activities/{one.id}"
    return render_template(
        "exercises/desk/activity.html", programme=found, plan=found.plan, one=one, form=form, **more
    )
