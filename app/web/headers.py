"""Headers every answer leaves with, also files and errors: added at the outermost door, where nothing is missed."""

from collections.abc import Callable, Iterable
from typing import Any

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
POLICY = ("Content-Security-Policy", CSP)
ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
]
ALSO = (
    "parvis.headers"  # where the door leaves what it adds: as tuples here, without werkzeug's checks of each
)
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


class Headers:
    """WSGI middleware. An answer that brings its own content policy keeps it (the development mailbox does)."""

    def __init__(self, app: Callable[..., Iterable[bytes]], *, secure: bool) -> None:
        self.app = app
        self.always = [*ALWAYS, STRICT_TRANSPORT] if secure else list(ALWAYS)
        self.usual = [*self.always, POLICY]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            own = any(name == "Content-Security-Policy" for name, _ in headers)
            more = (self.always if own else self.usual) + environ.get(ALSO, [])
            if any(name == "Referrer-Policy" for name, _ in headers):
                more = [pair for pair in more if pair[0] != "Referrer-Policy"]
            return start_response(status, headers + more, *error)

        return self.app(environ, start)
