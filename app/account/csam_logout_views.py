"""Signing out on both sides: CSAM is told when somebody signs out here, and tells us when they sign out there."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from app.account.csam_browser import carried, here, log, provider, refused, tie
from app.identity import journeys, provider_sessions
from app.identity.models import Session
from app.identity.ports import NotProved
from app.web.access import portal_only, public
from app.web.door import practice_url
from app.web.outside import services

bp = Blueprint("csam_logout", __name__)


def leaving(session: Session) -> tuple[str, str] | None:
    """(where the browser goes on, its token) for a session that CSAM opened; asked before the session ends."""
    asked, sealer = services().identity_provider, services().sealer
    ending = provider_sessions.ending_of(session, sealer=sealer) if asked else None
    if ending is None:
        return None
    browser = carried()
    ticket = journeys.begin_end(
        ending, provider=asked, host=here(), browser=browser, sealer=sealer, now=services().clock.now()
    )
    return (f"/csam/leaving/{ticket}", browser) if ticket else None


def onward(response: Response, way: tuple[str, str] | None) -> Response:
    """To the page that goes on to CSAM; the form itself may lead to this site alone."""
    if way is not None:
        response.headers["Location"] = way[0]
        tie(response, way[1])
    return response


@bp.get("/csam/leaving/<token>")
@public
def leave(token: str) -> Any:
    """Signed out here already; the page goes on by itself, and has a link for browsers that do not."""
    provider()
    url = journeys.way_out(
        token, host=here(), browser=carried(), sealer=services().sealer, now=services().clock.now()
    )
    if url is None:
        return redirect(url_for("sign_in.form", done="signed-out"), 303)
    # not a redirect: Chromium counts those after a form as the form's own, and our policy stops it at this site
    return render_template("account/csam/leaving.html", url=url), {"Refresh": f"0; url={url}"}


@bp.get("/csam/logout")
@portal_only
def hear() -> Any:
    """CSAM says that a session ends or has ended; nothing unsigned is believed, and no address is followed."""
    asked, now = provider(), services().clock.now()
    try:
        told = asked.hear(request.query_string.decode("ascii", "replace"), now=now)
    except NotProved as why:
        return refused(why)
    if told.ending is not None:
        ended = provider_sessions.end(told, provider=asked.entity_id, sealer=services().sealer, now=now)
        log.info("CSAM ended %d sessions", ended)
        return redirect(asked.confirm_end(told), 303)
    host = journeys.ended(told, now=now) or here()
    return redirect(practice_url(host, "/sign-in?done=signed-out"), 303)
