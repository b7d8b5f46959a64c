"""The only file that knows HX-* headers, both ways."""

from flask import Response, make_response, request
from htmx_flask import Htmx

VARY = "HX-Request, HX-Request-Type"


def install(app) -> None:  # type: ignore[no-untyped-def]
    Htmx(app)


def wants_fragment() -> bool:
    """Whether the browser will swap a part in; boosted links and the Back button ask for the whole page."""
    return request.environ.get("HTTP_HX_REQUEST_TYPE") == "partial"


def redirect_to(url: str, status: int = 303) -> Response:
    """Go elsewhere: a plain redirect, or the header htmx follows with the whole window."""
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    response = make_response("", status)
    response.headers["Location"] = url
    return response


def changed(*events: str) -> Response:
    """Done, and nothing to swap: the parts of the page that listen to these events fetch themselves anew."""
    response = make_response("", 204)
    response.headers["HX-Trigger"] = ", ".join(events)
    return response
