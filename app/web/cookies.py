"""Flask's signed cookie: the CSRF token, and as whom an owner looks at the site; paid by the pages that need it."""

from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class QuickSessions(SecureCookieSessionInterface):
    """A request without the cookie opens an empty session at once, and the signer is made once an app."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return _signer(self, app)


@lru_cache(maxsize=4)
def _signer(interface: Any, app: Flask) -> URLSafeTimedSerializer | None:
    return SecureCookieSessionInterface.get_signing_serializer(interface, app)
