"""The profile page and the address of each widget: one widget that fails or is slow never holds the others."""

import logging
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, render_template, request
from markupsafe import Markup

from app.kernel.errors import NotFound, traced
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.tenancy import TenancyBreach
from app.profile import layout, queries
from app.profile.pace import Pace
from app.profile.viewer import Viewer
from app.profile.widget import Widget, gallery
from app.web import htmx
from app.web.access import person
from app.web.outside import services

bp = Blueprint("profile", __name__)
DONE = {
    "arranged": _l("Your page is arranged."),
    "reset": _l("Your page is as it was at first."),
}
log = logging.getLogger("parvis.profile")
bp.record_once(lambda state: state.app.extensions.setdefault("parvis.pace", Pace()))


@bp.get("/me")
@person
def page() -> str:
    viewer, found = viewer_of_request(), gallery()
    order = layout.arranged(queries.first_at(g.practice), viewer.own.layout).shown
    shown = [found[slug] for slug in order if viewer.may(found[slug].scope)]
    return render_template(
        "profile/page.html",
        parts=_compose(shown, viewer),
        acting=viewer.acting,
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/me/widgets/<string:slug>")
@person
def widget(slug: str) -> str:
    """The fragment to htmx, the whole page to a browser."""
    viewer, found, there = viewer_of_request(), gallery().get(slug), queries.first_at(g.practice)
    if found is None or not viewer.may(found.scope) or slug not in (*there.shown, *there.hidden):
        raise NotFound
    part = _fragment(found, viewer)
    return (
        part
        if htmx.wants_fragment()
        else render_template("profile/widgets/_page.html", widget=found, part=part)
    )


def viewer_of_request() -> Viewer:
    who = g.person
    viewer = Viewer(who.account, who.acting_for, g.practice, services().clock.now())
    g.reader = viewer.reader  # the menu counts the messages of the same people, and need not ask who they are
    return viewer


def _compose(shown: list[Widget], viewer: Viewer) -> list[Markup]:
    """One answer for the first paint, so that the page needs no JavaScript; what has no time left fetches itself."""
    pace, tick, parts = current_app.extensions["parvis.pace"], services().clock.now, []
    began = tick()
    for one in shown:
        if pace.has_time(one.name, began=began, now=tick()):
            parts.append(_fragment(one, viewer))
        else:
            parts.append(Markup(render_template("profile/widgets/_placeholder.html", widget=one)))
    return parts


def _fragment(found: Widget, viewer: Viewer) -> Markup:
    """Its question and its template, or «not available right now»; a breach of tenancy is no failure to hide."""
    with current_app.extensions["parvis.pace"].measured(found.name, services().clock.now):
        try:
            return _drawn(found, found.context(viewer, viewer.now), viewer.now)
        except TenancyBreach:
            raise
        except Exception as error:  # whatever it is, the page and the other widgets live
            log.error("widget %s\n%s", found.name, traced(error))
            return _drawn(found, {}, viewer.now, failed=True)


def _drawn(found: Widget, context: dict[str, Any], now: datetime, *, failed: bool = False) -> Markup:
    frame = "profile/widgets/_frame.html"
    return Markup(render_template(frame, **context, widget=found, failed=failed, now=now))
