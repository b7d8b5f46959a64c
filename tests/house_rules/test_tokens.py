"""The control of tests/tokens.py: a view that says it checks its token and does not is found when it succeeds."""

import pytest
from flask import Blueprint

from app.web.access import checks_its_token, public
from app.web.forms import BaseForm
from tests.journey import form_of, soup

pytestmark = [pytest.mark.own_app, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def hang(app, name, act):
    def view():
        act()
        return "", 204

    view.__module__ = "app.pretended"
    pages = Blueprint(name, __name__)
    pages.post(f"/{name}", endpoint="press")(checks_its_token(public(view)))
    app.register_blueprint(pages)


def test_a_view_that_never_looks_at_its_token_is_found(app, client, caplog):
    hang(app, "careless", BaseForm)  # content type and single values
    hang(app, "careful", lambda: BaseForm().insist())
    assert client.post("/careless", data={"said": "yes"}).status_code == 500
    assert "NoToken: careless.press answered 204" in caplog.text
    assert client.post("/careful", data={"said": "yes"}).status_code == 400
    _, fields = form_of(soup(client.get("/sign-in")), holding="csrf_token")
    assert (
        client.post("/careful", data={"csrf_token": fields["csrf_token"]}).status_code == 204
    )  # the control
