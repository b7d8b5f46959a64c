"""The agendas of the practice: who works where, what is given there, in which order, and until when."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.booking import closed
from app.booking.impact import Differs
from app.booking.plans import agendas, lengths, people, shelving, sites, weeks
from app.directory.models import Schedule
from app.kernel import clock
from app.kernel.errors import Refusal
from app.settings import changes
from app.settings.agendas_forms import AgendaForm, NewAgendaForm
from app.settings.endings_page import ended_or_shown, resumed_or_shown
from app.settings.impact_page import saved_or_shown
from app.settings.sites_forms import LastDayForm
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("agendas", __name__)
HOURS = "/settings/hours"


@bp.get(f"{HOURS}/new")
@desk("settings:manage")
def new() -> str:
    return _new_page(_new_form(formdata=None, public=True))


@bp.post(f"{HOURS}/new")
@checks_its_token
@desk("settings:manage")
def add() -> Any:
    form = _new_form()
    if not form.validate():
        return _new_page(form), 422
    whose, where = form.chosen
    who = {"by": g.person.actor, "now": services().clock.now()}
    try:
        made = agendas.add(g.practice, people.practitioner(whose), sites.site(where), form.agenda(), **who)
    except Refusal as refusal:
        form.site.errors = [refusal.sentence()]
        return _new_page(form), refusal.status
    return go(f"{HOURS}/{made}/week")


@bp.get(f"{HOURS}/<uuid:schedule_id>/services")
@desk("settings:manage")
def edit(schedule_id: UUID) -> str:
    row = weeks.schedule(schedule_id)
    typed = AgendaForm.typed(row)
    return _page(AgendaForm(formdata=None, services=lengths.services(), known=agendas.of(row), **typed), row)


@bp.post(f"{HOURS}/<uuid:schedule_id>/services")
@checks_its_token
@desk("settings:manage")
def change(schedule_id: UUID) -> Any:
    row, form = weeks.schedule(schedule_id), AgendaForm(services=lengths.services())
    if "edit" in request.form or not form.validate():
        return _page(form, row), 200 if "edit" in request.form else 422
    now, wanted, before = services().clock.now(), form.agenda(), form.version.data or ""

    def act(seen: str) -> Any:
        return agendas.change(g.practice, row, wanted, before=before, by=g.person.actor, now=now, seen=seen)

    try:
        return saved_or_shown(act, cause="service", title=row.practitioner.name, done=_here(row, "saved"))
    except Differs as refusal:
        differs = form.differences(row)
        return _page(form, row, refusal=refusal, differs=differs), refusal.status


@bp.post(f"{HOURS}/<uuid:schedule_id>/end")
@checks_its_token
@desk("settings:manage")
def end(schedule_id: UUID) -> Any:
    row = weeks.schedule(schedule_id)
    title, back = row.practitioner.name, f"{HOURS}/{row.id}/services"
    answer = ended_or_shown(row, cause="hours", title=title, back=back, done=_here(row, "ended"))
    if isinstance(answer, LastDayForm):
        known = AgendaForm(
            formdata=None, services=lengths.services(), known=agendas.of(row), **AgendaForm.typed(row)
        )
        return _page(known, row, last_day=answer), 422
    return answer


@bp.post(f"{HOURS}/<uuid:schedule_id>/resumption")
@desk("settings:manage")
def resume(schedule_id: UUID) -> Any:
    row = weeks.schedule(schedule_id)
    title, back = row.practitioner.name, f"{HOURS}/{row.id}/services"
    return resumed_or_shown(row, cause="hours", title=title, back=back, done=_here(row, "resumed"))


@bp.post(f"{HOURS}/<uuid:schedule_id>/order")
@desk("settings:manage")
def order(schedule_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, step = weeks.schedule(schedule_id), -1 if request.form.get("to") == "up" else 1
    shelving.move(g.practice, row, step, by=g.person.actor, now=services().clock.now())
    return go(HOURS)


def _new_form(**more: Any) -> NewAgendaForm:
    today = _today()
    staff = [one for one in people.practitioners() if not closed.is_over(today, one)]
    places = [one for one in sites.sites() if not closed.is_over(today, one)]
    return NewAgendaForm(services=lengths.services(), people=staff, sites=places, **more)


def _new_page(form: NewAgendaForm) -> str:
    g.here = f"{HOURS}/new"
    return render_template("settings/agenda_new.html", form=form)


def _page(form: AgendaForm, row: Schedule, **more: Any) -> str:
    g.here = f"{HOURS}/{row.id}/services"
    shown = {"last_day": LastDayForm(formdata=None), **more}
    found = changes.of(changes.at(HOURS), targets=[f"schedule:{row.id}"])
    return render_template(
        "settings/agenda_services.html", form=form, agenda=row, changes=found, today=_today(), **shown
    )


def _here(row: Schedule, done: str) -> str:
    return f"{HOURS}/{row.id}?done={done}"


def _today() -> Any:
    return clock.today(services().clock.now(), g.practice.timezone)
