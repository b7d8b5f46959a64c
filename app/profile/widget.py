"""The contract of a widget: a title, a question and a fragment. It reads; it never writes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal

from app.kernel.i18n import lazy_gettext as _l
from app.profile import widgets
from app.profile.viewer import Viewer

__all__ = ["GROUPS", "Viewer", "Widget", "gallery"]

# the kinds of widgets, in the order in which they are first shown and listed among the hidden ones
GROUPS: dict[str, Any] = {
    "care": _l("Care and appointments"),
    "exchange": _l("Messages and programmes"),
    "health": _l("Health parameters"),
    "money": _l("Invoices and refunds"),
    "account": _l("About me"),
}


@dataclass(frozen=True)
class Widget:
    """What one module of app/profile/widgets declares as `widget`.

    `context` answers what its template needs, and may be slow or fail: the page lives without. `refresh_on` are
    browser events (`htmx.changed(…)`) after which the fragment fetches itself anew. `scope` is what one must be
    allowed to see of somebody one acts for (identity/ages.py): the widget is not there for anybody else.
    `hidden` keeps it out of the first page of a person who has arranged nothing; it waits under its group's name.
    `rank` orders within a group. `wide` takes the whole width on a large screen.
    """

    title: Any  # lazy_gettext: heading and accessible name
    context: Callable[[Viewer, datetime], dict[str, Any]]
    refresh_on: tuple[str, ...] = ()
    load: Literal["load", "revealed"] = "revealed"  # when a placeholder fetches it
    scope: str = ""
    group: str = "care"
    icon: str = "list"
    hidden: bool = False
    rank: int = 50
    wide: bool = False
    name: str = ""  # set by gallery(): module = template = address = element = test

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")

    @property
    def url(self) -> str:
        return f"/me/widgets/{self.slug}"

    @property
    def dom_id(self) -> str:
        return f"widget-{self.slug}"

    @property
    def trigger(self) -> str:
        return ", ".join(f"{event} from:body" for event in self.refresh_on)


@lru_cache(maxsize=1)
def gallery() -> dict[str, Widget]:
    """Slug -> widget, as the modules of app/profile/widgets stand there, in the product's own order."""
    found = [
        replace(import_module(f"{widgets.__name__}.{module.name}").widget, name=module.name)
        for module in iter_modules(widgets.__path__)
    ]
    groups = list(GROUPS)
    found.sort(key=lambda one: (groups.index(one.group), one.rank, one.name))
    return {one.slug: one for one in found}
