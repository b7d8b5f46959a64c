"""Whose reading a request is about: the session of whoever is signed in, or this browser before there is an account."""

import secrets

from flask import session as browser_session

from app.eid.pairing import Owner
from app.identity import sign_in

BROWSER = "card"


def signed_in() -> Owner | None:
    """By the id of the session, which only its own cookie leads to."""
    person = sign_in.who()
    if person is None or not person.is_open:
        return None
    return Owner(f"session:{person.session.id.hex}", person.account.id, person.session.id)


def browser() -> Owner | None:
    """By a secret in this browser's signed cookie; None where no reading was ever started."""
    secret = browser_session.get(BROWSER)
    return Owner(f"browser:{secret}") if isinstance(secret, str) else None


def new_browser() -> Owner:
    """A fresh secret at each start: a cookie somebody planted earlier leads to nothing."""
    browser_session[BROWSER] = secrets.token_urlsafe(24)
    return Owner(f"browser:{browser_session[BROWSER]}")


def masked(email: str) -> str:
    """Enough to know one's own account by, on a screen others may see: a***@example.be."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"
