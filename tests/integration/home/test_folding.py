"""Every page at an address without a number, with and without what is folded into its template: letter by letter."""

import re

import pytest

from app.kernel.tenancy import practice_context
from app.patients.actions import connect
from app.web import folding
from tests.conftest import HOST
from tests.factories import make_patient
from tests.people import make_account, make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
# what is another one at every answer: tokens, numbers of forms, references of errors, moments
CHANGES = re.compile(
    r'(?<="X-CSRFToken": ")[^"]+|(?<=value=")[^"]{20,}(?=")|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{32}\b|[\w.-]{60,}'
)
LEAVES = {"/sign-out", "/account/people/stop"}


@pytest.fixture
def people(app, client, practice, clock):
    """A guest, a patient and an owner, each with a browser."""
    alice = make_account()
    with practice_context(practice):
        connect(alice, make_patient(email=alice.email).id, now=clock.now())
        owner = make_member(practice, roles=("owner", "receptionist"))
    browsers = {"guest": client, "patient": app.test_client(), "owner": app.test_client()}
    sign_in_as(browsers["patient"], alice, clock=clock)
    sign_in_as(browsers["owner"], owner, clock=clock, staff=True)
    return browsers


def addresses(app):
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    return sorted({rule.rule for rule in rules} - LEAVES)


def answers(browser, paths, language):
    host = f"http://lavande.{HOST}"
    found = {}
    for path in paths:
        answer = browser.get(path, base_url=host, headers={"Accept-Language": language})
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[path] = CHANGES.sub("", answer.text)
    return found


@pytest.mark.parametrize(("who", "least"), [("guest", 10), ("patient", 40), ("owner", 80)])
def test_every_page_says_the_same(app, people, monkeypatch, who, least):
    paths, browser = addresses(app), people[who]
    answers(browser, paths, "de")  # the first look leaves its own traces on what comes after
    folded = answers(browser, paths, "de")
    monkeypatch.setattr(folding, "folded", lambda _environment, written, _name: written)
    monkeypatch.setattr(app.jinja_env, "forms", {})
    app.extensions["parvis.pages"].found.clear()
    plain = answers(browser, paths, "de")
    assert folded.keys() == plain.keys() and len(plain) > least
    assert [path for path in plain if folded[path] != plain[path]] == []
