"""Every door is locked unless its view says otherwise; every address is typed and kebab-case."""

import inspect
import re

import pytest
from flask import Blueprint

from app.web.access import practice_only
from tests.people import make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
# plain strings are for secrets that are looked up by their hash or their signature
TOKENS = {
    "/questionnaires/link/<token>",
    "/questionnaires/link/<token>/draft",
    "/series/<token>",
    "/series/<token>/calendar.ics",
    "/series/<token>/cancellation",
    "/series/<token>/move",
    "/questions/<token>",
    "/questions/<token>/attachments/<uuid:attachment_id>",
    "/waiting/<token>",
    "/waiting/<token>/withdrawal",
    "/waiting/offers/<token>",
    "/appointments/<token>",
    "/appointments/<token>/undo",
    "/appointments/<token>/answers",
    "/appointments/<token>/choice",
    "/appointments/<token>/move",
    "/appointments/<token>/move/check",
    "/appointments/<token>/move/holds",
    "/appointments/<token>/cancellation",
    "/appointments/<token>/calendar.ics",
    "/account/people/offer/<token>",
    "/team/<token>",
    "/action/<token>",
    "/decline/<token>",
    "/account/email/<token>",
    "/walk-in/tickets/<token>",
    "/walk-in/tickets/<token>/outside",
    "/walk-in/tickets/<token>/departure",
    "/walk-in/screen/<token>/<uuid:location_id>",
    "/forgotten/<token>",
    "/join/invitation/<token>",
    "/join/<token>/renewal",
    "/join/<token>",
    "/reminders/<token>",
    "/calendar/<token>.ics",
    "/reoffers/<token>",
    "/csam/join/<token>",
    "/csam/leaving/<token>",
    "/csam/return/<token>",
    "/me/health/devices/return/<token>",
}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_view_says_who_may_come_in(app):
    assert [
        rule.endpoint for rule in rules(app) if not hasattr(app.view_functions[rule.endpoint], "access")
    ] == []


@pytest.mark.own_app
def test_a_view_that_says_nothing_is_locked(app, client):
    forgotten = Blueprint("unsaid", __name__)
    forgotten.get("/unsaid")(lambda: "secret")
    said = Blueprint("said", __name__)
    said.get("/said")(practice_only(lambda: "public"))
    app.register_blueprint(forgotten)
    app.register_blueprint(said)
    assert client.get("/said").status_code == 200  # the control
    answer = client.get("/unsaid")
    assert answer.status_code == 403 and b"secret" not in answer.data


def test_addresses_are_typed_and_kebab_case(app):
    for rule in rules(app):
        plain = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", plain), rule.rule
        for variable in re.findall(r"<([^>]+)>", rule.rule):
            assert ":" in variable or rule.rule in TOKENS, rule.rule


def test_every_unsafe_address_refuses_without_a_token(app, client, clock, practice):
    """With a token each gets past this guard: tests/integration follows them. Asked by an owner who has just proved
    to be there, so that no other door answers first."""
    owner = make_member(practice, roles=("owner", "practitioner", "receptionist"))
    sign_in_as(client, owner, clock=clock, staff=True)
    identity = "00000000-0000-7000-8000-000000000000"
    for rule in rules(app):
        if "POST" in rule.methods:
            url = re.sub(r"<uuid:[^>]+>", identity, rule.rule)
            url = re.sub(r"<[^>]+>", "x", url)
            refused = (403,) if rule.rule.startswith("/agent/") else (400, 404, 410, 422)
            assert client.post(url, data={"next": "/"}).status_code in refused, rule.rule


def test_every_answer_carries_the_security_headers(app, client):
    from tests.journey import times_page

    here = times_page(client)[0].request.path
    for path in ("/", "/book", "/nothing", here, "/theme/0b5c63.css", "/healthz", "/static/css/base.css"):
        with client.get(path) as answer:
            headers = answer.headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_personal_pages_are_stored_nowhere(client):
    from tests.journey import book

    assert book(client).headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_looking_changes_nothing(app, client, inside):
    """Every address that answers a GET, crawled; the desk's journal is the one exception, and needs a sign-in."""
    from app.kernel.tenancy import across_accounts, across_practices
    from app.schema import TABLES
    from tests.journey import soup

    def counts():
        with across_practices(reason="a test"), across_accounts(reason="a test"):
            return {table: table.select().count() for table in TABLES}

    before, seen, waiting = counts(), set(), ["/"]
    while waiting and len(seen) < 60:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        answer = client.get(url)
        assert answer.status_code < 500, url
        if answer.mimetype == "text/html":
            links = (link["href"].replace("&amp;", "&") for link in soup(answer).select("a[href]"))
            base = url.split("?")[0]
            waiting += [base + link if link.startswith("?") else link for link in links if link[:1] in "/?"]
    assert len(seen) > 20
    assert counts() == before


def test_only_people_who_are_known_send_files(app):
    """A body of 64 MB is read to its end: not for whoever passes by."""
    marked = [name for name, view in app.view_functions.items() if hasattr(view, "most_bytes")]
    assert [
        name for name in marked if app.view_functions[name].access in ("public", "program", "halfway")
    ] == []


def test_no_form_that_is_shown_again_costs_what_was_typed_when_its_page_was_open_for_too_long(app):
    typed = {
        rule.endpoint
        for rule in rules(app)
        if "POST" in rule.methods
        and re.search(r"\.validate\(\)(?s:.*), 422", inspect.getsource(app.view_functions[rule.endpoint]))
    }
    assert len(typed) > 100
    pressed = {one for one in typed if not hasattr(app.view_functions[one], "checks_its_token")}
    assert pressed == {"profile_arrangement.press", "farewell.delete", "team_mail.save"}  # boxes alone
