"""Where a service sends people back, and where it says of its own accord that something is new."""

import logging
from typing import Any

from flask import Blueprint, abort, redirect, request

from app.record.wearables import journeys, queueing
from app.record.wearables.ports import NotGenuine, WearableSource
from app.record.wearables.refusals import NotBelieved
from app.record.wearables.views import HERE
from app.web import limits
from app.web.access import checks_its_token, portal_only
from app.web.door import practice_url
from app.web.forms import single_args
from app.web.outside import services

log = logging.getLogger("parvis.wearables")
bp = Blueprint("wearables", __name__)
THERE = "/wearables/google-health"
LARGEST = 64 * 1024  # of what a service says of its own accord


def source_or_404() -> WearableSource:
    """Where the platform has none, its addresses are not there."""
    return services().wearable_source or abort(404)


@bp.get(f"{THERE}/answer")
@portal_only
def answer() -> Any:
    """Google sends the browser here, across sites; its session is at the host where it began, and none is looked at."""
    source_or_404()
    limits.hit("wearable-answer")
    said = single_args()
    code = None if "error" in said else said.get("code", "")
    try:
        back = journeys.answer(said.get("state", ""), code=code, now=services().clock.now())
    except NotBelieved as no:
        log.warning("an answer was refused: %s", no.why)
        raise
    return redirect(practice_url(back.host, f"{HERE}/return/{back.ticket}"), 303)


@bp.post(f"{THERE}/notices")
@portal_only
@checks_its_token
def notices() -> Any:
    """Signed by the service, so no token of a page of ours: 201 to a greeting, 204 to a notice, 401 to others."""
    source, now = source_or_404(), services().clock.now()
    request.max_content_length = LARGEST
    try:
        told = source.notices(request.get_data(), request.headers, now=now)
    except NotGenuine as no:
        log.warning("a notice was refused: %s", no)
        return "", 401
    except ValueError:
        return "", 400
    if told is None:
        return "", 201
    queueing.heard(source.key, told, now=now)
    return "", 204
