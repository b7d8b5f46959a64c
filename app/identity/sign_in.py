"""Flask-Login behind one module: the cookie, the session it opens, and who is signed in."""

from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask import session as browser_session
from flask.globals import request_ctx
from flask_login import AnonymousUserMixin, LoginManager, UserMixin

from app.identity import representation, sessions
from app.identity.models import Session
from app.identity.sessions import Seen
from app.kernel.owners import Account
from app.web.outside import config, services

KEPT = "_login_user"  # where Flask-Login keeps whom it found, for its current_user


class SignedIn(UserMixin):
    """The account of a living session; `stage` says how far it has come."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.account: Account = session.account
        self.stage: str = session.stage
        self.staff: bool = session.staff

    def get_id(self) -> str:
        return str(self.account.id)

    @property
    def is_open(self) -> bool:
        return self.stage == "open"

    def is_fresh(self, now: datetime) -> bool:
        return sessions.is_fresh(self.session, now=now)

    @property
    def acting_for(self) -> Any:
        """Whom this session acts for (with a `name`), or None; asked once a request."""
        if self.session.acting_for is None or not self.is_open:
            return None
        if "acting_for" not in g:
            g.acting_for = representation.acted_for(self.session, now=services().clock.now())
        return g.acting_for

    @property
    def actor(self) -> str:
        """As the journals write it."""
        return f"account:{self.account.id}"


def install(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # the session is a row of ours, bound to its host, not Flask's cookie
    manager.request_loader(_load)
    # not init_app: its «remember me» reads Flask's session at every answer, and there is nothing of ours in it
    app.login_manager = manager  # type: ignore[attr-defined]
    app.jinja_env.globals["viewer"] = who


def cookie_name() -> str:
    return "__Host-session" if config().scheme == "https" else "session"


def _load(asked: Any) -> SignedIn | None:
    token = asked.cookies.get(cookie_name())
    if not token:
        return None
    now = services().clock.now()
    session = sessions.of_token(token, host=asked.host.lower(), now=now)
    if session is None:
        return None
    view = current_app.view_functions.get(asked.endpoint or "")
    if not getattr(view, "quiet", False):
        sessions.touch(session, seen=seen, now=now)
    return SignedIn(session)


def seen() -> Seen:
    return Seen(user_agent=request.user_agent.string, address=request.remote_addr or "")


def who() -> SignedIn | None:
    """Whoever this browser is signed in as, however far; no cookie, no question to the database."""
    asked = request_ctx.request
    if "HTTP_COOKIE" not in asked.environ or cookie_name() not in asked.cookies:
        return None
    here: Any = g._get_current_object()  # type: ignore[attr-defined]
    if KEPT not in here:
        # asked here and not by Flask-Login, which looks for a name of its own in Flask's session first
        setattr(here, KEPT, _load(asked) or AnonymousUserMixin())
    found = getattr(here, KEPT)
    return found if found.is_authenticated else None


def set_cookie(response: Response, token: str, *, kept: bool = False) -> Response:
    """A new identity in this browser: also its forms get a new token."""
    browser_session.pop("csrf_token", None)
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(sessions.KEPT_ABSOLUTE.total_seconds()) if kept else None,
        secure=config().scheme == "https",
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def drop_cookie(response: Response) -> Response:
    browser_session.pop("csrf_token", None)
    response.delete_cookie(cookie_name(), secure=config().scheme == "https", httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    g.pop(KEPT, None)
    return response
