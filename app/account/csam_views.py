"""Signing in with the government's digital key: off to CSAM, the answer it sends, and the way back."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from app.account import csam_arrivals, set_up_views
from app.account.arrival import home_of
from app.account.csam_browser import carried, here, provider, refused, tie
from app.identity import government, journeys, levels, sign_in
from app.identity.ports import NotProved
from app.kernel.errors import Unavailable
from app.patients import queries
from app.web import limits
from app.web.access import checks_its_token, halfway, level, person, portal_only, public
from app.web.door import practice_url, safe_next
from app.web.outside import services

bp = Blueprint("csam", __name__)


@bp.get("/csam/metadata")
@portal_only
def metadata() -> Response:
    return Response(provider().metadata(), mimetype="application/samlmetadata+xml")


# ---- off to CSAM: by links, for a form that leads to another site is stopped by the page's own policy ---------------


@bp.get("/csam/start")
@public
def start() -> Any:
    target, who = safe_next(request.args.get("next"), ""), sign_in.who()
    if who is not None and who.is_open:
        return redirect(target or home_of(who.account), 303)
    return _leave("sign-in", target)


@bp.get("/csam/second")
@halfway
def second() -> Any:
    target = safe_next(request.args.get("next"), "")
    if g.person.stage != "second":
        return redirect(url_for("second.choose", next=target or None), 303)
    return _leave("second", target)


@bp.get("/set-up/csam")
@halfway
def explain() -> Any:
    provider()
    set_up_views.may_set_up()
    return set_up_views.page("account/set_up/csam.html")


@bp.get("/csam/link")
@halfway
def link() -> Any:
    provider()
    set_up_views.may_set_up()
    return _leave("link", safe_next(request.args.get("next"), ""))


@bp.get("/csam/step-up")
@person
def step_up() -> Any:
    return _leave("step-up", safe_next(request.args.get("next"), ""))


@bp.get("/csam/demand")
@person
def demand() -> Any:
    """Where a page leads that asks for a government sign-in; it says so before anybody is sent away."""
    account = g.person.account
    return render_template(
        "account/csam/demand.html",
        next=safe_next(request.args.get("next"), "/account"),
        is_open=services().identity_provider is not None,
        has_key=government.key_of(account.id) is not None,
    )


@bp.get("/account/proof")
@level(levels.PROVEN)
@person
def proof() -> Any:
    """Who knows it now: each practice where this person's file is their own."""
    ties = [one for one in queries.connections_of(g.person.account) if one.dependant is None]
    return render_template("account/csam/proof.html", connections=ties)


# ---- back -----------------------------------------------------------------------------------------------------------


@bp.post("/csam/acs")
@portal_only
@checks_its_token
def answer() -> Any:
    """CSAM posts across sites: no cookie of ours comes with it, and none is looked at."""
    asked, sealer, now = provider(), services().sealer, services().clock.now()
    journey = journeys.of_relay(request.form.getlist("RelayState"))
    try:
        ticket = journeys.answer(
            journey, request.form.getlist("SAMLResponse"), provider=asked, sealer=sealer, now=now
        )
    except NotProved as why:
        return refused(why, journey)
    return redirect(practice_url(journey.host, f"/csam/return/{ticket}"), 303)  # type: ignore[union-attr]


@bp.get("/csam/return/<token>")
@public
def back(token: str) -> Any:
    provider()
    sealer, now = services().sealer, services().clock.now()
    try:
        journey, found = journeys.fetch(token, host=here(), browser=carried(), sealer=sealer, now=now)
        return csam_arrivals.BY_PURPOSE[journey.purpose](journey, found, token)
    except NotProved as why:
        return refused(why)


def _leave(purpose: str, target: str) -> Any:
    """To CSAM; whatever this browser is signed in as goes with the journey, and must be the same at its end."""
    limits.hit("csam")
    who, browser, asked = sign_in.who(), carried(), provider()
    try:
        url = journeys.begin(
            purpose,
            provider=asked,
            host=here(),
            browser=browser,
            target=target,
            account_id=who.account.id if who else None,
            session_id=who.session.id if who else None,
            now=services().clock.now(),
        )
    except Unavailable as down:
        return refused(NotProved("provider-down", down.port), status=503)
    return tie(redirect(url, 303), browser)  # type: ignore[arg-type]
