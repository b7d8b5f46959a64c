"""The route matrix: every address × method × person has a declared verdict, and the door gives that one and no other.

The views are taken out and a sign put in their place that says «in», so that what answers is the door alone.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Blueprint
from werkzeug.exceptions import MethodNotAllowed

from app.kernel.tenancy import practice_context
from app.staff.models import Member
from app.staff.permissions import PERMISSIONS as IN_FORCE
from app.web.access import desk, person, practice_only, public
from tests.conftest import HOST
from tests.factories import NOW
from tests.house_rules.routes import PERMISSIONS, ROUTES
from tests.people import make_account, make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ROLES = ("receptionist", "practitioner", "owner")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NOWHERE = ("visitor", "patient", "owner")
HERE, PORTAL = f"lavande.{HOST}", HOST
HOSTLESS = {"/healthz", "/readyz"}
SIGN = "you are in"


# ---- who comes ------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(app, client, practice, neighbour, clock):
    """{who: browser}: with a session at Lavande's host, where they have one."""

    def browser(account=None, *, host=HERE, at=HERE, **session):
        client = app.test_client()
        if account is not None:
            sign_in_as(client, account, clock=clock, host=host, **session)
            client.set_cookie("session", client.get_cookie("session", domain=host).value, domain=at)
        return client

    def staff(role, **more):
        return make_member(practice, roles=(role,), email=f"{role}{len(more)}@lavande.example", **more)

    patient = make_account(email="patient@example.be", factor="mail")
    members = {role: staff(role) for role in ROLES}
    gone = staff("owner", ends_on=NOW.date() - timedelta(days=1), starts_on=NOW.date() - timedelta(days=9))
    coming = staff("practitioner", starts_on=NOW.date() + timedelta(days=1))
    theirs = make_member(neighbour, roles=("owner",), email="owner@voisin.example")
    stale = browser(members["owner"], staff=True)
    clock.move(minutes=16)
    return {
        "visitor": browser(),
        "halfway": browser(patient, stage="second"),
        "setting up": browser(patient, stage="setup"),
        "patient": browser(patient, method="mail"),
        "patient by CSAM": browser(patient, method="csam", level=500),
        "patient next door": browser(patient, method="mail", host=f"voisin.{HOST}"),
        **{role: browser(account, staff=True) for role, account in members.items()},
        "owner by mail": browser(members["owner"], staff=True, method="mail"),
        "owner who left": browser(gone, staff=True),
        "owner to come": browser(coming, staff=True),
        "owner next door": browser(theirs, staff=True),
        "owner not lately": stale,
    }


STRANGERS = ("visitor", "patient next door")  # a cookie of another host is no cookie
NO_MEMBERS = ("patient", "owner who left", "owner to come", "owner next door")


def verdict(kind, who):
    """in, or the place one is sent to; 403 for whoever is signed in and may not."""
    access, _, more = kind.partition(" ")
    if access == "public":
        return 404 if more == "at portal" else "in"
    if access == "program":
        return "in" if who == "visitor" else 403  # whoever brings a cookie is a browser
    if who in STRANGERS:
        return "/sign-in"
    if who in ("halfway", "setting up") and access != "halfway":
        return "/sign-in/second" if who == "halfway" else "/set-up"
    if who == "owner not lately" and "fresh" in more:
        return "/step-up"
    if "level" in more and who != "patient by CSAM":
        return "/csam/demand"
    if access in ("halfway", "person"):
        return "in"
    role = who.split()[0]
    if who in NO_MEMBERS or who == "patient by CSAM" or role not in PERMISSIONS[access]:
        return 403
    return "/account/sign-in" if who == "owner by mail" else "in"


def told(answer):
    """What the door said."""
    if answer.status_code in (302, 303):
        return answer.headers["Location"].partition("?")[0]
    signed = answer.headers.get("X-Sign") == SIGN
    return "in" if signed else answer.status_code


# ---- what they come to ----------------------------------------------------------------------------------------------

IDENTITY = UUID("00000000-0000-7000-8000-000000000000")
SAMPLES = {"UUIDConverter": IDENTITY, "IntegerConverter": 1, "UnicodeConverter": "xxxxxx"}


def address(app, rule):
    """The rule with something in its gaps; no row has these ids."""
    values = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if kind == "AnyConverter":
            values[name] = sorted(converter.items)[0]
        elif "length=2" in rule.rule and kind == "UnicodeConverter" and name == "code":
            values[name] = "fr"
        else:
            values[name] = SAMPLES[kind]
    return app.url_map.bind("x").build(rule.endpoint, values)


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def addresses(app):
    """Every address once, with its rule."""
    return [(rule.rule, address(app, rule)) for rule in rules(app)]


def kind_of(app, url, method):
    """What is declared for whatever answers there; None when nothing does."""
    try:
        rule, _ = app.url_map.bind("x").match(url, method=method, return_rule=True)
    except MethodNotAllowed:
        return None
    return ROUTES["GET" if method == "HEAD" else method, rule.rule]


@pytest.fixture
def signs(app):
    """Views that say «in» and do nothing; forms need no token, which tests/house_rules/test_doors looks at."""
    app.config["WTF_CSRF_METHODS"] = set()

    def sign_for(view):
        def sign(**_values):
            return "", 200, {"X-Sign": SIGN}

        for name in ("access", "place", "fresh", "quiet", "level", "checks_its_token"):
            if hasattr(view, name):
                setattr(sign, name, getattr(view, name))
        return sign

    def put_up():
        for endpoint, view in app.view_functions.items():
            app.view_functions[endpoint] = sign_for(view)

    return put_up


def said_of(view):
    access, place = view.access, getattr(view, "place", None)
    words = [access]
    if access == "public" and place:
        words.append(f"at {place}")
    words += [name for name in ("fresh", "level", "quiet") if getattr(view, name, False)]
    return " ".join(words)


def differences(app):
    """What the table and the application say of each other's addresses."""
    actual = {}
    for rule in rules(app):
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            view = app.view_functions[rule.endpoint]
            actual[method, rule.rule] = said_of(view) if hasattr(view, "access") else "nothing"
    return sorted(
        f"{method} {rule}: {actual.get((method, rule), 'not there')}, declared {ROUTES.get((method, rule), 'nowhere')}"
        for method, rule in actual.keys() | ROUTES.keys()
        if actual.get((method, rule)) != ROUTES.get((method, rule))
    )


def deviations(app, people):
    """Every verdict that is not the declared one, and how many were given."""
    found, given = [], 0
    for rule, url in addresses(app):
        for method in METHODS:
            kind = kind_of(app, url, method)
            for who, client in people.items():
                if kind is None and who not in NOWHERE:
                    continue  # what no view answers asks nobody who they are
                if kind == "program" and who == "visitor":
                    client = app.test_client()  # a program: no cookie of any page
                said = told(client.open(url, method=method, base_url=f"http://{HERE}"))
                given += 1
                if said != (405 if kind is None else verdict(kind, who)):
                    found.append(f"{method} {rule} by {who}: {said}")
    return found, given


# ---- the rules ------------------------------------------------------------------------------------------------------


def test_every_address_is_declared_and_says_the_same_of_itself(app):
    assert differences(app) == []


def test_the_permissions_are_the_declared_ones(app):
    assert {name: set(roles) for name, roles in IN_FORCE.items()} == PERMISSIONS


def test_every_person_gets_the_declared_verdict_at_every_address(app, people, signs):
    signs()
    found, given = deviations(app, people)
    assert not found, "\n".join(found)
    assert given > 2000


def test_places_answer_on_their_own_host_alone(app, client, clock, signs, practice):
    owner = make_member(practice, roles=("owner",), email="owner@lavande.example")
    for host in (HERE, PORTAL):
        sign_in_as(client, owner, clock=clock, host=host, staff=True, level=500)
    signs()
    wrong = []
    for rule, url in addresses(app):
        for method in ("GET", "POST"):
            kind = kind_of(app, url, method)
            if (
                kind is None or kind == "program"
            ):  # a browser's cookie is refused everywhere; hosts: tests of the agent
                continue
            at_desk = kind.split()[0] in PERMISSIONS
            lives = {
                HERE: "at portal" not in kind,
                PORTAL: "at practice" not in kind and not at_desk,
                f"nobody.{HOST}": rule in HOSTLESS,
            }
            for host, answers in lives.items():
                said = told(client.open(url, method=method, base_url=f"http://{host}"))
                if (said == "in") != answers or (not answers and said != 404):
                    wrong.append(f"{method} {rule} at {host}: {said}")
    assert wrong == []


def plant(app, rule, view):
    blueprint = Blueprint(f"planted{len(app.blueprints)}", __name__)
    blueprint.get(rule)(view)
    app._got_first_request = False
    app.register_blueprint(blueprint)


@pytest.mark.own_app
def test_the_control_a_new_address_is_seen(app):
    before = differences(app)
    plant(app, "/planted", practice_only(lambda: "new"))
    assert set(differences(app)) - set(before) == {"GET /planted: public at practice, declared nowhere"}


def test_the_control_a_view_that_lets_in_too_many_is_seen(app, people, signs):
    """Seen twice: it says of itself that it does, and it does."""
    generous, before = app.view_functions["team.people"], differences(app)
    for lock in (public, person, desk("schedule:read")):
        app.view_functions["team.people"] = lock(lambda: "everybody")
        assert len(set(differences(app)) - set(before)) == 1
    app.view_functions["team.people"] = generous
    IN_FORCE_BEFORE = IN_FORCE["staff:manage"]
    try:
        IN_FORCE["staff:manage"] = IN_FORCE_BEFORE | {"receptionist"}
        signs()
        found, _ = deviations(app, {"receptionist": people["receptionist"]})
    finally:
        IN_FORCE["staff:manage"] = IN_FORCE_BEFORE
    assert {line.split()[1] for line in found} >= {"/settings/team", "/settings/team/invite"}


def test_a_membership_that_changes_counts_at_the_next_request(app, people, practice):
    receptionist = people["receptionist"]
    assert receptionist.get("/desk/day", base_url=f"http://{HERE}").status_code == 200
    with practice_context(practice):
        Member.update(roles=["cleaner"]).execute()
    assert receptionist.get("/desk/day", base_url=f"http://{HERE}").status_code == 403
