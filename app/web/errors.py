"""What a person sees when something cannot be: refusals beside their form, and plain pages for the rest."""

import logging
import secrets

import peewee as pw
from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.kernel.errors import NotAllowed, NotFound, Refusal, TooMany, Unavailable, traced
from app.kernel.i18n import _
from app.kernel.tenancy import TenancyBreach
from app.web.htmx import wants_fragment

log = logging.getLogger("parvis.errors")


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(NotFound, lambda _e: page("not_found", 404))
    app.register_error_handler(NotAllowed, lambda _e: page("not_allowed", 403))
    app.register_error_handler(TooMany, too_many)
    app.register_error_handler(Unavailable, unavailable)
    app.register_error_handler(pw.OperationalError, database_down)
    app.register_error_handler(CSRFError, lambda _e: page("expired", 400))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)


def page(name: str, status: int, **context: object) -> tuple[str, int]:
    return render_template(f"errors/{name}.html", **context), status


def refused(refusal: Refusal) -> tuple[str, int]:
    """422, or 409 for a lost race, with the sentence of the rule and the next possible step."""
    log.info("refused %s", type(refusal).__name__)
    template = "errors/_refused.html" if wants_fragment() else "errors/refused.html"
    return render_template(template, refusal=refusal), refusal.status


def too_many(tries: TooMany) -> tuple[str, int, dict[str, str]]:
    log.warning("beyond the limit of %s", tries)
    if wants_fragment():
        body = render_template("errors/_refused.html", refusal=tries)
    else:
        body = render_template("errors/request.html", title=TOLD[429]()[0], sentence=tries.sentence())
    return body, 429, {"Retry-After": str(tries.seconds)}


def unavailable(down: Unavailable) -> tuple[str, int, dict[str, str]]:
    log.warning("unavailable %s", down)
    return *page("unavailable", 503), {"Retry-After": "30"}


def database_down(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Full, locked or out of reach: nothing was written, and trying again can help. The log says which."""
    log.error("database on %s %s\n%s", request.method, request.endpoint, traced(error))
    return *page("unavailable", 503), {"Retry-After": "30"}


TOLD = {
    400: lambda: (
        _("This request cannot be read"),
        _("Something in the address or the form is not as expected."),
    ),
    405: lambda: (_("This cannot be done here"), _("Please go back and use the buttons of the page.")),
    413: lambda: (_("That is too much at once"), _("What you sent is larger than this page accepts.")),
    415: lambda: (_("This request cannot be read"), _("This page expects a filled-in form.")),
    429: lambda: (_("Too many tries"), _("Please wait a little before trying again.")),
}


def http_error(error: HTTPException) -> object:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    if error.code == 404:
        return page("not_found", 404)
    if error.code == 403:
        return page("not_allowed", 403)
    if (error.code or 500) >= 500:
        return broken(error)
    title, sentence = TOLD.get(error.code or 400, TOLD[400])()
    body = render_template("errors/request.html", title=title, sentence=sentence)
    headers = [(k, v) for k, v in error.get_headers() if k in ("Allow", "Retry-After")]
    return body, error.code, headers


def broken(error: Exception) -> tuple[str, int]:
    """500 with a short reference the person can quote; the log line carries the same one, and no personal data."""
    reference = secrets.token_hex(4)
    level = logging.CRITICAL if isinstance(error, TenancyBreach) else logging.ERROR
    log.log(level, "broken %s on %s %s\n%s", reference, request.method, request.endpoint, traced(error))
    return page("broken", 500, reference=reference)
