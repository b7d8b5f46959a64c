"""The practitioners: added, changed, put in order, with a first and a last day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.booking.impact import Differs
from app.booking.plans import people, shelving, weeks
from app.booking.plans.people import MemberTaken, NumberTaken
from app.directory.disciplines import practitioner_label
from app.directory.models import Practitioner
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.practice.portrait import TooSmall
from app.settings import changes
from app.settings.differing import differences, take_over
from app.settings.endings_page import ended_or_shown, resumed_or_shown
from app.settings.impact_page import saved_or_shown
from app.settings.people_forms import PersonForm, PhotoForm
from app.settings.readiness import missing
from app.settings.sites_forms import LastDayForm
from app.settings.spoken import spoken
from app.staff.queries import members as team
from app.web.access import checks_its_token, desk, takes_files
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("practitioners", __name__)
PEOPLE = "/settings/practitioners"
DONE = {
    "added": _l("The practitioner is added. Now give them an agenda, under «Agendas and hours»."),
    "saved": _l("The change is saved. Patients see it at once."),
    "ended": _l("The last day is saved. Nothing can be booked after it."),
    "resumed": _l("It goes on as before."),
    "photo": _l("The photo is saved. Patients see it wherever this person can be chosen."),
    "photo-removed": _l("The photo is removed. The initials take its place."),
}


@bp.get(PEOPLE)
@desk("settings:manage")
def shown() -> str:
    places: dict[UUID, list[Any]] = {}
    for one in weeks.schedules():
        places.setdefault(one.practitioner_id, []).append(one.location)
    return render_template(
        "settings/practitioners.html",
        people=people.practitioners(),
        places=places,
        label=practitioner_label,
        today=_today(),
        missing=missing(g.practice, now=services().clock.now()),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get(f"{PEOPLE}/new")
@desk("settings:manage")
def new() -> str:
    begin = {"discipline": g.practice.discipline, "speaks": g.practice.languages}
    return _page(_form(None, formdata=None, **begin))


@bp.post(f"{PEOPLE}/new")
@checks_its_token
@desk("settings:manage")
def add() -> Any:
    form = _form(None)
    if not form.validate():
        return _page(form), 422
    try:
        people.add(g.practice, form.who(), by=g.person.actor, now=services().clock.now())
    except Refusal as refusal:
        return _refused(form, None, refusal)
    return go(f"{PEOPLE}?done=added")


@bp.get(f"{PEOPLE}/<uuid:practitioner_id>")
@desk("settings:manage")
def edit(practitioner_id: UUID) -> str:
    return _form_page(people.practitioner(practitioner_id), done=DONE.get(request.args.get("done", "")))


@bp.post(f"{PEOPLE}/<uuid:practitioner_id>")
@checks_its_token
@desk("settings:manage")
def change(practitioner_id: UUID) -> Any:
    row = people.practitioner(practitioner_id)
    form = _form(row)
    take_over(form, PersonForm.typed(row))
    if "edit" in request.form or not form.validate():
        return _page(form, row), 200 if "edit" in request.form else 422
    now, who, before = services().clock.now(), form.who(), form.version.data or ""

    def act(seen: str) -> Any:
        return people.change(g.practice, row, who, before=before, by=g.person.actor, now=now, seen=seen)

    try:
        return saved_or_shown(act, cause="absence", title=row.name, done=f"{PEOPLE}?done=saved")
    except Differs as refusal:
        differs = [*differences(form, PersonForm.typed(row)), *form.languages_differ(row)]
        return _page(form, row, refusal=refusal, differs=differs), refusal.status
    except (NumberTaken, MemberTaken) as refusal:
        return _refused(form, row, refusal)


@bp.post(f"{PEOPLE}/<uuid:practitioner_id>/end")
@checks_its_token
@desk("settings:manage")
def end(practitioner_id: UUID) -> Any:
    row = people.practitioner(practitioner_id)
    back = f"{PEOPLE}/{row.id}"
    answer = ended_or_shown(row, cause="absence", title=row.name, back=back, done=f"{PEOPLE}?done=ended")
    if isinstance(answer, LastDayForm):
        return _form_page(row, last_day=answer), 422
    return answer


@bp.post(f"{PEOPLE}/<uuid:practitioner_id>/resumption")
@desk("settings:manage")
def resume(practitioner_id: UUID) -> Any:
    row = people.practitioner(practitioner_id)
    back = f"{PEOPLE}/{row.id}"
    return resumed_or_shown(row, cause="absence", title=row.name, back=back, done=f"{PEOPLE}?done=resumed")


@bp.post(f"{PEOPLE}/<uuid:practitioner_id>/photo")
@takes_files
@checks_its_token
@desk("settings:manage")
def show_face(practitioner_id: UUID) -> Any:
    row, form, now = people.practitioner(practitioner_id), PhotoForm(), services().clock.now()
    if not form.validate():
        return _form_page(row, photo=form), 422
    try:
        people.keep_photo(g.practice, row, form.photo.uploads[0].content, by=g.person.actor, now=now)
    except TooSmall as refusal:
        form.photo.errors = [refusal.sentence()]
        return _form_page(row, photo=form), refusal.status
    return go(f"{PEOPLE}/{row.id}?done=photo")


@bp.post(f"{PEOPLE}/<uuid:practitioner_id>/photo/removal")
@desk("settings:manage")
def hide_face(practitioner_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, now = people.practitioner(practitioner_id), services().clock.now()
    people.remove_photo(g.practice, row, by=g.person.actor, now=now)
    return go(f"{PEOPLE}/{row.id}?done=photo-removed")


@bp.post(f"{PEOPLE}/<uuid:practitioner_id>/order")
@desk("settings:manage")
def order(practitioner_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, step = people.practitioner(practitioner_id), -1 if request.form.get("to") == "up" else 1
    shelving.move(g.practice, row, step, by=g.person.actor, now=services().clock.now())
    return go(PEOPLE)


def _refused(form: PersonForm, row: Practitioner | None, refusal: Refusal) -> Any:
    field = form.member if isinstance(refusal, MemberTaken) else form.inami
    field.errors = [refusal.sentence()]
    return _page(form, row), refusal.status


def _form(row: Practitioner | None, *, speaks: Any = (), **more: Any) -> PersonForm:
    members = [(str(one.id), one.name) for one in team()]
    known = row.languages if row else speaks
    made = spoken(PersonForm, tuple(g.practice.languages))
    return made(today=_today(), members=members, speaks=known, **more)


def _form_page(row: Practitioner, **more: Any) -> str:
    """With what is kept, whatever else of the page was sent."""
    return _page(_form(row, formdata=None, **PersonForm.typed(row)), row, **more)


def _page(form: PersonForm, row: Practitioner | None = None, **more: Any) -> str:
    g.here = f"{PEOPLE}/{row.id}" if row else f"{PEOPLE}/new"
    shown = {"last_day": LastDayForm(formdata=None), "photo": PhotoForm(formdata=None), **more}
    found = changes.of(changes.at(PEOPLE), targets=[f"practitioner:{row.id}"]) if row else []
    return render_template(
        "settings/practitioner.html", form=form, person=row, changes=found, today=_today(), **shown
    )


def _today() -> Any:
    return clock.today(services().clock.now(), g.practice.timezone)
