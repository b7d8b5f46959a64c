"""Signing in page by page, as a person would."""

from app.identity import sessions
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.people import PASSWORD, code_now

SECOND = "/sign-in/second"


def password(client, *, name="alice@example.be", secret=PASSWORD, url="/sign-in", base=None, **more):
    """The sign-in form, filled in and sent."""
    where = base or {}
    _, fields = form_of(soup(client.get(url, **where)), holding="password")
    return client.post("/sign-in", data={**fields, "name": name, "password": secret, **more}, **where)


def second(client, code, *, way="app", base=None, **more):
    where = base or {}
    page = soup(client.get(f"{SECOND}?with={way}", **where))
    _, fields = form_of(page, holding="code")
    return client.post(f"{SECOND}/{way}", data={**fields, "code": code, **more}, **where)


def whole(client, clock, **more):
    assert password(client, **more).status_code == 303
    return second(client, code_now(clock))


def cookie(client, name="session", host=f"lavande.{HOST}"):
    found = client.get_cookie(name, domain=host)
    return found.value if found else None


def forget_session(client):
    """As if the browser had been closed."""
    client.delete_cookie("session", domain=f"lavande.{HOST}")


def sign_out_everywhere(account):
    sessions.end_all(account.id)
