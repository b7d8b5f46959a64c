"""The start page of the desk."""

from typing import Any

from flask import Blueprint, g, render_template, request
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from app.desk import board, home
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.staff.queries import name_of
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, Lines, Versioned, tidy_lines
from app.web.outside import config, services

bp = Blueprint("desk_home", __name__)


class BoardForm(Versioned, BaseForm):
    important = TextAreaField(
        _l("Important information for the team"),
        filters=[tidy_lines],
        validators=[Length(max=500, message=_l("This is too long.")), Lines()],
        render_kw={"rows": 4, "maxlength": 500},
    )
    birthdays = BooleanField(_l("Tell the desk whose birthday it is, of the people who come that day"))


@bp.get("/desk")
@desk("schedule:read")
def start() -> str:
    now = services().clock.now()
    found, pinned = home.of(g.practice, g.staff, now=now), board.current()
    greeted = home.birthdays(found.appointments, found.today) if pinned.birthdays else []
    seen = found.names | {one.id for one in greeted}
    journal_look(seen, member=g.staff, what="day", why="home", now=now, target="desk:start")
    return render_template(
        "desk/home.html",
        home=found,
        board=pinned,
        who=name_of(pinned.actor) if pinned.important else "",
        birthdays=greeted,
        backup=home.backup(config().backup_stamp, now=now) if g.staff.may("settings:manage") else None,
        done=_l("The information is pinned.") if request.args.get("done") else None,
    )


@bp.get("/desk/board")
@desk("settings:manage")
def edit() -> str:
    form, pinned = BoardForm(formdata=None), board.current()
    form.important.data, form.birthdays.data = pinned.important, pinned.birthdays
    form.version.data = str(pinned.version)
    return _page(form)


@bp.post("/desk/board")
@checks_its_token
@desk("settings:manage")
def save() -> Any:
    form = BoardForm()
    if not form.validate():
        return _page(form), 422
    try:
        board.pin(
            form.important.data or "",
            birthdays=bool(form.birthdays.data),
            seen=form.seen,
            by=g.person.actor,
            now=services().clock.now(),
        )
    except Refusal as no:
        form.version.data = str(board.current().version)
        return _page(form, refusal=no, current=board.current().important), no.status
    return go("/desk?done=1")


def _page(form: BoardForm, **more: Any) -> str:
    g.here = "/desk/board"
    return render_template("desk/board.html", form=form, **more)
