"""The waiting list at the desk: who waits, who goes first and why, and who was offered what."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.waiting import actions, labels, queries
from app.waiting.forms import PriorityForm
from app.waiting.refusals import ReasonForPriority
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("desk_waiting", __name__)
HERE = "/desk/waiting"
DONE = {
    "priority": _l("The priority is saved, with your reason."),
    "removed": _l("The entry is off the list."),
}


@bp.get(HERE)
@desk("waiting:manage")
def overview() -> str:
    return _page()


@bp.post(f"{HERE}/<uuid:entry_id>/priority")
@checks_its_token
@desk("waiting:manage")
def prioritise(entry_id: UUID) -> Any:
    entry, form = queries.entry(entry_id), PriorityForm()
    form.reason.id = f"reason-{entry_id}"  # the list has a form for each
    if not form.validate():
        return _page(wrong=form, about=entry_id), 422
    try:
        actions.prioritise(
            entry,
            int(form.priority.data),
            form.reason.data or "",
            by=g.person.actor,
            now=services().clock.now(),
        )
    except ReasonForPriority as no:
        form.reason.errors = [no.sentence()]
        return _page(wrong=form, about=entry_id), no.status
    except Refusal as no:
        return _page(refusal=no, wrong=form, about=entry_id), no.status
    return go(f"{HERE}?done=priority")


@bp.post(f"{HERE}/<uuid:entry_id>/removal")
@desk("waiting:manage")
def remove(entry_id: UUID) -> Any:
    BaseForm()  # content type and single values
    try:
        actions.remove(queries.entry(entry_id), by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _page(refusal=no), no.status
    return go(f"{HERE}?done=removed")


def _page(**more: Any) -> str:
    """Whoever reads the list has seen the names on it."""
    waiting, log, now = queries.waiting(), queries.log(), services().clock.now()
    seen = {one.patient_id for one in waiting} | {one.entry.patient_id for one in log}
    journal_look(seen, member=g.staff, what="waiting", why="waiting", now=now, target="waiting:list")
    g.here = HERE
    return render_template(
        "desk/waiting.html",
        waiting=waiting,
        log=log,
        offered=queries.open_offers([one.id for one in waiting]),
        words=labels,
        minutes=clock.to_minutes(now),
        done=DONE.get(request.args.get("done", "")),
        **more,
    )
