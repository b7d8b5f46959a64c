"""The exercises of the practice: written once, put into as many programmes as one likes."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.exercises import actions, common, queries
from app.exercises.forms import exercise_form
from app.exercises.models import CareActivity, Exercise
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.web.access import checks_its_token, desk, takes_files
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services
from app.web.uploads import served

bp = Blueprint("exercise_library", __name__)
HERE = "/desk/exercises"
DONE = {
    "saved": _l("The exercise is saved. Programmes made before keep what they had."),
    "taken": _l("The exercise stands in your library now."),
    "archived": _l("The exercise is archived: it is no longer offered for programmes."),
    "back": _l("The exercise is offered again."),
}


@bp.get(HERE)
@desk("care:manage")
def overview() -> str:
    return _overview()


@bp.post(HERE)
@checks_its_token
@takes_files
@desk("care:manage")
def add() -> Any:
    form, now = exercise_form(g.practice.languages)(), services().clock.now()
    if not form.validate():
        return _overview(form), 422
    contents = [one.content for one in form.picture.uploads]
    with services().files.keeping(contents, owner=g.practice.id) as keys:
        made = actions.add_exercise(form.texts("name"), form.texts("text"), by=g.person.actor, now=now)
        if keys:
            actions.change_exercise(made, seen=1, by=g.person.actor, now=now, picture=keys[0])
    return go(f"{HERE}?done=saved")


@bp.post(f"{HERE}/common")
@desk("care:manage")
def take() -> Any:
    BaseForm()  # content type and single values
    key = request.form.get("key", "")
    keys = tuple(common.DRAWINGS) if key == "all" else (key,)
    actions.take_common(keys, g.practice.languages, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}?done=taken")


@bp.get(f"{HERE}/<uuid:exercise_id>")
@desk("care:manage")
def exercise(exercise_id: UUID) -> str:
    row, made = queries.exercise(exercise_id), exercise_form(g.practice.languages)
    return _page(row, made(formdata=None, **made.filled(row, g.practice.languages)))


@bp.post(f"{HERE}/<uuid:exercise_id>")
@checks_its_token
@takes_files
@desk("care:manage")
def change(exercise_id: UUID) -> Any:
    row, form = queries.exercise(exercise_id), exercise_form(g.practice.languages)()
    if not form.validate():
        return _page(row, form), 422
    told = {"name": form.texts("name"), "text": form.texts("text")}
    try:
        with services().files.keeping(
            [one.content for one in form.picture.uploads], owner=g.practice.id
        ) as keys:
            picture = keys[0] if keys else None if form.no_picture.data else row.picture
            now = services().clock.now()
            actions.change_exercise(row, seen=form.seen, by=g.person.actor, now=now, picture=picture, **told)
    except Refusal as no:
        return _page(queries.exercise(exercise_id), form, refusal=no), no.status
    return go(f"{HERE}?done=saved")


@bp.post(f"{HERE}/<uuid:exercise_id>/<any(archive,return):what>")
@desk("care:manage")
def turn(exercise_id: UUID, what: str) -> Any:
    BaseForm()  # content type and single values
    row, back = queries.exercise(exercise_id), what == "return"
    actions.archive_exercise(row, back=back, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}?done={'back' if back else 'archived'}")


@bp.get(f"{HERE}/<uuid:exercise_id>/picture")
@desk("care:manage")
def picture(exercise_id: UUID) -> Any:
    """Of an exercise of the library, or of one in a programme."""
    row = Exercise.get_or_none(Exercise.id == exercise_id)
    return shown_picture(row or CareActivity.get_or_none(CareActivity.id == exercise_id))


def shown_picture(row: Exercise | CareActivity | None) -> Any:
    if row is None or row.picture is None:
        raise NotFound
    content = services().files.read(row.picture)
    kind = (
        "image/png"
        if content.startswith(b"\x89PNG")
        else "image/webp"
        if content[8:12] == b"WEBP"
        else "image/jpeg"
    )
    return served(content, name="exercise", kind=kind, inline=True)


def _overview(form: Any = None) -> str:
    g.here = HERE
    found = queries.library()
    taken = {one.drawing for one in found}
    return render_template(
        "exercises/desk/library.html",
        found=found,
        archived=queries.library(archived=True),
        common=[one for one in common.EXERCISES if one.key not in taken],
        form=form or exercise_form(g.practice.languages)(formdata=None),
        done=DONE.get(request.args.get("done", "")),
    )


def _page(row: Exercise, form: Any, **more: Any) -> str:
    g.here = f"{HERE}/{row.id}"
    form.version.raw_data, form.version.data = None, str(row.revision)
    return render_template("exercises/desk/exercise.html", row=row, form=form, **more)
