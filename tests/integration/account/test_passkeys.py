"""Passkeys: a question is answered once, by the browser that was asked, at that host, for that purpose and person."""

import json
import logging
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.identity import factors, passkeys
from app.identity.models import Factor, PasskeyChallenge, Session
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.rate_limits import LIMITS
from app.kernel.tenancy import account_context
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.passkeys import PRESENT, VERIFIED, Passkey, b64, unb64
from tests.people import make_account, make_member, sign_in_as

HERE, NEXT_DOOR = f"http://lavande.{HOST}", f"http://voisin.{HOST}"


@pytest.fixture
def alice(app):
    return make_account()


@pytest.fixture
def key():
    return Passkey(rp_id=HOST, origin=HERE)


def token_of(client, base=HERE):
    return form_of(soup(client.get("/sign-in?next=/", base_url=base)), holding="password")[1]["csrf_token"]


def send(client, path, purpose, *, base=HERE, **more):
    return client.post(
        path, data={"csrf_token": client.token, "purpose": purpose, "next": "", **more}, base_url=base
    )


def ask(client, purpose, *, base=HERE):
    """The question as the script would get it."""
    client.token = getattr(client, "token", None) or token_of(client, base)
    answer = send(client, "/passkeys/options", purpose, base=base)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def answer(client, purpose, said, *, base=HERE, **more):
    client.token = getattr(client, "token", None) or token_of(client, base)
    return send(client, "/passkeys/answer", purpose, base=base, answer=said, **more)


def anew(client, host=f"lavande.{HOST}"):
    """The same browser, signed out; nobody told the portal."""
    client.delete_cookie("session", domain=host)
    client.token = None


def refused(response):
    return response.status_code == 422 and "sentence" in response.json


@pytest.fixture
def browser(app):
    """Another browser at every call, with its own cookies and its own form token."""

    def sit_down():
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
        return client

    return sit_down


def enter(client, account, clock, **more):
    """Signed in without a page: the token is read first, as the cookie then belongs to the session."""
    client.token = token_of(client)
    return sign_in_as(client, account, clock=clock, **more)


@pytest.fixture
def kept(browser, client, clock, alice, key):
    """Alice's passkey, made in a browser of its own."""
    made = browser()
    enter(made, alice, clock)
    assert answer(made, "set-up", key.make(ask(made, "set-up")), label="Ma clé").status_code == 200
    return key


# ---- what works -----------------------------------------------------------------------------------------------------


def test_a_passkey_is_made_by_somebody_who_is_there(client, clock, alice, key):
    enter(client, alice, clock)
    asked = ask(client, "set-up")
    assert asked["rp"]["id"] == HOST and asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    made = answer(client, "set-up", key.make(asked), label="Ma clé")
    assert made.json["go"].startswith("/set-up/recovery-codes")
    with connection():
        kept = factors.of(alice.id)[-1]
    assert (kept.kind, kept.label, kept.rp_id) == ("passkey", "Ma clé", HOST)
    anew(client)
    enter(client, alice, clock)
    asked = ask(client, "set-up")
    assert [one["id"] for one in asked["excludeCredentials"]] == [kept.credential_id]


def test_a_first_passkey_opens_the_account(client, clock, key):
    bob = make_account(email="bob@example.be", factor=None)
    enter(client, bob, clock, stage="setup", method="")
    assert (
        answer(client, "set-up", key.make(ask(client, "set-up")))
        .json["go"]
        .startswith("/set-up/recovery-codes")
    )
    assert client.get("/account/sessions").status_code == 200


def test_a_passkey_alone_signs_in(client, alice, kept):
    asked = ask(client, "sign-in")
    assert asked["allowCredentials"] == [] and asked["userVerification"] == "required"
    assert answer(client, "sign-in", kept.show(asked), next="/book").json["go"] == "/book"
    assert client.get("/account/sessions").status_code == 200
    with connection(), account_context(alice):
        newest = Session.select().order_by(Session.created_at.desc(), Session.id.desc()).first()
    assert (newest.method, newest.stage) == ("passkey", "open")


def test_it_signs_in_next_door_too_and_at_the_portal(client, kept):
    for base in (NEXT_DOOR, f"http://{HOST}"):
        client.token, kept.origin = None, base
        told = answer(client, "sign-in", kept.show(ask(client, "sign-in", base=base)), base=base)
        assert told.json["go"].startswith("/"), base


def test_people_who_work_at_a_practice_get_to_the_desk_with_it(client, browser, clock, practice, key):
    sylvie, made = make_member(practice), browser()
    enter(made, sylvie, clock, staff=True)
    answer(made, "set-up", key.make(ask(made, "set-up")))
    answer(client, "sign-in", key.show(ask(client, "sign-in")))
    assert client.get("/desk/day").status_code == 200
    with connection(), account_context(sylvie):
        assert Session.select().where(Session.method == "passkey").get().staff


def test_it_is_a_second_factor_after_the_password(client, clock, alice, kept):
    enter(client, alice, clock, stage="second", method="")
    asked = ask(client, "second")
    assert len(asked["allowCredentials"]) == 1
    assert answer(client, "second", kept.show(asked)).json["go"] == "/me"
    assert client.get("/account/sessions").status_code == 200


def test_it_proves_that_one_is_still_there(client, clock, alice, kept):
    enter(client, alice, clock)
    clock.move(minutes=16)
    assert client.get("/set-up/app").status_code == 303
    assert (
        answer(client, "step-up", kept.show(ask(client, "step-up")), next="/set-up/app").json["go"]
        == "/set-up/app"
    )
    assert client.get("/set-up/app").status_code == 200


def test_a_key_that_counts_backwards_is_logged_and_one_that_does_not_count_is_not(
    client, alice, kept, caplog
):
    caplog.set_level(logging.WARNING, "parvis.passkeys")
    for count, warned in ((0, False), (0, False), (7, False), (8, False), (3, True)):
        caplog.clear()
        kept.count = count
        anew(client)
        assert answer(client, "sign-in", kept.show(ask(client, "sign-in"))).status_code == 200
        assert bool(caplog.records) is warned


# ---- what does not --------------------------------------------------------------------------------------------------


def test_an_answer_works_once(client, browser, kept):
    said = kept.show(ask(client, "sign-in"))
    assert answer(client, "sign-in", said).status_code == 200
    anew(client)
    assert refused(answer(client, "sign-in", said))


def test_an_answer_that_failed_has_used_up_its_question(client, kept):
    asked = ask(client, "sign-in")
    kept.flags = PRESENT
    assert refused(answer(client, "sign-in", kept.show(asked)))
    kept.flags = PRESENT | VERIFIED
    assert refused(answer(client, "sign-in", kept.show(asked)))
    assert answer(client, "sign-in", kept.show(ask(client, "sign-in"))).status_code == 200  # the control


def test_a_question_is_good_for_five_minutes(client, clock, kept):
    asked = ask(client, "sign-in")
    clock.move(minutes=5)
    assert refused(answer(client, "sign-in", kept.show(asked)))
    asked = ask(client, "sign-in")
    clock.move(minutes=4)
    assert answer(client, "sign-in", kept.show(asked)).status_code == 200  # the control


def test_another_browser_cannot_answer(client, browser, kept):
    asked, thief = ask(client, "sign-in"), browser()
    assert refused(answer(thief, "sign-in", kept.show(asked)))
    ask(thief, "sign-in")  # also not one that was asked something itself
    assert refused(answer(thief, "sign-in", kept.show(asked)))
    assert answer(client, "sign-in", kept.show(asked)).status_code == 200  # the control


def test_an_answer_is_for_the_host_that_asked(client, kept):
    asked = ask(client, "sign-in")
    browser_cookie = client.get_cookie("parvis", domain=f"lavande.{HOST}").value
    client.set_cookie("parvis", browser_cookie, domain=f"voisin.{HOST}")
    assert refused(answer(client, "sign-in", kept.show(asked), base=NEXT_DOOR))
    assert answer(client, "sign-in", kept.show(asked)).status_code == 200  # the control


@pytest.mark.parametrize(
    "origin",
    [NEXT_DOOR, f"https://lavande.{HOST}", "http://evil.example", f"{HERE}:81", f"{HERE}.evil.example"],
)
def test_an_answer_from_another_page_is_refused(client, kept, origin):
    kept.origin = origin
    assert refused(answer(client, "sign-in", kept.show(ask(client, "sign-in"))))


def test_an_answer_out_of_a_frame_is_refused(client, kept):
    assert refused(answer(client, "sign-in", kept.show(ask(client, "sign-in"), crossOrigin=True)))


def test_the_host_of_a_request_is_never_believed(client, kept):
    """A Host the portal does not live at is no place to ask from; the port counts too."""
    for base in ("http://evil.example", f"http://lavande.{HOST}:81", f"http://evil.{HOST}"):
        client.token = "x"
        told = send(client, "/passkeys/options", "sign-in", base=base)
        assert told.status_code == 404, base


def test_a_key_for_another_name_is_refused(client, clock, alice):
    enter(client, alice, clock)
    wrong = Passkey(rp_id="evil.example", origin=HERE)
    assert refused(answer(client, "set-up", wrong.make(ask(client, "set-up"))))


def test_an_answer_is_for_the_purpose_it_was_asked_for(client, clock, alice, kept):
    """A proof of being there opens no session, and a sign-in proves nothing in another."""
    enter(client, alice, clock)
    proof, sign_in = ask(client, "step-up"), ask(client, "sign-in")
    assert refused(answer(client, "sign-in", kept.show(proof)))
    assert refused(answer(client, "step-up", kept.show(sign_in)))
    assert refused(answer(client, "step-up", kept.show(ask(client, "step-up"), type="webauthn.create")))
    assert answer(client, "step-up", kept.show(ask(client, "step-up"))).status_code == 200  # the control


def test_a_question_of_the_sign_in_is_no_proof_later(client, clock, alice, kept):
    """The same person and browser, one step further: the old question has had its time."""
    enter(client, alice, clock, stage="second", method="")
    asked = ask(client, "second")
    sign_in_as(client, alice, clock=clock)
    assert refused(answer(client, "step-up", kept.show(asked)))
    assert answer(client, "step-up", kept.show(ask(client, "step-up"))).status_code == 200  # the control


def test_somebody_elses_passkey_opens_no_account(client, browser, clock, alice, kept):
    bob = make_account(email="bob@example.be")
    enter(client, bob, clock, stage="second", method="")
    assert refused(answer(client, "second", kept.show(ask(client, "second"))))
    kept.holder = bob.id.bytes  # nor when it says to be Bob's
    assert refused(answer(client, "second", kept.show(ask(client, "second"))))
    client.token = None
    assert refused(answer(client, "sign-in", kept.show(ask(client, "sign-in"))))
    kept.holder = alice.id.bytes
    assert answer(client, "sign-in", kept.show(ask(client, "sign-in"))).status_code == 200  # the control


def test_a_question_put_to_one_person_is_not_answered_by_another(client, clock, alice, kept):
    bob = make_account(email="bob@example.be")
    enter(client, bob, clock)
    asked = ask(client, "step-up")
    sign_in_as(client, alice, clock=clock)
    assert refused(answer(client, "step-up", kept.show(asked)))


def test_a_passkey_made_for_one_question_goes_to_no_account_named_in_the_form(client, clock, alice, key):
    bob = make_account(email="bob@example.be")
    enter(client, alice, clock)
    named = {name: str(bob.id) for name in ("account", "account_id", "user", "user_id")}
    assert answer(client, "set-up", key.make(ask(client, "set-up")), **named).status_code == 200
    with connection():
        assert [len(factors.of(one.id)) for one in (alice, bob)] == [2, 1]


def test_a_key_cannot_be_two_peoples(client, clock, kept):
    bob = make_account(email="bob@example.be")
    enter(client, bob, clock)
    told = answer(client, "set-up", kept.make(ask(client, "set-up")))
    assert refused(told)
    with connection():
        assert len(factors.of(bob.id)) == 1


def test_a_key_that_does_not_know_its_holder_is_not_enough(client, clock, alice, kept):
    enter(client, alice, clock)
    careless = Passkey(rp_id=HOST, origin=HERE, flags=PRESENT)
    assert refused(answer(client, "set-up", careless.make(ask(client, "set-up"))))
    kept.flags = PRESENT
    assert refused(answer(client, "step-up", kept.show(ask(client, "step-up"))))


def test_a_signature_of_another_key_is_refused(client, kept):
    copy = Passkey(rp_id=HOST, origin=HERE)
    copy.id, copy.holder = kept.id, kept.holder
    assert refused(answer(client, "sign-in", copy.show(ask(client, "sign-in"))))


def test_each_purpose_wants_its_own_stage(client, clock, alice):
    for purpose in ("set-up", "second", "step-up"):
        client.token = token_of(client)
        assert send(client, "/passkeys/options", purpose).status_code == 409, purpose
    for stage, wrong in (("second", "set-up"), ("second", "step-up"), ("open", "second")):
        anew(client)
        enter(client, alice, clock, stage=stage)
        assert send(client, "/passkeys/options", wrong).status_code == 409, (stage, wrong)


def test_a_session_nobody_proved_for_a_while_makes_none(client, clock, alice, key):
    enter(client, alice, clock)
    asked = ask(client, "set-up")
    with connection(), account_context(alice):
        Session.update(proved_at=None).execute()
    assert send(client, "/passkeys/options", "set-up").status_code == 403
    assert answer(client, "set-up", key.make(asked)).status_code == 403
    with connection():
        assert len(factors.of(alice.id)) == 1


def test_wrong_answers_are_counted_and_right_ones_are_not(client, kept):
    most = LIMITS["passkey"]["address"].amount
    wrong = Passkey(rp_id=HOST, origin=HERE)
    wrong.id, wrong.holder = kept.id, kept.holder
    for _ in range(most):
        assert answer(client, "sign-in", wrong.show(ask(client, "sign-in"))).status_code == 422
    assert answer(client, "sign-in", wrong.show(ask(client, "sign-in"))).status_code == 429
    assert answer(client, "sign-in", kept.show(ask(client, "sign-in"))).status_code == 200


def test_without_a_form_token_nothing_is_asked_or_answered(client, kept):
    asked = ask(client, "sign-in")
    client.token = "x"
    assert send(client, "/passkeys/options", "sign-in").status_code == 400
    assert answer(client, "sign-in", kept.show(asked)).status_code == 400


GARBLED = [
    "",
    "null",
    "[]",
    "{}",
    "x",
    "[" * 15_000,
    '{"a":' * 3_000,
    "NaN",
    '{"id": NaN}',
    '{"id": 1e999}',
    '{"id": ' + "9" * 10_000 + "}",
    '{"id": "\\ud800"}',
    '{"id": "a", "id": "b"}',
    '{"type": "public-key", "id": "é", "rawId": "é", "response": {}}',
    '{"type": "public-key", "id": "a", "rawId": "a", "response": []}',
    "x" * 20_000,
]


@pytest.mark.parametrize("said", GARBLED, ids=range(len(GARBLED)))
@pytest.mark.parametrize("purpose", ["sign-in", "set-up"])
def test_what_no_browser_sends_is_refused_calmly(client, clock, alice, said, purpose):
    enter(client, alice, clock)
    assert answer(client, purpose, said).status_code == 400


def test_unknown_purposes_and_other_content_types_are_refused(client):
    client.token = token_of(client)
    for purpose in ("", "sign-up", "x" * 9_999, "\x00"):
        assert send(client, "/passkeys/options", purpose).status_code == 400
    told = client.post("/passkeys/answer", json={"purpose": "sign-in"}, headers={"X-CSRFToken": client.token})
    assert told.status_code == 415


PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_bent_answer_is_refused_and_never_breaks(clock, alice, kept, client):
    """Bytes changed, cut or added anywhere. Nothing signs a new key: a bent one is only ever the person's own."""
    here = {"at": passkeys.place(f"lavande.{HOST}", app_host=HOST, scheme="http", name=""), "browser": "b"}
    here["now"] = clock.now()
    session, refusals = sign_in_as(client, alice, clock=clock), (passkeys.NotAccepted, passkeys.Garbled)
    with connection():
        asked = {purpose: passkeys.ask(purpose, account=None, **here) for purpose in ("sign-in",)}
        asked["set-up"] = passkeys.ask("set-up", account=alice, **here)
    right = {"sign-in": kept.show(asked["sign-in"])}
    right["set-up"] = Passkey(rp_id=HOST, origin=HERE).make(asked["set-up"])

    def try_it(purpose, text):
        with connection():
            PasskeyChallenge.update(used_at=None).execute()  # as if each were the first answer
            if purpose == "sign-in":
                return passkeys.verify("sign-in", text, account_id=None, **here)
            made = passkeys.register(session, text, label="", **here)
            with account_context(alice):
                Factor.delete().where(Factor.id == made.id).execute()
            return None

    @settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(sorted(right)), st.sampled_from(PARTS), st.integers(0, 400), st.binary(max_size=6))
    def bend(purpose, part, at, put):
        said = json.loads(right[purpose])
        before = unb64(said["response"].get(part, ""))
        after = before[:at] + put + before[at + len(put) + 1 :]
        assume(before and after != before)
        said["response"][part] = b64(after)
        with suppress(*refusals):
            assert try_it(purpose, json.dumps(said)) is None or part == "userHandle"

    bend()
    assert try_it("sign-in", right["sign-in"]).kind == "passkey"  # the control
    try_it("set-up", right["set-up"])


# ---- where it counts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "portal", "name"),
    [
        ("lavande.parvis.be", "parvis.be", "parvis.be"),
        ("parvis.be", "parvis.be", "parvis.be"),
        ("lavande.be", "parvis.be", "lavande.be"),
        ("notparvis.be", "parvis.be", "notparvis.be"),
        ("lavande.localhost:8000", "localhost:8000", "lavande.localhost"),
        ("localhost:8000", "localhost:8000", "localhost"),
        ("lavande.parvis.be:8443", "parvis.be:8443", "parvis.be"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sites_below_the_portals_name_share_their_passkeys(engine, host, portal, name):
    at = passkeys.place(host, app_host=portal, scheme="https", name="Lavande")
    assert (at.rp_id, at.origin) == (name, f"https://{host}")


def test_every_change_is_in_the_journal(alice, kept):
    with connection():
        told = AccountEvent.select().where(
            AccountEvent.account_id == alice.id, AccountEvent.verb == "factor.add"
        )
        assert told.get().detail == {"kind": "passkey"}
        with account_context(alice):
            assert Factor.select().where(Factor.kind == "passkey").get().public_key is not None
