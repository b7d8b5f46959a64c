"""The sites of the practice: added, changed, put in order, closed from a day on."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.booking.impact import Differs
from app.booking.plans import shelving, sites
from app.directory.models import Location
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.settings import changes
from app.settings.differing import differences, take_over
from app.settings.endings_page import ended_or_shown, resumed_or_shown
from app.settings.impact_page import saved_or_shown
from app.settings.readiness import missing
from app.settings.sites_forms import LastDayForm, SiteForm, zone_of
from app.settings.spoken import spoken
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("sites", __name__)
SITES = "/settings/sites"
DONE = {
    "added": _l("The site is added. Now give it agendas, under «Agendas and hours»."),
    "saved": _l("The change is saved. Patients see it at once."),
    "ended": _l("The last day is saved. Nothing can be booked after it."),
    "resumed": _l("It goes on as before."),
}
DRAWS_AGAIN = ("lookup", "edit")  # buttons that save nothing


@bp.get(SITES)
@desk("settings:manage")
def shown() -> str:
    return render_template(
        "settings/sites.html",
        sites=sites.sites(),
        today=_today(),
        missing=missing(g.practice, now=services().clock.now()),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get(f"{SITES}/new")
@desk("settings:manage")
def new() -> str:
    return _page(_form(None, formdata=None))


@bp.post(f"{SITES}/new")
@checks_its_token
@desk("settings:manage")
def add() -> Any:
    form = _form(None)
    if (again := _drawn_again(form, None)) is not None:
        return again
    try:
        sites.add(g.practice, form.site(), by=g.person.actor, now=services().clock.now())
    except Refusal as refusal:
        form.in_languages("name")[0].errors = [refusal.sentence()]
        return _page(form), refusal.status
    return go(f"{SITES}?done=added")


@bp.get(f"{SITES}/<uuid:location_id>")
@desk("settings:manage")
def edit(location_id: UUID) -> str:
    row = sites.site(location_id)
    return _page(_form(row, formdata=None, **SiteForm.typed(row)), row)


@bp.post(f"{SITES}/<uuid:location_id>")
@checks_its_token
@desk("settings:manage")
def change(location_id: UUID) -> Any:
    row = sites.site(location_id)
    form = _form(row)
    take_over(form, SiteForm.typed(row))
    if (again := _drawn_again(form, row)) is not None:
        return again
    now, new_site, before = services().clock.now(), form.site(), form.version.data or ""

    def act(seen: str) -> Any:
        return sites.change(g.practice, row, new_site, before=before, by=g.person.actor, now=now, seen=seen)

    try:
        return saved_or_shown(act, cause="closure", title=_name(row), done=f"{SITES}?done=saved")
    except Differs as refusal:
        differs = differences(form, SiteForm.typed(row))
        return _page(form, row, refusal=refusal, differs=differs), refusal.status
    except shelving.NameTaken as refusal:
        form.in_languages("name")[0].errors = [refusal.sentence()]
        return _page(form, row), refusal.status


@bp.post(f"{SITES}/<uuid:location_id>/end")
@checks_its_token
@desk("settings:manage")
def end(location_id: UUID) -> Any:
    row = sites.site(location_id)
    back = f"{SITES}/{row.id}"
    answer = ended_or_shown(row, cause="closure", title=_name(row), back=back, done=f"{SITES}?done=ended")
    if isinstance(answer, LastDayForm):
        g.here = back
        return _page(_form(row, formdata=None, **SiteForm.typed(row)), row, last_day=answer), 422
    return answer


@bp.post(f"{SITES}/<uuid:location_id>/resumption")
@desk("settings:manage")
def resume(location_id: UUID) -> Any:
    row = sites.site(location_id)
    back = f"{SITES}/{row.id}"
    return resumed_or_shown(row, cause="closure", title=_name(row), back=back, done=f"{SITES}?done=resumed")


@bp.post(f"{SITES}/<uuid:location_id>/order")
@desk("settings:manage")
def order(location_id: UUID) -> Any:
    BaseForm()  # content type and single values
    row, step = sites.site(location_id), -1 if request.form.get("to") == "up" else 1
    shelving.move(g.practice, row, step, by=g.person.actor, now=services().clock.now())
    return go(SITES)


def _drawn_again(form: SiteForm, row: Location | None) -> Any:
    """The page once more when a button asked for it, or when something is wrong; None when it can be saved."""
    if "lookup" in request.form:
        form.look_up()
    if any(name in request.form for name in DRAWS_AGAIN):
        return _page(form, row)
    return None if form.validate() else (_page(form, row), 422)


def _form(row: Location | None, **more: Any) -> SiteForm:
    zone = zone_of(row, g.practice.timezone)
    return spoken(SiteForm, tuple(g.practice.languages))(zone=zone, **more)


def _page(form: SiteForm, row: Location | None = None, **more: Any) -> str:
    g.here = f"{SITES}/{row.id}" if row else f"{SITES}/new"
    shown = {"last_day": LastDayForm(formdata=None), **more}
    found = changes.of(changes.at(SITES), targets=[f"location:{row.id}"]) if row else []
    return render_template("settings/site.html", form=form, site=row, changes=found, today=_today(), **shown)


def _name(row: Location) -> str:
    return pick(row.name, language(), g.practice.languages) or _("A site")


def _today() -> Any:
    return clock.today(services().clock.now(), g.practice.timezone)
