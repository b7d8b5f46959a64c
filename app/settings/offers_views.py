"""The services of the practice: added, changed, put in order, retired and brought back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.booking.impact import Differs
from app.booking.plans import lengths, offers, rooms, shelving, weeks
from app.booking.plans.shelving import NameTaken
from app.directory.models import HealthcareService, ScheduleService
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.questionnaires.queries import titled_ties
from app.settings import changes
from app.settings.differing import differences, take_over
from app.settings.impact_page import saved_or_shown
from app.settings.offers_forms import ServiceForm
from app.settings.readiness import missing
from app.settings.spoken import spoken
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("services", __name__)
SERVICES = "/settings/services"
DONE = {
    "added": _l("The service is added."),
    "saved": _l("The change is saved. What people can book follows it at once."),
    "retired": _l("It is given no more. Appointments that were made stay."),
    "back": _l("It is given again."),
    "taken": _l("There is one of this name already. Change its name first."),
}


@bp.get(SERVICES)
@desk("settings:manage")
def shown() -> str:
    done = request.args.get("done", "")
    return render_template(
        "settings/services.html",
        services=lengths.services(),
        retired=offers.retired(),
        given={row.service_id for row in ScheduleService.select()},
        kinds=_kinds(),
        missing=missing(g.practice, now=services().clock.now()),
        done=DONE.get(done),
        wrong=done == "taken",
    )


@bp.get(f"{SERVICES}/new")
@desk("settings:manage")
def new() -> str:
    begin = {
        "duration_minutes": 30,
        "grid_minutes": 15,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
    }
    given = [one.id for one in weeks.schedules()]
    return _page(_form(formdata=None, online=True, capacity=1, staff_reserved=0, agendas=given, **begin))


@bp.post(f"{SERVICES}/new")
@checks_its_token
@desk("settings:manage")
def add() -> Any:
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        offers.add(g.practice, form.service(), by=g.person.actor, now=services().clock.now())
    except NameTaken as refusal:
        return _taken(form, None, refusal)
    return go(f"{SERVICES}?done=added")


@bp.get(f"{SERVICES}/<uuid:service_id>")
@desk("settings:manage")
def edit(service_id: UUID) -> str:
    row = lengths.service(service_id)
    return _page(_form(formdata=None, **ServiceForm.typed(row), **ServiceForm.boxes(row)), row)


@bp.post(f"{SERVICES}/<uuid:service_id>")
@checks_its_token
@desk("settings:manage")
def change(service_id: UUID) -> Any:
    row, form = lengths.service(service_id), _form()
    take_over(form, ServiceForm.typed(row))
    if "edit" in request.form or not form.validate():
        return _page(form, row), 200 if "edit" in request.form else 422
    now, wanted, before = services().clock.now(), form.service(), form.version.data or ""

    def act(seen: str) -> Any:
        return offers.change(g.practice, row, wanted, before=before, by=g.person.actor, now=now, seen=seen)

    try:
        return saved_or_shown(act, cause="service", title=_name(row), done=f"{SERVICES}?done=saved")
    except Differs as refusal:
        differs = [*differences(form, ServiceForm.typed(row)), *form.boxes_differ(row)]
        return _page(form, row, refusal=refusal, differs=differs), refusal.status
    except NameTaken as refusal:
        return _taken(form, row, refusal)


@bp.post(f"{SERVICES}/<uuid:service_id>/retirement")
@desk("settings:manage")
def retire(service_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, now = lengths.service(service_id), services().clock.now()

    def act(seen: str) -> Any:
        return offers.retire(g.practice, row, by=g.person.actor, now=now, seen=seen)

    back = f"{SERVICES}/{row.id}"
    return saved_or_shown(act, cause="service", title=_name(row), done=f"{SERVICES}?done=retired", back=back)


@bp.post(f"{SERVICES}/<uuid:service_id>/return")
@desk("settings:manage")
def bring_back(service_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, now = offers.any_service(service_id), services().clock.now()
    try:
        offers.bring_back(g.practice, row, by=g.person.actor, now=now)
    except NameTaken:
        return go(f"{SERVICES}?done=taken")
    return go(f"{SERVICES}?done=back")


@bp.post(f"{SERVICES}/<uuid:service_id>/order")
@desk("settings:manage")
def order(service_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, step = lengths.service(service_id), -1 if request.form.get("to") == "up" else 1
    shelving.move(g.practice, row, step, by=g.person.actor, now=services().clock.now())
    return go(SERVICES)


def _taken(form: ServiceForm, row: HealthcareService | None, refusal: NameTaken) -> Any:
    form.in_languages("name")[0].errors = [refusal.sentence()]
    return _page(form, row), refusal.status


def _form(**more: Any) -> ServiceForm:
    made = spoken(ServiceForm, tuple(g.practice.languages))
    return made(kinds=_kinds(), schedules=weeks.schedules(), **more)


def _page(form: ServiceForm, row: HealthcareService | None = None, **more: Any) -> str:
    g.here = f"{SERVICES}/{row.id}" if row else f"{SERVICES}/new"
    found = changes.of(changes.at(SERVICES), targets=[f"service:{row.id}"]) if row else []
    more["ties"] = titled_ties(service_id=row.id) if row else []
    return render_template("settings/service.html", form=form, service=row, changes=found, **more)


def _name(row: HealthcareService) -> str:
    return pick(row.name, language(), g.practice.languages)


def _kinds() -> dict[str, dict[str, str]]:
    """Key of a kind of room -> its name; the same kind at two sites is one."""
    return {pool.key: pool.name for pool in reversed(rooms.pools())}
