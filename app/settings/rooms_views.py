"""Rooms and devices of each site, and which of them a service needs."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.booking.plans import lengths, rooms
from app.directory.models import Location
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.settings.impact_page import saved_or_shown
from app.settings.rooms_forms import PoolForm, UnitForm
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("rooms", __name__)
ROOMS = "/settings/rooms"
DONE = {
    "saved": _l("The change is saved. What people can book follows it at once."),
    "retired": _l("It takes no more appointments."),
    "back": _l("It takes appointments again."),
}


@bp.get("/settings/rooms")
@desk("settings:manage")
def shown() -> str:
    return _page()


@bp.post("/settings/rooms")
@checks_its_token
@desk("settings:manage")
def add_pool() -> Any:
    sites = _sites()
    form = PoolForm(sites=sites)
    g.here = ROOMS
    if not form.validate():
        return _page(pool_form=form), 422
    site = next(one for one in sites if str(one.id) == form.site.data)
    name = {g.practice.languages[0]: form.name.data}
    try:
        rooms.add_pool(g.practice, site, name, by=g.person.actor, now=services().clock.now())
    except Refusal as refusal:
        form.name.errors = [refusal.sentence()]
        return _page(pool_form=form), refusal.status
    return go(f"{ROOMS}?done=saved")


@bp.post("/settings/rooms/<uuid:pool_id>/units")
@checks_its_token
@desk("settings:manage")
def add_unit(pool_id: UUID) -> Any:
    pool, form = rooms.pool(pool_id), UnitForm()
    g.here = ROOMS
    if not form.validate():
        return _page(unit_form=form, of=pool_id), 422
    name = {g.practice.languages[0]: form.unit.data}
    try:
        rooms.add_unit(g.practice, pool, name, by=g.person.actor, now=services().clock.now())
    except Refusal as refusal:
        form.unit.errors = [refusal.sentence()]
        return _page(unit_form=form, of=pool_id), refusal.status
    return go(f"{ROOMS}?done=saved")


@bp.post("/settings/rooms/units/<uuid:unit_id>/retirement")
@desk("settings:manage")
def retire(unit_id: UUID) -> Any:
    return _change_unit(unit_id, rooms.retire, _("Retire a room or device"), "retired")


@bp.post("/settings/rooms/units/<uuid:unit_id>/return")
@desk("settings:manage")
def bring_back(unit_id: UUID) -> Any:
    return _change_unit(unit_id, rooms.bring_back, _("Use it again"), "back")


def _change_unit(unit_id: UUID, verb: Any, title: str, done: str) -> Any:
    BaseForm()  # content type and single values
    unit, now = rooms.unit(unit_id), services().clock.now()

    def act(seen: str) -> Any:
        return verb(g.practice, unit, by=g.person.actor, now=now, seen=seen)

    return saved_or_shown(act, cause="room", title=title, done=f"{ROOMS}?done={done}")


def _page(**more: Any) -> str:
    sites = _sites()
    shown: dict[str, Any] = {
        "pool_form": PoolForm(formdata=None, sites=sites),
        "unit_form": UnitForm(formdata=None),
        "of": None,
        **more,
    }
    needed = {key for one in lengths.services() for key in one.needs}
    return render_template(
        "settings/rooms.html",
        pools=rooms.pools(),
        units=rooms.units(),
        services=lengths.services(),
        needed=needed,
        done=DONE.get(request.args.get("done", "")),
        **shown,
    )


def _sites() -> list[Any]:
    found = list(Location.select().order_by(Location.position, Location.key))
    if not found:
        raise NotFound
    return found
