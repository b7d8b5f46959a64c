"""Flask-Login behind one module: the cookie, the session it opens, and who is signed in."""

from typing import Any

from flask import Flask, Response, g, request
from flask_login import LoginManager, UserMixin, current_user

from app.identity import actions, queries
from app.identity.models import Session
from app.web.outside import config, services


class SignedIn(UserMixin):
    """The account of a living session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.account = session.account

    def get_id(self) -> str:
        return str(self.account.id)


def install(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # the session is a row of ours, bound to its host, not Flask's cookie
    manager.request_loader(_load)
    # not init_app: its «remember me» reads Flask's session at every answer, and there is nothing of ours in it
    app.login_manager = manager  # type: ignore[attr-defined]


def cookie_name() -> str:
    return "__Host-session" if config().scheme == "https" else "session"


def _load(_request: Any) -> SignedIn | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    now = services().clock.now()
    session = queries.session_of(token, host=request.host.lower(), now=now)
    if session is None:
        return None
    actions.touch(session, now=now)
    return SignedIn(session)


def who() -> SignedIn | None:
    return current_user._get_current_object() if current_user.is_authenticated else None


def set_cookie(response: Response, token: str) -> Response:
    response.set_cookie(
        cookie_name(),
        token,
        secure=config().scheme == "https",
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def drop_cookie(response: Response) -> Response:
    response.delete_cookie(cookie_name(), secure=config().scheme == "https", httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    g.pop("_login_user", None)
    return response
