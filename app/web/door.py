"""The way in: host to practice, language, access, and the headers every answer leaves with."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request

from app.kernel.db import database
from app.kernel.i18n import LANGUAGES, negotiate
from app.kernel.tenancy import practice_context
from app.web.htmx import VARY
from app.web.outside import config

LANGUAGE_COOKIE = "lang"
YEAR = 365 * 86_400
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
HEADERS = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
HOSTLESS = frozenset({"static", "health.healthz", "health.readyz"})


@dataclass(frozen=True)
class Doormen:
    """What the floors above lend to the door: who lives at a host, and who is signed in and may pass."""

    practice_at: Callable[[str], Any]
    admit: Callable[[str], None]  # called with a permission; raises, or sets g.staff


def install(app: Flask, doormen: Doormen) -> None:
    app.before_request(lambda: _enter(doormen))
    app.after_request(_leave)
    app.teardown_request(_close)


def _enter(doormen: Doormen) -> Any:
    """Host, then database, then language, then the lock of the view; a wrong host learns nothing."""
    g.practice = None
    g.cabinet = None
    endpoint = request.endpoint
    if endpoint in HOSTLESS:
        g.language = LANGUAGES[0]
        return None
    host = request.host.lower().rstrip(".")
    database.connect(reuse_if_open=True)
    g.opened = True
    if host != config().app_host:
        g.practice = doormen.practice_at(host) if 0 < len(host) <= 253 else None
        if g.practice is None:
            g.language = negotiate(request.headers.get("Accept-Language")) or LANGUAGES[0]
            return render_template("errors/unknown_host.html"), 404
        g.cabinet = ExitStack()
        g.cabinet.enter_context(practice_context(g.practice.id))
    chosen = request.args.get("lang")
    g.language = chosen if chosen in LANGUAGES else _language()
    g.chose_language = chosen == g.language
    if endpoint is None:
        return None  # the router answers 404 or 405
    view = current_app.view_functions[endpoint]
    place = getattr(view, "place", None)
    if place is not None and (place == "practice") != (g.practice is not None):
        abort(404)
    access = getattr(view, "access", None)
    if access is None:
        abort(403)  # nobody said who may come in
    if access != "public":
        doormen.admit(access)
    return None


def _language() -> str:
    """Explicit choice, then the browser's, then the practice's own."""
    cookie = request.cookies.get(LANGUAGE_COOKIE)
    if cookie in LANGUAGES:
        return cookie  # type: ignore[return-value]
    found = negotiate(request.headers.get("Accept-Language"))
    if found:
        return found
    return g.practice.languages[0] if g.practice else LANGUAGES[0]


def _leave(response: Response) -> Response:
    headers = response.headers
    for name, value in HEADERS:
        headers.setdefault(name, value)  # the development mailbox frames a mail under its own policy
    if config().scheme == "https":
        headers[STRICT_TRANSPORT[0]] = STRICT_TRANSPORT[1]
    if request.endpoint == "static":
        return response
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    headers["Vary"] = f"Accept-Language, Cookie, {VARY}"
    headers["Content-Language"] = g.get("language", LANGUAGES[0])
    if g.get("chose_language"):
        response.set_cookie(
            LANGUAGE_COOKIE,
            g.language,
            max_age=YEAR,
            secure=config().scheme == "https",
            httponly=True,
            samesite="Lax",
        )
    return response


def _close(_error: BaseException | None = None) -> None:
    cabinet = g.pop("cabinet", None)
    if cabinet is not None:
        cabinet.close()
    if g.pop("opened", False) and not database.is_closed():
        database.close()


def practice_url(host: str, path: str = "/") -> str:
    """An absolute address on a practice's own host, from configuration and the database, never from the request."""
    return f"{config().scheme}://{host}{path}"


def portal_url(path: str = "/") -> str:
    return practice_url(config().app_host, path)


def safe_next(target: str | None, fallback: str) -> str:
    """A path on this host, or `fallback`: never another site, never a header break."""
    ok = target and target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ok and target and target.isprintable() and "\\" not in target else fallback


def go(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]
