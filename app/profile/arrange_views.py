"""Arranging the page: a mode with a bar of its own. Without JavaScript every press is a form, and nothing is kept
before «Save»."""

from typing import Any

from flask import Blueprint, g, render_template
from wtforms import StringField
from wtforms.validators import Length

from app.kernel.i18n import _
from app.profile import actions, layout, queries
from app.profile.layout import Layout
from app.profile.widget import GROUPS, gallery
from app.web.access import person
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("profile_arrangement", __name__)
HERE = "/me/arrangement"


class ArrangeForm(BaseForm):
    """`shown`: slugs in their order, parted by commas; `press`: save, reset, or a step and its slug."""

    shown = StringField(validators=[Length(max=2000)])
    press = StringField(validators=[Length(max=100)])


@bp.get(HERE)
@person
def arrange() -> str:
    return _draft(queries.layout_of(g.person.account.id, practice=g.practice))


@bp.post(HERE)
@person
def press() -> Any:
    form, account, now = ArrangeForm(), g.person.account.id, services().clock.now()
    there = queries.layout_of(account, practice=g.practice)
    if not form.validate():
        return _draft(there), 422
    draft = layout.typed(there, (form.shown.data or "").split(","))
    what, _colon, slug = (form.press.data or "").partition(":")
    if what == "save":
        actions.arrange(account, draft, now=now)
        return go("/me?done=arranged")
    if what == "reset":
        actions.forget(account, now=now)
        return go("/me?done=reset")
    return _draft(layout.step(draft, what, slug), pressed=what, moved=slug)


def _draft(found: Layout, *, pressed: str = "", moved: str = "") -> str:
    """`moved` keeps the focus with the line one has just moved, and `said` tells where it stands."""
    widgets = gallery()
    g.here = HERE
    waiting = {
        group: rows
        for group in GROUPS
        if (rows := [widgets[slug] for slug in found.hidden if widgets[slug].group == group])
    }
    said = ""
    if moved in found.shown:
        place, total = found.shown.index(moved) + 1, len(found.shown)
        words = _("%(widget)s: place %(place)s of %(total)s.")
        said = words % {"widget": widgets[moved].title, "place": place, "total": total}
    return render_template(
        "profile/arrange.html",
        shown=[widgets[slug] for slug in found.shown],
        waiting=waiting,
        groups=GROUPS,
        pressed=pressed,
        moved=moved,
        said=said,
    )
