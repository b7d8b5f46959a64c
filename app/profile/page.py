"""The profile page and the address of each widget: one widget that fails or is slow never holds the others."""

import logging
from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template
from markupsafe import Markup

from app.kernel.errors import NotFound, traced
from app.kernel.tenancy import TenancyBreach
from app.profile.pace import Pace
from app.profile.viewer import Viewer
from app.profile.widget import Widget, gallery
from app.web import htmx
from app.web.access import person
from app.web.outside import services

bp = Blueprint("profile", __name__)
log = logging.getLogger("parvis.profile")
PACE = Pace()


@bp.get("/me")
@person
def page() -> str:
    viewer = viewer_of_request()
    shown = [one for one in gallery().values() if viewer.may(one.scope) and not one.hidden]
    return render_template("profile/page.html", parts=_compose(shown, viewer), acting=viewer.acting)


@bp.get("/me/widgets/<string:slug>")
@person
def widget(slug: str) -> str:
    """The fragment to htmx, the whole page to a browser."""
    viewer, found = viewer_of_request(), gallery().get(slug)
    if found is None or not viewer.may(found.scope):
        raise NotFound
    part = _fragment(found, viewer)
    return (
        part
        if htmx.wants_fragment()
        else render_template("profile/widgets/_page.html", widget=found, part=part)
    )


def viewer_of_request() -> Viewer:
    who = g.person
    return Viewer(who.account, who.acting_for, g.practice, services().clock.now())


def _compose(shown: list[Widget], viewer: Viewer) -> list[Markup]:
    """One answer for the first paint, so that the page needs no JavaScript; what has no time left fetches itself."""
    started = PACE.starts()
    parts = []
    for one in shown:
        if PACE.has_time(one.name, started):
            parts.append(_fragment(one, viewer))
        else:
            parts.append(Markup(render_template("profile/widgets/_placeholder.html", widget=one)))
    return parts


def _fragment(found: Widget, viewer: Viewer) -> Markup:
    """Its question and its template, or «not available right now»; a breach of tenancy is no failure to hide."""
    with PACE.measured(found.name):
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
