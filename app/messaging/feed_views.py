"""One's appointments in one's own calendar: the secret address, made, shown once, taken back; and what it answers."""

from typing import Any

from flask import Blueprint, Response, g, render_template, request

from app.kernel import clock, rate_limits
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.messaging import actions, feeds
from app.messaging.models import CalendarFeed
from app.web import limits
from app.web.access import fresh, person, portal_only
from app.web.door import go, practice_url
from app.web.forms import BaseForm
from app.web.outside import config, services

bp = Blueprint("calendar_feed", __name__)
HERE = "/account/calendar"
DONE = {"revoked": _l("The address no longer works. Calendars that used it show nothing new from now on.")}


@bp.get(HERE)
@person
def overview() -> str:
    return render_template(
        "messaging/calendar.html",
        feed=CalendarFeed.get_or_none(),
        day=_day,
        done=DONE.get(request.args.get("done", "")),
    )


def _day(instant: Any) -> Any:
    return clock.today(instant, g.practice.timezone if g.practice else clock.HOME)


@bp.post(HERE)
@fresh
@person
def make() -> Any:
    """The address is on the page that answers the button, and never again."""
    BaseForm()  # content type and single values
    g.here = HERE
    limits.hit("change", account=g.person.account.id)
    token = actions.make_feed(g.person.account, language=language(), now=services().clock.now())
    address = practice_url(config().app_host, f"/calendar/{token}.ics")
    return render_template("messaging/calendar_made.html", address=address, subscribe=_subscribe(address))


def _subscribe(address: str) -> str:
    """What a telephone's own calendar opens by itself."""
    return f"webcal://{address.partition('://')[2]}"


@bp.post(f"{HERE}/revocation")
@person
def revoke() -> Any:
    BaseForm()  # content type and single values
    actions.revoke_feed(g.person.account, now=services().clock.now())
    return go(f"{HERE}?done=revoked")


@bp.get("/calendar/<token>.ics")
@portal_only
def feed(token: str) -> Response:
    """Reads no cookie. Whoever guesses is counted by address, a program by its own feed."""
    now = services().clock.now()
    try:
        found = feeds.of_token(token)
    except NotFound:
        limits.hit("token")
        raise
    rate_limits.hit("feed", now=now, account=found.token_hash)
    if found.fetched_at is None or now - found.fetched_at >= feeds.NOTED:
        actions.fetched(found.account_id, now=now)
    response = Response(feeds.calendar_of(found, now=now), mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
