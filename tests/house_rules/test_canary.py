"""The two-tenant sweep: with every id and link of the practice next door, at every address, by everybody here.

An id of theirs is answered exactly as one that never was; no word of theirs comes out; no row of theirs changes.
"""

import gc
import re
from collections import Counter
from functools import cache, partial
from itertools import cycle, islice, product
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask_wtf import csrf

from app.kernel import cabinets, rate_limits
from app.kernel.constant_sql import ConstantSQL
from app.kernel.db import database
from app.web import inspection
from tests.conftest import HOST
from tests.house_rules.neighbour import CANARY, MAIL, furnish
from tests.house_rules.routes import PERMISSIONS, ROUTES
from tests.people import make_account, make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = f"lavande.{HOST}"
NOBODY = UUID("00000000-0000-7000-8000-000000000000")
FORM = "application/x-www-form-urlencoded"
UNSAFE = ("PUT", "PATCH", "DELETE")  # answered nowhere, and asked for all the same
GAP = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
# a mail was sent with this link: whoever holds it is told that it is for another address, and nothing else
FOR_ANOTHER_ADDRESS = {("/account/people/offer/<token>", "mandate")}
SAMPLES = {"int": "1", "string": "xxxxxx"}
CHANGES = re.compile(r'value="[^"]*"|X-CSRFToken[^}]*|next=[^"&]*|lang=\w\w|<a[^>]*hreflang[^>]*>')


@pytest.fixture
def here(app, client, practice, clock, monkeypatch):
    """{who: Visitor}; every form comes with its token, and nobody is asked to wait."""
    monkeypatch.setattr(csrf, "validate_csrf", lambda *_args, **_more: None)
    monkeypatch.setattr(rate_limits, "hit", lambda *_args, **_more: None)
    members = {
        role: make_member(practice, roles=(role,), email=f"{role}@lavande.example")
        for role in ("receptionist", "practitioner", "owner")
    }
    patient = make_account(email="alice@example.be")
    return {
        "visitor": Visitor(app, None, clock),
        "patient": Visitor(app, patient, clock),
        **{role: Visitor(app, account, clock, staff=True) for role, account in members.items()},
    }


class Visitor:
    """A browser that signs in again whenever what it sent has ended its session."""

    def __init__(self, app, account, clock, *, staff=False):
        self.client, self.account, self.clock, self.staff = app.test_client(), account, clock, staff
        self.session = None
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"

    def ask(self, method, url, data=None):
        if self.account is not None and not self._is_in():
            self.session = sign_in_as(self.client, self.account, clock=self.clock, staff=self.staff)
        return self.client.open(
            url, method=method, base_url=f"http://{HERE}", data=data, content_type=data and FORM
        )

    def _is_in(self):
        mine = f'WHERE "account_id" = {database.param} AND "id" = {database.param}'
        ids = self.session and (self.account.id.hex, self.session.id.hex)
        found = ids and database.execute_sql(f'SELECT "stage" FROM "session" {mine}', ids).fetchone()
        return bool(found) and found[0] == "open"


@pytest.fixture
def theirs(client, neighbour, clock):
    return furnish(client, neighbour, clock)


def with_gaps(rule, value):
    """The address with this id or token in every gap for one."""

    def fill(gap):
        kind, _name = gap.groups()
        if kind in ("uuid", None):
            return value
        if kind == "any":
            return re.split(r"[(,)]", gap.group(0))[1]
        return (
            "fr" if "length=2" in gap.group(0) else "0b5c63" if "length=6" in gap.group(0) else SAMPLES[kind]
        )

    return GAP.sub(fill, rule)


FEW = 3


def lets_in(kind, who):
    """Whether the declared door lets this person as far as the view; test_routes.py proves the doors."""
    access = (kind or "nowhere").split()[0]
    return access in ("public", "program", "halfway", "person") or who in PERMISSIONS.get(access, ())


def candidates(rule, kind, who, world, turns):
    """(what of theirs, its id or token, the same when nobody ever had it). Whoever gets as far as the view tries all of
    them; at a shut door, and where no view answers, those the address speaks of and a few more in turns."""
    inside = lets_in(kind, who)
    if "<uuid:" in rule:
        spoken = named(rule, world)
        every = (spoken if who == "visitor" else ()) or world.ids
        for name in every if inside else dict.fromkeys([*spoken, *islice(turns, FEW)]):
            yield name, str(world.ids[name]), str(NOBODY)
    elif "<token>" in rule:
        for name, token in world.tokens.items():
            yield name, token, "x" * len(token)
    else:
        yield "ids in the form", None, None


def named(rule, world):
    """The ids whose name the address speaks of: of a HealthcareService where it says service."""
    words = {word.rstrip("s") for word in re.findall(r"[a-z]+", rule.lower())} - {"uuid", "id", "account"}
    return [name for name in world.ids if any(name.lower().endswith(word) for word in words)]


def body_of(world, identity):
    """Every field that might be believed, with their ids in it."""
    fields = {f"{name.lower()}{end}": str(value) for name, value in world.ids.items() for end in ("", "_id")}
    more = {
        "id": identity,
        "whom": identity,
        "version": "1",
        "next": "/",
        "start": "29925480",
        "roles": "owner",
    }
    every = {**fields, **more, "practice": str(world.ids["Practice"]), "email": "stranger@example.be"}
    return urlencode(every).encode()


def plain(answer, value):
    """What is told, without what differs between any two answers."""
    text = answer.get_data(as_text=True).replace(value, "*")
    place = answer.headers.get("Location", "").replace(value, "*")
    return answer.status_code, place.partition("?")[0], CHANGES.sub("", text)


def leaks(answer):
    words = answer.get_data() + str(answer.headers).encode()
    return CANARY.encode().lower() in words.lower()


def sweep(here, world, *, only=None):
    """(what went wrong, how many requests)."""
    wrong, asked, turns, body = [], Counter(), cycle(world.ids), cache(partial(body_of, world))
    wanted = {rule for _method, rule in ROUTES if not only or rule in only}
    for method, rule in [*sorted(ROUTES), *product(UNSAFE, sorted(rule for rule in wanted if "<" in rule))]:
        if rule not in wanted:
            continue
        before = world.rows()
        for who, visitor in here.items():
            nobody = {}
            for name, value, never in candidates(rule, ROUTES.get((method, rule)), who, world, turns):
                data = body(value) if method == "POST" else None
                answer = visitor.ask(method, with_gaps(rule, value), data)
                asked[method] += 1
                line = f"{method} {rule} with their {name} by {who}: {answer.status_code}"
                if leaks(answer):
                    wrong.append(f"{line} tells of them")
                if answer.status_code >= 500:
                    wrong.append(line)
                if (rule, name) in FOR_ANOTHER_ADDRESS:
                    continue
                if never is None:
                    continue
                if never not in nobody:
                    nobody[never] = plain(visitor.ask(method, with_gaps(rule, never), data), never)
                    asked[method] += 1
                if plain(answer, value) != nobody[never]:
                    wrong.append(f"{line}, but {nobody[never][0]} for one that never was")
        changed = [key for key, rows in world.rows().items() if rows != before[key]]
        if changed:
            wrong.append(f"{method} {rule} changed {changed}")
    return wrong, asked


def test_nothing_of_next_door_is_seen_or_touched(here, theirs):
    wrong, asked = sweep(here, theirs)
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:80])
    assert asked.total() > 8000, asked


def test_every_word_they_have_is_a_canary(theirs):
    assert {
        "patient.given_name", "patient.family_name", "patient.email", "patient.phone", "appointment.contact_email",
        "location.street", "practitioner.family_name", "healthcare_service.name", "policy_text.body",
        "invitation.given_name", "patient_invitation.email", "dependant.given_name", "personal_details.street",
        "mandate_offer.email", "factor.label", "known_device.user_agent", "session.user_agent", "mail_link.email",
    } <= theirs.columns  # fmt: skip
    mute = {table for (table, _), rows in theirs.rows().items() if rows and not speaks(rows)}
    assert mute <= WORDLESS


def speaks(rows):
    return CANARY in str(rows) or MAIL in str(rows)


# tables that hold ids, moments and words from a list
WORDLESS = {
    "confidential_thread",
    "questionnaire_author",
    "service_questionnaire",
    "staff_notice",
    "activity_done",
    "invoice_series",
    "alternative_time",
    "health_reader",
    "patient_word",
    "import_job",
    "observation_share",
    "questionnaire",
    "wait_offer",
    "wearable_connection",
    "wearable_journey",
    "practitioner_member",
    "practice_host", "member", "schedule_service", "listing", "working_hours", "booking_policy", "action_link",
    "recovery_code", "wrong_codes", "account_consent", "representation", "connection", "export_job", "schedule",
    "trust_evidence", "hours_exception", "opened_holiday", "reminder_plan", "reminder_refusal", "calendar_feed",
    "rearrangement", "provider_session", "card_proof", "question_rule", "walk_in_plan", "patient_merge",
    "policy_draft", "policy_version",
}  # fmt: skip


@pytest.fixture
def lock_open(monkeypatch):
    """Statements that are compiled once must not remember these minutes."""
    monkeypatch.setattr(cabinets, "_scoped", lambda query, _source, _model: query)
    monkeypatch.setattr(inspection, "unscoped_tables", lambda _sql: set())
    yield
    for one in gc.get_objects():
        if isinstance(one, ConstantSQL):
            one._compiled.clear()


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("/settings/team/<uuid:member_id>", "tells of them"),
        ("/book/<uuid:service_id>", "but 404 for one"),
    ],
)
def test_the_control_with_the_lock_open_they_are_seen(here, theirs, lock_open, rule, word):
    wrong, _ = sweep(here, theirs, only={rule})
    assert any(word in line for line in wrong), wrong


def test_the_control_at_home_the_same_words_are_shown(client, theirs, neighbour, clock):
    """The canary is where it should be: whoever may see it does."""
    owner = make_member(neighbour, roles=("owner",), email="second@voisin.example")
    sign_in_as(client, owner, clock=clock, host=f"voisin.{HOST}", staff=True)
    for path in ("/desk/day?date=2026-11-24", f"/settings/team/{theirs.ids['Member']}", "/book"):
        assert leaks(client.get(path, base_url=f"http://voisin.{HOST}")), path
