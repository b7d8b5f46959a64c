"""«My exercises»: today's, ticked and unticked; the programme with its picture of the last weeks; older ones."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app import exercises
from app.exercises import actions, labels, queries
from app.exercises.forms import TickForm
from app.exercises.library_views import shown_picture
from app.exercises.refusals import NotThatDay
from app.kernel.errors import Refusal
from app.kernel.tenancy import practice_context
from app.patients import readers
from app.patients.files import File
from app.web import htmx
from app.web.access import person
from app.web.door import go
from app.web.outside import services

bp = Blueprint("exercises", __name__)
HERE = "/exercises"
SCOPE = "health"


@bp.get(HERE)
@person
def overview() -> str:
    """To htmx the list of today alone."""
    page = "exercises/_today.html" if htmx.wants_fragment() else "exercises/mine.html"
    return _overview(page)


@bp.get(f"{HERE}/<uuid:plan_id>")
@person
def programme(plan_id: UUID) -> str:
    found = queries.of_files_one(_files() or [], plan_id, now=services().clock.now())
    return render_template("exercises/programme.html", programme=found, plan=found.plan, words=labels)


@bp.get(f"{HERE}/activities/<uuid:activity_id>/picture")
@person
def picture(activity_id: UUID) -> Any:
    now = services().clock.now()
    found, one = queries.of_files_activity(_files() or [], activity_id, now=now)
    with practice_context(found.plan.practice):
        return shown_picture(one)


@bp.post(f"{HERE}/activities/<uuid:activity_id>/done")
@person
def tick(activity_id: UUID) -> Any:
    form = TickForm()
    return _ticked(activity_id, form, actions.tick, feeling=form.felt)


@bp.post(f"{HERE}/activities/<uuid:activity_id>/undone")
@person
def untick(activity_id: UUID) -> Any:
    return _ticked(activity_id, TickForm(), actions.untick)


def _ticked(activity_id: UUID, form: TickForm, verb: Any, **more: Any) -> Any:
    now = services().clock.now()
    found, one = queries.of_files_activity(_files() or [], activity_id, now=now)
    try:
        if form.on is None:
            raise NotThatDay
        with practice_context(found.plan.practice):
            verb(found, one, form.on, by=g.person.actor, now=now, **more)
    except Refusal as no:
        g.here = HERE
        page = "exercises/_today.html" if htmx.wants_fragment() else "exercises/mine.html"
        return _overview(page, refusal=no), no.status
    if htmx.wants_fragment():
        return htmx.changed(exercises.CHANGED)
    return go("/me#widget-exercise-programmes" if request.form.get("from") == "me" else f"{HERE}#today")


def _files() -> list[File] | None:
    who = g.person
    now = services().clock.now()
    return readers.files_of(who.account, who.acting_for, scope=SCOPE, practice=g.practice, now=now)


def _overview(page: str, **more: Any) -> str:
    files = _files()
    found = queries.of_files(files or [], now=services().clock.now())
    return render_template(
        page,
        current=[one for one in found if not one.is_over and not one.is_coming],
        coming=[one for one in found if one.is_coming],
        old=[one for one in found if one.is_over],
        allowed=files is not None,
        words=labels,
        **more,
    )
