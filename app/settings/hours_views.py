"""The weekly hours of each agenda: read as a week, changed from a day on, and the days that differ."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, render_template, request

from app.booking.impact import Differs
from app.booking.plans import elsewhere, lengths, weeks
from app.kernel import clock
from app.kernel.i18n import language, weekday_label
from app.kernel.i18n import lazy_gettext as _l
from app.settings import changes
from app.settings.hours_forms import KINDS, DayForm, WeekForm
from app.settings.impact_page import saved_or_shown
from app.settings.readiness import missing
from app.settings.week_drawing import drawing
from app.settings.week_rows import MONDAY, Row, copy_day, copy_week, cut_out, one_more, rows_of, rows_typed
from app.web.access import checks_its_token, desk
from app.web.outside import services

bp = Blueprint("hours", __name__)
HOURS = "/settings/hours"
DONE = {
    "saved": _l("The hours are saved. What people can book follows them at once."),
    "removed": _l("It is removed. What was before holds again."),
    "ended": _l("The last day is saved. Nothing can be booked after it."),
    "resumed": _l("It goes on as before."),
}
DRAWS_AGAIN = ("add", "weeks_set", "pause", "copy_day", "copy_week", "edit")  # buttons that save nothing


@bp.get("/settings/hours")
@desk("settings:manage")
def agendas() -> str:
    today = _today()
    lines = [(one, weeks.in_force(weeks.plans(one.id), today)) for one in weeks.schedules()]
    todo = missing(g.practice, now=services().clock.now())
    return render_template("settings/hours.html", lines=lines, days=_weekdays(), today=today, missing=todo)


@bp.get("/settings/hours/<uuid:schedule_id>")
@desk("settings:manage")
def shown(schedule_id: UUID) -> str:
    agenda, today = weeks.schedule(schedule_id), _today()
    found = weeks.plans(schedule_id)
    return render_template(
        "settings/agenda.html",
        agenda=agenda,
        plans=[plan for plan in found if plan.valid_to is None or plan.valid_to >= today],
        exceptions=weeks.exceptions(schedule_id, since=today),
        kinds=KINDS,
        today=today,
        days=_weekdays(),
        services={one.key: one.name for one in lengths.services()},
        changes=changes.of(changes.at(HOURS), targets=[f"schedule:{schedule_id}"]),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/settings/hours/<uuid:schedule_id>/week")
@desk("settings:manage")
def week(schedule_id: UUID) -> str:
    agenda, today = weeks.schedule(schedule_id), _today()
    plan = weeks.in_force(weeks.plans(schedule_id), today)
    monday = today + timedelta(days=7 - today.weekday())
    typed = {
        "valid_from": (monday if plan else today).isoformat(),
        "weeks": str(min(plan.cycle_weeks, 4)) if plan else "1",
        "version": weeks.mark(schedule_id),
    }
    return _form(agenda, _week_form(rows_of(plan), formdata=None, **typed))


@bp.post("/settings/hours/<uuid:schedule_id>/week")
@checks_its_token
@desk("settings:manage")
def change(schedule_id: UUID) -> Any:
    agenda, rows = weeks.schedule(schedule_id), rows_typed(request.form, lengths.services())
    form = _week_form(rows)
    if any(name in request.form for name in DRAWS_AGAIN):
        form.rows = _changed(form, rows)
        return _form(agenda, form)
    if not form.validate():
        return _form(agenda, form), 422
    if not form.both.data and (
        met := elsewhere.meetings(g.practice, agenda, form.week(), now=services().clock.now())
    ):
        return _form(agenda, form, meetings=met), 422
    now, before = services().clock.now(), form.version.data or ""

    def act(seen: str) -> Any:
        who = {"by": g.person.actor, "now": now, "seen": seen}
        return weeks.begin(g.practice, agenda, form.week(), before=before, **who)

    try:
        return saved_or_shown(
            act, cause="hours", title=agenda.practitioner.name, done=_address(agenda, "saved")
        )
    except Differs as refusal:
        form.version.raw_data, form.version.data = None, weeks.mark(schedule_id)
        there = weeks.in_force(weeks.plans(schedule_id), form.valid_from.day or _today())
        return _form(agenda, form, refusal=refusal, there=there), refusal.status


@bp.post("/settings/hours/<uuid:schedule_id>/plans/<string:start>/removal")
@desk("settings:manage")
def withdraw(schedule_id: UUID, start: str) -> Any:
    agenda, now = weeks.schedule(schedule_id), services().clock.now()
    day = _date(start)
    if day <= _today():
        abort(404)  # hours that have begun are followed by others, never taken back

    def act(seen: str) -> Any:
        return weeks.withdraw(g.practice, agenda, day, by=g.person.actor, now=now, seen=seen)

    return saved_or_shown(
        act, cause="hours", title=agenda.practitioner.name, done=_address(agenda, "removed")
    )


@bp.get("/settings/hours/<uuid:schedule_id>/days")
@desk("settings:manage")
def days(schedule_id: UUID) -> str:
    return _day_form(weeks.schedule(schedule_id), DayForm(formdata=None))


@bp.post("/settings/hours/<uuid:schedule_id>/days")
@checks_its_token
@desk("settings:manage")
def add_day(schedule_id: UUID) -> Any:
    agenda, form, now = weeks.schedule(schedule_id), DayForm(), services().clock.now()
    if not form.validate() or "edit" in request.form:
        return _day_form(agenda, form), 200 if "edit" in request.form else 422

    def act(seen: str) -> Any:
        return weeks.add_day(g.practice, agenda, form.day(), by=g.person.actor, now=now, seen=seen)

    title = agenda.practitioner.name
    return saved_or_shown(act, cause="exception", title=title, done=_address(agenda, "saved"))


@bp.post("/settings/hours/<uuid:schedule_id>/days/<uuid:exception_id>/removal")
@desk("settings:manage")
def remove_day(schedule_id: UUID, exception_id: UUID) -> Any:
    agenda, row = weeks.schedule(schedule_id), weeks.exception(exception_id)
    if row.schedule_id != agenda.id:
        abort(404)
    now = services().clock.now()

    def act(seen: str) -> Any:
        return weeks.remove_day(g.practice, agenda, row, by=g.person.actor, now=now, seen=seen)

    title = agenda.practitioner.name
    return saved_or_shown(act, cause="exception", title=title, done=_address(agenda, "removed"))


def _form(agenda: Any, form: WeekForm, **more: Any) -> str:
    g.here = f"{HOURS}/{agenda.id}/week"
    return render_template(
        "settings/week.html", agenda=agenda, form=form, names=_weekdays(), draw=drawing, **more
    )


def _changed(form: WeekForm, rows: list[Row]) -> list[Row]:
    """What the pressed button makes of the rows."""
    if "pause" in request.form:
        return cut_out(rows, *form.pause()) if form.pause() else rows
    if "copy_day" in request.form:
        return copy_day(rows, form.copied.data or "", form.onto.data or "")
    if "copy_week" in request.form:
        return copy_week(rows, form.cycle)
    one_more(rows, request.form.get("add", ""))
    return rows


def _day_form(agenda: Any, form: DayForm) -> str:
    g.here = f"{HOURS}/{agenda.id}/days"
    return render_template("settings/day.html", agenda=agenda, form=form)


def _week_form(rows: list[Any], **more: Any) -> WeekForm:
    return WeekForm(services=lengths.services(), rows=rows, today=_today(), **more)


def _address(agenda: Any, done: str) -> str:
    return f"{HOURS}/{agenda.id}?done={done}"


def _weekdays() -> list[str]:
    return [weekday_label(MONDAY + timedelta(days=day), language()) for day in range(7)]


def _today() -> date:
    return clock.today(services().clock.now(), g.practice.timezone)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
