"""A81, A82: whatever is put into a field or an address is refused or taken, and nothing breaks on either database."""

from datetime import date
from itertools import cycle, islice
from urllib.parse import quote, urlencode

import pytest

from app.identity import links, mandates, representation
from app.identity.representation import Child
from app.kernel import rate_limits
from app.kernel.tenancy import practice_context
from app.patients import actions
from app.staff import invitations
from app.staff.actions import Terms
from app.staff.invitations import Guest
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.account import crawler
from tests.people import PASSWORD, SEALER, make_account, make_member, sign_in_as

FORM = "application/x-www-form-urlencoded"
HOSTILE = (
    "9223372036854775808", "-1", "1e3", "1e999", "NaN", "[1,2]", "{}", "true", "٣", "９", "9" * 5000, "x" * 100_000,
    "a\x00b", "a\x00b@example.be", "\ufffd", "\u202egnp.exe", "0000-00-00", "9999-99-99", "00/00/0000", "31/12/9999",
    "%", "'", "\r\nX-Evil: 1", "{{7*7}}", "../../etc/passwd", "ſylvie@example.be", "a@" + "b" * 240 + ".be",
)  # fmt: skip
RAW = (b"%ED%A0%80", b"%FF%FE", b"%00")  # half of a surrogate pair, no text at all, nothing


@pytest.fixture
def unlimited(monkeypatch):
    monkeypatch.setattr(rate_limits, "_wanted", lambda _name, _who: [])


@pytest.fixture
def without_tokens(monkeypatch):
    monkeypatch.setattr("flask_wtf.csrf.validate_csrf", lambda *_args: None)


def patient_world(client, practice, clock):
    """Alice, with a file here, a child and an offer waiting."""
    alice = make_account(niss="85073099437")
    with practice_context(practice):
        actions.connect(alice, make_patient().id, now=clock.now())
    child = Child("Lou", "Dupont", date(2018, 5, 1), "female", "fr")
    representation.add_child(alice, child, basis="parent", sealer=SEALER, now=clock.now())
    mandates.offer(alice, "bob@example.be", scopes=["book"], ends_on=None, sealer=SEALER, now=clock.now())
    bob = make_account(email="bob2@example.be", given_name="Bob")
    offer = mandates.offer(bob, alice.email, scopes=["book"], ends_on=None, sealer=SEALER, now=clock.now())
    link = links.make(
        alice, "new-mail", email="new@example.be", host=f"lavande.{HOST}", sealer=SEALER, now=clock.now()
    )
    return alice, [
        "/account/sign-in", "/account/details", "/account/details/number", "/account/privacy", "/account/people",
        "/account/people/new", "/account/people/mandate", "/account/sessions", "/account/export", "/account/delete",
        "/account/journal", "/account/security-log", "/account/name", "/account/email", "/account/password",
        "/set-up", "/set-up/app", "/set-up/mail", "/set-up/passkey", "/set-up/recovery-codes", "/set-up/done",
        "/account/texts/accept", f"/account/people/offer/{mandates.token_of(offer.id, sealer=SEALER)}",
        f"/account/email/{links.token(link.id, sealer=SEALER)}",
    ]  # fmt: skip


def owner_world(client, practice, clock):
    owner = make_member(practice, roles=("owner", "receptionist"))
    with practice_context(practice):
        patient = make_patient()
        guest, terms = Guest("new@example.be", "N", "O", "fr"), Terms(("receptionist",), date(2026, 11, 20))
        invitations.invite(practice, guest, terms, by=f"account:{owner.id}", sealer=SEALER, now=clock.now())
    return owner, [
        "/desk/day",
        "/desk/patients",
        f"/desk/patients/{patient.id}",
        "/settings/team",
        "/settings/team/invite",
    ]


def guest_world(client, practice, clock):
    alice = make_account()
    link = links.make(
        alice, "reset", email=alice.email, host=f"lavande.{HOST}", sealer=SEALER, now=clock.now()
    )
    with practice_context(practice):
        patient = make_patient(email="new@example.be")
        asked = actions.invite(patient, by="worker", sealer=SEALER, now=clock.now())
        guest, terms = Guest("staff@example.be", "N", "O", "fr"), Terms(("receptionist",), date(2026, 11, 20))
        staff = invitations.invite(practice, guest, terms, by="worker", sealer=SEALER, now=clock.now())
    return None, [
        "/sign-in", "/join", "/join/sent", "/forgotten", f"/forgotten/{links.token(link.id, sealer=SEALER)}",
        f"/join/invitation/{actions.token_of(asked, sealer=SEALER)}",
        f"/team/{invitations.token(staff, sealer=SEALER)}",
    ]  # fmt: skip


def halfway_world(client, practice, clock):
    return make_account(factor="mail"), ["/sign-in/second", "/sign-in/second?with=mail"]


def step_up_world(client, practice, clock):
    account = make_account()
    return account, ["/step-up", "/step-up?with=password"]


WORLDS = {
    "patient": (patient_world, {}),
    "owner": (owner_world, {"staff": True}),
    "guest": (guest_world, None),
    "halfway": (halfway_world, {"stage": "second", "method": ""}),
    "stale": (step_up_world, {}),
}


@pytest.fixture(params=WORLDS)
def world(request, client, practice, clock, unlimited, without_tokens):
    build, session = WORLDS[request.param]
    account, starts = build(client, practice, clock)

    def enter():
        if account is not None:
            sign_in_as(client, account, clock=clock, **session)

    enter()
    if request.param == "stale":
        clock.move(minutes=16)
    pages = crawler.walk(client, starts)
    found = crawler.forms(pages)
    return enter if request.param != "stale" else (lambda: None), pages, found


def sent(client, target, fields, **more):
    body = urlencode(fields, errors="surrogatepass") if not isinstance(fields, bytes) else fields
    return client.post(target, data=body, content_type=more.pop("content_type", FORM), **more)


READ = {"next", "done", "page", "q", "with", "show", "date", "first", "last", "practice", "lang"}


def queries(pages):
    """Path -> the parameters it is linked with and the ones our views read; in turns some of those of other pages."""
    known = {}
    for url in pages:
        path, _mark, query = url.partition("?")
        known.setdefault(path, set()).update({part.partition("=")[0] for part in query.split("&")} - {""})
    others = cycle(sorted(set().union(*known.values())) or [""])
    return {path: sorted((known[path] | READ | {*islice(others, 3)}) - {""}) for path in sorted(known)}


def test_no_address_breaks_anything(client, world):
    enter, pages, _found = world
    enter()
    broken, turns = [], cycle(HOSTILE)
    for path, names in queries(pages).items():
        for name in names:
            short = [quote(text) for text in islice(turns, 4) if len(text) < 4000]
            for text in ("a%00b%40example.be", "%ed%a0%80", *short):
                if client.get(f"{path}?{name}={text}").status_code >= 500:
                    broken.append(f"{path}?{name}={text[:40]}")
        for more in ("/", ".css", ";.js", "%00", "%ed%a0%80", "/../..", "?" + "a=1&" * 500):
            if client.get(path + more).status_code >= 500:
                broken.append(path + more)
    assert broken == [], "\n".join(broken)


NUMBERED = (
    "/account/texts/privacy/{}",
    "/account/people/{}",
    "/account/sessions/{}/end",
    "/desk/patients/{}",
)


@pytest.mark.parametrize("path", NUMBERED)
def test_numbers_and_ids_in_an_address_are_ones_of_ours_or_nowhere(client, path, clock):
    sign_in_as(client, make_account(), clock=clock)
    for text in ("9223372036854775808", "-1", "%D9%A3", "9" * 3000, "9" * 5000, "1e3", "%00", "0x1", "1.0"):
        assert client.get(path.format(text)).status_code in (303, 403, 404, 405), text
    assert client.get("/account/texts/privacy/1").status_code == 200  # the control


def test_a_field_given_twice_and_another_content_type_are_no_form(client, clock, without_tokens):
    sign_in_as(client, make_account(), clock=clock)
    fields = {"username": "alice", "version": "1"}
    assert sent(client, "/account/name", b"username=alice&username=root&version=1").status_code == 400
    for kind in ("application/json", "text/plain", "text/xml", ""):
        assert sent(client, "/account/name", fields, content_type=kind).status_code == 415, kind
    assert sent(client, "/account/name", fields).status_code == 303  # the control


@pytest.mark.parametrize("dots", [1, 200, 300])
def test_a_host_with_dots_behind_it_breaks_nothing(client, unlimited, without_tokens, dots):
    make_account()
    said = {"name": "alice@example.be", "password": PASSWORD}
    answer = client.post("/sign-in", data=said, headers={"Host": f"lavande.{HOST}{'.' * dots}"})
    assert answer.status_code in (303, 404)


def test_no_field_of_any_form_breaks_anything(client, world, clock):
    """Each field in turn with a few of them, whichever comes next; and all fields at once with each of them."""
    enter, _pages, found = world
    assert found
    broken, turns = [], cycle(HOSTILE)

    def send(target, body, told):
        enter()
        clock.move(seconds=1)
        answer = sent(client, target, body)
        if answer.status_code >= 500:
            broken.append(f"{target} {told}: {answer.status}")

    for _page, target, fields in found:
        for name in [*fields, "next"]:
            for value in {"a\x00b@example.be", "9" * 5000, *islice(turns, 4)}:
                send(target, {**fields, name: value}, f"{name}={value[:40]!r}")
            rest = urlencode({key: text for key, text in fields.items() if key != name}).encode()
            for raw in RAW:
                send(target, rest + b"&" + name.encode() + b"=" + raw, f"{name}={raw!r}")
        for value in HOSTILE:
            send(target, dict.fromkeys([*fields, "version"], value), f"everything={value[:40]!r}")
    assert broken == [], "\n".join(broken)
