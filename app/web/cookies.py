"""Flask's signed cookie: the CSRF token, and as whom an owner looks at the site; paid by the pages that need it."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class LateSession(SessionMixin):
    """A session whose cookie is read when somebody asks what stands in it: most pages of the desk never do."""

    def __init__(self, read: Callable[[], SecureCookieSession]) -> None:
        self._read = read
        self._found: SecureCookieSession | None = None

    def _opened(self) -> SecureCookieSession:
        if self._found is None:
            self._found = self._read()
        return self._found

    @property
    def modified(self) -> bool:  # type: ignore[override]
        return self._found is not None and self._found.modified

    @modified.setter
    def modified(self, value: bool) -> None:
        self._opened().modified = value

    def __getitem__(self, key: str) -> Any:
        return self._opened()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._opened()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._opened()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened())

    def __len__(self) -> int:
        return len(self._opened())


class QuickSessions(SecureCookieSessionInterface):
    """A request without the cookie opens an empty session at once, one with it later, and the signer is made once."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        read = super().open_session
        # Flask asks for a mapping with the marks of SessionMixin, and names its own class where it means that
        return LateSession(lambda: read(app, request) or self.session_class())  # type: ignore[return-value]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return _signer(self, app)


@lru_cache(maxsize=4)
def _signer(interface: Any, app: Flask) -> URLSafeTimedSerializer | None:
    return SecureCookieSessionInterface.get_signing_serializer(interface, app)
