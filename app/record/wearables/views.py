"""«My devices»: connecting a service, synchronising it, and letting it go."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.record.wearables import connections, journeys, page, queueing
from app.record.wearables.forms import LetGoForm
from app.record.wearables.models import WearableConnection
from app.record.wearables.refusals import OnlyYourOwn
from app.web import limits
from app.web.access import checks_its_token, person, quiet
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("devices", __name__)
HERE = "/me/health/devices"
THERE = f"{HERE}/google-health"
SOURCE = "google_health"
DONE = {
    "coming": _l("You agreed. The values of the last three months follow in a moment."),
    "asked": _l("The newest values are being fetched."),
    "kept": _l("Disconnected. The values it brought are still yours."),
    "deleted": _l("Disconnected. The values it brought are deleted."),
}


@bp.get(HERE)
@person
def overview() -> str:
    done = DONE.get(single_args().get("done", ""))
    return render_template("record/devices.html", **_shown(), done=done)


@bp.get(f"{HERE}/progress")
@quiet
@person
def progress() -> str:
    """What the page asks for while something happens: it keeps no session alive."""
    return render_template("record/_devices.html", **_shown())


@bp.get(f"{THERE}/connection")
@person
def leave() -> Any:
    """By a link, for a form that leads to another site is stopped by the page's own policy."""
    me, service = _own(), services().wearable_source
    if service is None:
        raise NotFound
    limits.hit("wearable-connect", account=me.account.id)
    session, host, now = me.session.id, request.host.lower(), services().clock.now()
    return redirect(journeys.begin(service, account=me.account.id, session=session, host=host, now=now), 303)


@bp.get(f"{HERE}/return/<token>")
@person
def come_back(token: str) -> Any:
    me = _own()
    ended = journeys.arrive(token, account=me.account.id, session=me.session.id, now=services().clock.now())
    return go(url_for(".overview", done=None if ended else "coming"))


@bp.post(f"{THERE}/synchronisation")
@person
def synchronise() -> Any:
    BaseForm()  # content type and single values
    found = _connected()
    limits.hit("wearable-sync", account=found.account_id)
    queueing.queue(found, now=services().clock.now())
    return go(url_for(".overview", done="asked"))


@bp.get(f"{THERE}/disconnection")
@person
def ask_to_let_go() -> str:
    return _asked(LetGoForm(formdata=None))


@bp.post(f"{THERE}/disconnection")
@person
@checks_its_token
def let_go() -> Any:
    found, form = _connected(), LetGoForm()
    if not form.validate():
        return _asked(form), 422
    connections.disconnect(found.account_id, SOURCE, keep=form.keeps, now=services().clock.now())
    return go(url_for(".overview", done="kept" if form.keeps else "deleted"))


def _asked(form: LetGoForm) -> str:
    _connected()
    return render_template("record/device_end.html", form=form, name="Google Health")


def _own() -> Any:
    """Whoever is at the keyboard, while acting for nobody."""
    if g.person.acting_for is not None:
        raise OnlyYourOwn(name=g.person.acting_for.name)
    return g.person


def _connected() -> WearableConnection:
    found = connections.of_account(_own().account.id, SOURCE)
    if found is None:
        raise NotFound
    return found


def _shown() -> dict[str, Any]:
    acted = g.person.acting_for
    now = services().clock.now()
    return {"acted": acted, "device": page.of(g.person, now=now) if acted is None else None}
