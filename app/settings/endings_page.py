"""The last day of a practitioner, a site or an agenda: typed on its page, its impact shown, then saved."""

from typing import Any

from flask import g, request

from app.booking.plans import endings
from app.booking.plans.shelving import LastDayPassed
from app.settings.impact_page import saved_or_shown
from app.settings.sites_forms import LastDayForm
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services


def ended_or_shown(row: Any, *, cause: str, title: Any, back: str, done: str) -> Any:
    """The answer; or the form with what is wrong in it, for the page it was typed on."""
    form, now = LastDayForm(), services().clock.now()
    if "edit" in request.form:
        return go(back)
    if not form.validate() or form.last.day is None:
        return form
    day = form.last.day

    def act(seen: str) -> Any:
        return endings.end(g.practice, row, day, by=g.person.actor, now=now, seen=seen)

    try:
        return saved_or_shown(act, cause=cause, title=title, done=done, back=back)
    except LastDayPassed as refusal:
        form.last.errors = [refusal.sentence()]
        return form


def resumed_or_shown(row: Any, *, cause: str, title: Any, back: str, done: str) -> Any:
    BaseForm()  # content type and single values
    now = services().clock.now()

    def act(seen: str) -> Any:
        return endings.resume(g.practice, row, by=g.person.actor, now=now, seen=seen)

    return saved_or_shown(act, cause=cause, title=title, done=done, back=back)
