"""The way in: host to practice, language, access, and what every answer leaves with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, abort, g, redirect, render_template
from flask.globals import request_ctx

from app.kernel import i18n
from app.kernel.db import database
from app.kernel.i18n import LANGUAGES
from app.kernel.tenancy import enter_practice, leave_account, leave_practice
from app.web.access import ONE_FILE
from app.web.headers import ALSO
from app.web.htmx import VARY
from app.web.outside import config

LANGUAGE_COOKIE = "lang"
YEAR = 365 * 86_400
LONGEST_PATH = 2000  # more fits into no header
VARIES = f"Accept-Language, Cookie, {VARY}"
SPOKEN = {code: [("Vary", VARIES), ("Content-Language", code)] for code in LANGUAGES}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# whatever a page makes a browser send carries one of these, and a program's own request none
BROWSERS_SEND = ("Origin", "Cookie", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Referer")
PERSONAL = frozenset({"halfway", "person"})
HOSTLESS = frozenset({"health.healthz", "health.readyz"})


@dataclass(frozen=True)
class Doormen:
    """What the floors above lend to the door: who lives at a host, and who is signed in and may pass."""

    practice_at: Callable[[str], Any]
    admit_person: Callable[..., None]  # (access, fresh=, level=): sets g.person, or sends to the missing step
    admit_member: Callable[..., None]  # (permission, fresh=, level=): sets g.person and g.staff, or raises
    check_token: Callable[[], None]  # raises CSRFError


class Door:
    """One an app. Every request passes here, so proxies are opened once and values kept at hand."""

    def __init__(self, app: Flask, doormen: Doormen) -> None:
        settings = app.extensions["parvis.config"]
        self.doormen = doormen
        self.views = app.view_functions
        self.app_host: str = settings.app_host
        self.secure: bool = settings.scheme == "https"

    def enter(self) -> Any:
        """Host, then database, then language, then the lock of the view; a wrong host learns nothing."""
        asked, here = request_ctx.request, g._get_current_object()  # type: ignore[attr-defined]
        here.practice = None
        endpoint = asked.endpoint
        if endpoint in HOSTLESS:
            return None
        host = asked.host.lower().rstrip(".")
        here.opened = database.connect(reuse_if_open=True)
        if host != self.app_host:
            here.practice = self.doormen.practice_at(host) if 0 < len(asked.host) <= 253 else None
            if here.practice is None:
                here.spoken = i18n.speak(_browser_language(asked) or LANGUAGES[0])
                return render_template("errors/unknown_host.html"), 404
            here.cabinet = enter_practice(here.practice.id)
        chosen = asked.args.get("lang") if b"lang=" in asked.query_string else None
        here.chose_language = chosen in LANGUAGES
        here.spoken = i18n.speak(chosen if here.chose_language else _language(asked, here.practice))
        if endpoint is not None:
            self._unlock(self.views[endpoint], here.practice, asked.method)
        return None

    def _unlock(self, view: Any, practice: Any, method: str) -> None:
        place = getattr(view, "place", None)
        if place is not None and (place == "practice") != (practice is not None):
            abort(404)
        access = getattr(view, "access", None)
        if access is None:
            abort(403)  # nobody said who may come in
        if access == "program":
            if any(name in request_ctx.request.headers for name in BROWSERS_SEND):
                abort(403)
        elif access != "public":
            admit = self.doormen.admit_person if access in PERSONAL else self.doormen.admit_member
            admit(access, fresh=getattr(view, "fresh", False), level=getattr(view, "level", 0))
        if (most := getattr(view, "most_bytes", 0)) and method not in SAFE:
            request_ctx.request.max_content_length = most  # known before the token's check reads the form
            request_ctx.request.environ[ONE_FILE] = getattr(view, "one_file", False)
        if method not in SAFE and not getattr(view, "checks_its_token", False):
            self.doormen.check_token()

    def leave(self, response: Response) -> Response:
        headers = response.headers
        if "Cache-Control" not in headers:
            headers.add("Cache-Control", "no-store")
        request_ctx.request.environ[ALSO] = SPOKEN[i18n.language()]
        if g.get("chose_language"):
            response.set_cookie(
                LANGUAGE_COOKIE,
                i18n.language(),
                max_age=YEAR,
                secure=self.secure,
                httponly=True,
                samesite="Lax",
            )
        return response

    def close(self, _error: BaseException | None = None) -> None:
        here = g._get_current_object()  # type: ignore[attr-defined]
        own_cabinet = here.pop("own_cabinet", None)
        if own_cabinet is not None:
            leave_account(own_cabinet)
        cabinet = here.pop("cabinet", None)
        if cabinet is not None:
            leave_practice(cabinet)
        spoken = here.pop("spoken", None)
        if spoken is not None:
            i18n.hush(spoken)
        if here.pop("opened", False) and not database.is_closed():
            database.close()


def install(app: Flask, doormen: Doormen) -> None:
    door = Door(app, doormen)
    app.before_request(door.enter)
    app.after_request(door.leave)
    app.teardown_request(door.close)


def _language(asked: Any, practice: Any) -> str:
    """Explicit choice, then the browser's, then the practice's own."""
    cookie = asked.cookies.get(LANGUAGE_COOKIE) if "HTTP_COOKIE" in asked.environ else None
    if cookie in LANGUAGES:
        return str(cookie)
    return _browser_language(asked) or (practice.languages[0] if practice else LANGUAGES[0])


def _browser_language(asked: Any) -> str | None:
    return i18n.negotiate(asked.environ.get("HTTP_ACCEPT_LANGUAGE"))


def practice_url(host: str, path: str = "/") -> str:
    """An absolute address on a practice's own host, from configuration and the database, never from the request."""
    return f"{config().scheme}://{host}{path}"


def safe_next(target: str | None, fallback: str) -> str:
    """A path on this host, or `fallback`: never another site, never a header break."""
    ok = target and target.startswith("/") and not target.startswith("//") and len(target) <= LONGEST_PATH
    return target if ok and target and target.isprintable() and "\\" not in target else fallback


def go(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]
