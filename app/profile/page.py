"""The profile page and the address of each widget: one widget that fails or is slow never holds the others."""

import logging
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
    part = Easel(viewer).fragment(found)
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
    easel, parts = Easel(viewer), []
    began = easel.tick()
    for one in shown:
        if easel.pace.has_time(one.name, began=began, now=easel.tick()):
            parts.append(easel.fragment(one))
        else:
            parts.append(easel.drawn("profile/widgets/_placeholder.html", widget=one))
    return parts


class Easel:
    """What all widgets of one page are drawn with: asked once, also what Flask gives to every template."""

    def __init__(self, viewer: Viewer) -> None:
        app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
        self.viewer = viewer
        self.pace: Pace = app.extensions["parvis.pace"]
        self.tick = services().clock.now
        self.template = app.jinja_env.get_template
        self.known: dict[str, Any] = {}
        app.update_template_context(self.known)

    def fragment(self, found: Widget) -> Markup:
        """Its question and its template, or «not available right now»; a breach of tenancy is no failure to hide."""
        now = self.viewer.now
        with self.pace.measured(found.name, self.tick):
            try:
                return self._framed(found, found.context(self.viewer, now))
            except TenancyBreach:
                raise
            except Exception as error:  # whatever it is, the page and the other widgets live
                log.error("widget %s\n%s", found.name, traced(error))
                return self._framed(found, {}, failed=True)

    def _framed(self, found: Widget, context: dict[str, Any], *, failed: bool = False) -> Markup:
        now = self.viewer.now
        return self.drawn("profile/widgets/_frame.html", **context, widget=found, failed=failed, now=now)

    def drawn(self, template: str, **context: Any) -> Markup:
        return Markup(self.template(template).render({**self.known, **context}))
