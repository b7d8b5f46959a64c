"""Absences, closures and public holidays: a list, and each change with its impact first."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, render_template, request

from app.booking import holidays
from app.booking.impact import Differs
from app.booking.models import OpenedHoliday, TimeOff
from app.booking.plans import days_off
from app.directory.models import Location, Practitioner
from app.kernel import clock
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.settings.absences_forms import AwayForm, as_typed, span_words
from app.settings.editing import Difference
from app.settings.impact_page import saved_or_shown
from app.web.access import checks_its_token, desk
from app.web.outside import services

bp = Blueprint("absences", __name__)
ABSENCES = "/settings/absences"
AHEAD = timedelta(days=400)
DONE = {
    "saved": _l("The change is saved. What people can book follows it at once."),
    "removed": _l("It is removed. The times it took away can be booked again."),
}


@dataclass(frozen=True)
class Line:
    row: Any
    who: str
    when: str
    label: str


@bp.get("/settings/absences")
@desk("settings:manage")
def shown() -> str:
    now = services().clock.now()
    today = clock.today(now, g.practice.timezone)
    opened = {row.day for row in OpenedHoliday.select()}
    names = {**holidays.named(today.year, language()), **holidays.named(today.year + 1, language())}
    coming = TimeOff.select().where(TimeOff.ends > clock.to_minutes(now)).order_by(TimeOff.starts)
    return render_template(
        "settings/absences.html",
        lines=[_line(row) for row in coming],
        holidays=[(day, name, day in opened) for day, name in names.items() if today <= day <= today + AHEAD],
        done=DONE.get(request.args.get("done", "")),
    )


def _line(row: Any) -> Line:
    zone = g.practice.timezone
    if row.practitioner_id:
        who = _people()[row.practitioner_id].name
    elif row.location_id:
        site = _sites()[row.location_id]
        who, zone = pick(site.name, language(), g.practice.languages), site.timezone
    else:
        who = _("The whole practice")
    return Line(row, who, span_words(row, zone), pick(row.label, language(), g.practice.languages))


@bp.get("/settings/absences/new")
@desk("settings:manage")
def new() -> str:
    day = request.args.get("day", "")[:10]
    return _form(_away_form(formdata=None, first_day=day, last_day=""), title=_("New absence or closure"))


@bp.post("/settings/absences/new")
@checks_its_token
@desk("settings:manage")
def add() -> Any:
    form, title = _away_form(), _("New absence or closure")
    if not form.validate() or "edit" in request.form:
        return _form(form, title=title), 200 if "edit" in request.form else 422
    now, away = services().clock.now(), form.away({})

    def act(seen: str) -> Any:
        return days_off.add(g.practice, away, by=g.person.actor, now=now, seen=seen)[1]

    return saved_or_shown(act, cause=away.kind, title=_title(form), done=f"{ABSENCES}?done=saved")


@bp.get("/settings/absences/<uuid:time_off_id>")
@desk("settings:manage")
def edit(time_off_id: UUID) -> str:
    row = days_off.time_off(time_off_id)
    away = days_off.as_away(row)
    typed = as_typed(away, g.practice, _zone(row), version=days_off.mark(row))
    return _form(_away_form(formdata=None, **typed), title=_line(row).who, row=row)


@bp.post("/settings/absences/<uuid:time_off_id>")
@checks_its_token
@desk("settings:manage")
def change(time_off_id: UUID) -> Any:
    row, form = days_off.time_off(time_off_id), _away_form()
    if not form.validate() or "edit" in request.form:
        return _form(form, title=_line(row).who, row=row), 200 if "edit" in request.form else 422
    now, away, before = services().clock.now(), form.away(row.label), form.version.data or ""

    def act(seen: str) -> Any:
        who = {"by": g.person.actor, "now": now, "seen": seen}
        return days_off.change(g.practice, row, away, before=before, **who)

    try:
        return saved_or_shown(act, cause=away.kind, title=_title(form), done=f"{ABSENCES}?done=saved")
    except Differs as refusal:
        return _stale(row, form, refusal), refusal.status


@bp.post("/settings/absences/<uuid:time_off_id>/removal")
@desk("settings:manage")
def remove(time_off_id: UUID) -> Any:
    row, now = days_off.time_off(time_off_id), services().clock.now()
    title = _("Remove: %(what)s", what=_line(row).who)

    def act(seen: str) -> Any:
        return days_off.remove(g.practice, row, by=g.person.actor, now=now, seen=seen)

    return saved_or_shown(act, cause=row.kind, title=title, done=f"{ABSENCES}?done=removed")


@bp.post("/settings/holidays/<string:day>")
@desk("settings:manage")
def holiday(day: str) -> Any:
    found, now = _date(day), services().clock.now()
    opens = request.form.get("open") == "1"
    verb = days_off.open_holiday if opens else days_off.close_holiday
    title = _("Open on a public holiday") if opens else _("Closed on a public holiday")

    def act(seen: str) -> Any:
        return verb(g.practice, found, by=g.person.actor, now=now, seen=seen)

    return saved_or_shown(act, cause="holiday", title=title, done=f"{ABSENCES}?done=saved")


def _stale(row: Any, form: AwayForm, refusal: Differs) -> str:
    """What somebody else saved beside what was typed; sending it again saves what was typed."""
    now = as_typed(days_off.as_away(row), g.practice, _zone(row), version=days_off.mark(row))
    form.version.raw_data, form.version.data = None, now["version"]
    words = {choice.value: choice.label for choice in form.whom.choices}
    differs = [
        Difference(
            form[name].label.text, words.get(value, value), words.get(form[name].data, form[name].data)
        )
        for name, value in now.items()
        if name != "version" and (form[name].data or "") != value
    ]
    return _form(form, title=_line(row).who, row=row, refusal=refusal, differs=differs)


def _form(form: AwayForm, *, title: str, row: Any = None, **more: Any) -> str:
    g.here = f"{ABSENCES}/{row.id}" if row else f"{ABSENCES}/new"
    return render_template("settings/absence.html", form=form, title=title, row=row, **more)


def _away_form(**more: Any) -> AwayForm:
    return AwayForm(
        practice=g.practice, people=list(_people().values()), sites=list(_sites().values()), **more
    )


def _title(form: AwayForm) -> str:
    return next(str(choice.label) for choice in form.whom.choices if choice.value == form.whom.data)


def _people() -> dict[UUID, Any]:
    if "practitioners" not in g:
        rows = Practitioner.select().order_by(Practitioner.position, Practitioner.key)
        g.practitioners = {row.id: row for row in rows}
    return g.practitioners


def _sites() -> dict[UUID, Any]:
    if "sites" not in g:
        g.sites = {row.id: row for row in Location.select().order_by(Location.position, Location.key)}
    return g.sites


def _zone(row: Any) -> str:
    return _sites()[row.location_id].timezone if row.location_id else g.practice.timezone


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
