"""What the government sign-in asks of the browser: the cookie that ties it to its journey, and pages that refuse."""

import logging
import re
import secrets
from typing import Any

from flask import Response, abort, render_template, request, url_for

from app.identity.csam_models import IdentityRequest
from app.identity.ports import IdentityProvider, NotProved
from app.web.door import practice_url
from app.web.outside import config, services

log = logging.getLogger("parvis.csam")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
LASTING = 3600
# a reason of the guard -> which page; every other one is «what CSAM sent cannot be accepted»
PAGES = {
    "provider-down": "down",
    "provider-refused": "stopped",
    "level": "level",
    "context": "level",
    "too-late": "over",
    "too-early": "over",
    "stale-sign-in": "over",
    "journey-over": "over",
    "unknown-journey": "over",
    "answered-before": "over",
    "opened-before": "over",
    "replayed": "over",
    "another-browser": "browser",
    "session-over": "browser",
}
BEGINNINGS = {  # where a journey of this purpose starts again
    "sign-in": "csam.start",
    "second": "csam.second",
    "link": "csam.link",
    "step-up": "csam.step_up",
    "sign-out": "csam.start",
}


def provider() -> IdentityProvider:
    """404 where the platform has none: its pages are not there."""
    return services().identity_provider or abort(404)


def cookie_name() -> str:
    return "__Host-csam" if config().scheme == "https" else "csam"


def carried() -> str:
    """This browser's own token, or a new one."""
    found = request.cookies.get(cookie_name(), "")
    return found if TOKEN.fullmatch(found) else secrets.token_urlsafe(32)


def tie(response: Response, token: str) -> Response:
    """Lax is enough: the browser comes back to this host by an ordinary address, after it has posted to the portal."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=LASTING,
        secure=config().scheme == "https",
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def here() -> str:
    return request.host.lower()


def refused(why: NotProved, journey: IdentityRequest | None = None, *, status: int = 400) -> Any:
    """With a reference the person can quote; the log line has the same one and says why, and no word of the message."""
    reference = secrets.token_hex(4)
    log.warning("refused %s at %s: %s", reference, request.endpoint, why)
    host, purpose = (journey.host, journey.purpose) if journey is not None else (here(), "sign-in")
    onward = {"next": journey.target} if journey is not None and journey.target else {}
    page = render_template(
        "account/csam/refused.html",
        why=PAGES.get(why.reason, "other"),
        reference=reference,
        again=practice_url(host, url_for(BEGINNINGS[purpose], **onward)),
        otherwise=practice_url(host, "/sign-in"),
    )
    return page, status
