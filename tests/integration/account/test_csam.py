"""Signing in with CSAM: what a proof opens, whom it never finds, and what a stranger's browser gets of it."""

import logging
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from app.adapters.saml.fake import FakeProvider
from app.identity.csam_models import IdentityRequest, ProviderSession, SpentAssertion
from app.identity.models import Factor, PersonalDetails, Session
from app.kernel.db import connection
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import connect
from app.patients.models import TrustEvidence
from app.services import Services
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.account.mailbox import link_in
from tests.integration.account.mailbox import post as mail
from tests.journey import form_of, soup
from tests.people import PASSWORD, SEALER, code_now, make_account, make_member, sign_in_as

NISS, OTHER = "85073099437", "93051822361"
LAVANDE = f"lavande.{HOST}"


@pytest.fixture
def idp():
    provider = FakeProvider()
    provider.knows("alice", niss=NISS, given_name="Alice", family_name="Dupont")
    provider.knows("bob", niss=OTHER, given_name="Bob", family_name="Martin")
    provider.knows("card", niss=NISS, given_name="Alice", family_name="Dupont", level=400)
    return provider


@pytest.fixture
def services(idp):
    return replace(Services.fakes(), identity_provider=idp)


def leave(client, start="/csam/start", host=LAVANDE):
    """Off to CSAM; the RelayState it was given."""
    answer = client.get(start, base_url=f"http://{host}")
    assert answer.status_code == 303 and answer.location.startswith("https://idp.example/"), answer.location
    return parse_qs(urlsplit(answer.location).query)["RelayState"][0]


def post(client, relay, who="alice"):
    """What CSAM makes the browser send, without any cookie: to the portal, wherever the browser came from."""
    stranger = client.application.test_client()
    return stranger.post(
        "/csam/acs", data={"SAMLResponse": who, "RelayState": relay}, base_url=f"http://{HOST}"
    )


def back(client, answer):
    assert answer.status_code == 303, answer.get_data(as_text=True)
    there = urlsplit(answer.location)
    return client.get(there.path, base_url=f"http://{there.netloc}")


def go(client, start="/csam/start", who="alice", host=LAVANDE):
    return back(client, post(client, leave(client, start, host), who))


def sign_out(client):
    fields = form_of(soup(client.get("/account/sign-in")), holding="csrf_token")[1]
    answer = client.post("/sign-out", data={"csrf_token": fields["csrf_token"]})
    assert answer.status_code == 303
    return answer


def linked(account, niss=NISS):
    """An account that CSAM opens."""
    from app.identity import government
    from tests.factories import NOW

    with connection():
        government.open_with(account, niss, sealer=SEALER, now=NOW)
    return account


def session_of(account):
    with connection(), account_context(account):
        return Session.select().order_by(Session.created_at.desc()).first()


# ---- signing in -----------------------------------------------------------------------------------------------------


def test_the_button_is_there_only_where_the_platform_has_csam(client, app):
    for page in ("/sign-in", "/join"):
        assert "/csam/start" in client.get(page).get_data(as_text=True)
    app.extensions["parvis.services"] = replace(app.extensions["parvis.services"], identity_provider=None)
    for page in ("/sign-in", "/join"):
        assert "/csam/start" not in client.get(page).get_data(as_text=True)
    for page in ("/csam/start", "/csam/return/x", "/csam/join/x"):
        assert client.get(page).status_code == 404
    for page in ("/csam/metadata", "/csam/logout"):
        assert client.get(page, base_url=f"http://{HOST}").status_code == 404


def test_somebody_known_comes_back_signed_in_where_they_began(client, clock):
    account = linked(make_account(niss=NISS))
    answer = go(client, "/csam/start?next=/account/privacy")
    assert answer.status_code == 303 and answer.location == "/account/privacy"
    assert client.get("/account/privacy").status_code == 200
    session = session_of(account)
    assert (session.method, session.level, session.host) == ("csam", 500, LAVANDE)
    assert client.get("/account", base_url=f"http://{HOST}").status_code == 303  # signed in at one host alone


def test_it_works_at_the_portal_too(client):
    linked(make_account(niss=NISS))
    assert go(client, host=HOST).location == "/me"


def test_csam_is_strong_enough_for_the_desk(client, practice):
    linked(make_member(practice))
    assert go(client).location == "/desk/day"
    assert client.get("/desk/day").status_code == 200


def test_nobody_is_found_by_name_or_by_a_number_they_only_claim(client):
    claimed = make_account(niss=NISS)
    answer = go(client)
    assert answer.location.startswith("/csam/join/")
    with connection(), account_context(claimed):
        assert Session.select().count() == 0


def test_an_account_whose_number_a_practice_confirmed_is_shown_the_way_to_it(client, clock):
    account = make_account(niss=NISS)
    with connection(), account_context(account):
        PersonalDetails.update(niss_confirmed_at=clock.now()).execute()
    answer = go(client)
    assert answer.status_code == 409 and "/sign-in?next=/csam/link" in answer.get_data(as_text=True)


def test_a_lower_level_is_refused_and_says_what_is_needed(client, caplog):
    linked(make_account(niss=NISS))
    with caplog.at_level(logging.WARNING):
        answer = post(client, leave(client), "card")
    text = soup(answer).get_text()
    assert answer.status_code == 400 and "itsme" in text
    reference = caplog.records[-1].getMessage().split()[1]
    assert reference in text and "level: 400" in caplog.text
    assert NISS not in caplog.text


# ---- strangers ------------------------------------------------------------------------------------------------------


def test_another_browser_gets_nothing_of_the_answer_and_spoils_nothing(client, app):
    """A61: somebody's own answer, sent on to a victim, signs the victim into nothing."""
    linked(make_account(niss=NISS))
    answer = post(client, leave(client))
    victim = app.test_client()
    there = urlsplit(answer.location)
    for browser in (victim, with_csam_cookie(app)):
        told = browser.get(there.path, base_url=f"http://{LAVANDE}")
        assert told.status_code == 400 and "session=" not in str(told.headers.getlist("Set-Cookie"))
    assert back(client, answer).location == "/me"  # the control


def with_csam_cookie(app):
    other = app.test_client()
    other.get("/csam/start", base_url=f"http://{LAVANDE}")
    return other


def test_the_same_answer_opens_once(client, app):
    linked(make_account(niss=NISS))
    relay = leave(client)
    answer = post(client, relay, "alice#7")
    assert back(client, answer).status_code == 303
    assert back(client, answer).status_code == 400  # the way back, taken again
    assert post(client, relay, "alice#7").status_code == 400  # the answer to the same question
    assert (
        post(client, leave(client_of(app)), "alice#7").status_code == 400
    )  # the same assertion, another question
    assert post(client, leave(client_of(app)), "alice#8").status_code == 303  # the control
    with connection():
        assert SpentAssertion.select().count() == 2


def client_of(app):
    return app.test_client()


def test_an_answer_nobody_asked_for_opens_nothing(client):
    for relays in ([], ["x"], ["x" * 500], ["/account"], ["https://evil.example/"], ["a", "b"]):
        told = client.application.test_client().post(
            "/csam/acs", data={"SAMLResponse": "alice", "RelayState": relays}, base_url=f"http://{HOST}"
        )
        assert told.status_code == 400 and "Location" not in told.headers


def test_an_answer_that_comes_too_late_opens_nothing(client, clock):
    linked(make_account(niss=NISS))
    relay = leave(client)
    clock.move(minutes=15)
    assert post(client, relay).status_code == 400
    answer = post(client, leave(client))
    clock.move(minutes=2)
    assert back(client, answer).status_code == 400


def test_the_way_back_leads_to_this_host_alone(client):
    linked(make_account(niss=NISS))
    for target in ("//evil.example", "https://evil.example", "/\\evil", "javascript:x", "/x%0d%0aY:z"):
        assert go(client, f"/csam/start?next={target}").location == "/me", target
        sign_out(client)


def test_the_answer_is_taken_at_the_portal_alone(client):
    relay = leave(client)
    told = client.post("/csam/acs", data={"SAMLResponse": "alice", "RelayState": relay})
    assert told.status_code == 404


def test_refusals_keep_the_whole_answer_out_of_log_and_page(client, caplog):
    told = post(client, leave(client), f"mallory {NISS}\r\nforged line")
    assert told.status_code == 400
    assert NISS not in caplog.text and NISS not in told.get_data(as_text=True)
    assert "forged line" not in caplog.text


def test_what_waits_is_sealed_and_goes(client, clock, inside):
    from app.account.upkeep import sweep

    post(client, leave(client))
    row = IdentityRequest.get()
    assert NISS.encode() not in bytes(row.sealed) and b"Dupont" not in bytes(row.sealed)
    clock.move(minutes=50)
    sweep()
    assert not IdentityRequest.select().exists() and not SpentAssertion.select().exists()


# ---- joining --------------------------------------------------------------------------------------------------------


def fill(client, page, **changes):
    action, fields = form_of(page, holding="password")
    typed = {"email": "alice@example.be", "password": PASSWORD, "accept": "y"}
    return client.post(action, data={**fields, **typed, **changes})


def test_somebody_new_joins_with_name_and_number_filled_in_and_locked(client, app, services):
    answer = go(client, "/csam/start?next=/book")
    page = soup(client.get(answer.location))
    for label in ("proved-given-name", "proved-family-name", "proved-number"):
        shown = page.find(id=label)
        assert shown.has_attr("readonly") and not shown.has_attr("name")
    assert page.find(id="proved-given-name")["value"] == "Alice"
    assert NISS not in str(page)
    sent = fill(client, page, given_name="Mallory", niss=OTHER)
    assert sent.location.startswith("/join/sent")
    link = link_in(mail(app, services)[-1], "/join/")
    finished = soup(client.get(link))
    action, fields = form_of(finished, holding="password")
    opened = client.post(action, data={**fields, "password": PASSWORD, "accept": "y"})
    assert opened.location.startswith("/sign-in/second")
    shown = soup(client.get(opened.location))
    onward = shown.find("a", href=lambda href: href and href.startswith("/csam/second"))["href"]
    arrived = go(client, onward)
    assert arrived.location == "/set-up/recovery-codes?next=/book"
    assert client.get(arrived.location).status_code == 200
    with connection():
        account = Account.get(Account.email == "alice@example.be")
    assert account.name == "Alice Dupont"
    with connection(), account_context(account):
        own = PersonalDetails.get()
        assert own.niss_confirmed_at and own.niss_index == SEALER.fingerprint("niss", NISS)
        assert [factor.kind for factor in Factor.select()] == ["csam"]


def test_joining_asks_again_for_what_is_wrong_and_loses_nothing(client):
    page = soup(client.get(go(client).location))
    told = fill(client, page, email="nonsense", accept="")
    again = soup(told)
    assert told.status_code == 422 and again.find(attrs={"name": "email"})["value"] == "nonsense"
    assert fill(client, again).status_code == 303  # the control


def test_the_form_to_join_is_of_one_browser_and_for_half_an_hour(client, app, clock):
    where = go(client).location
    assert app.test_client().get(where, base_url=f"http://{LAVANDE}").status_code == 400
    assert client.get(where).status_code == 200  # the control
    clock.move(minutes=30)
    assert client.get(where).status_code == 400


def test_a_proof_joins_once(client):
    page = soup(client.get(go(client).location))
    assert fill(client, page).status_code == 303
    assert fill(client, page, email="other@example.be").status_code == 400


def test_a_number_that_opens_another_account_meanwhile_is_told(client, app, services):
    page = soup(client.get(go(client).location))
    fill(client, page)
    linked(make_account(email="first@example.be", niss=NISS))
    link = link_in(mail(app, services)[-1], "/join/")
    action, fields = form_of(soup(client.get(link)), holding="password")
    told = client.post(action, data={**fields, "password": PASSWORD, "accept": "y"})
    assert told.status_code == 409
    with connection():
        assert not Account.select().where(Account.email == "alice@example.be").exists()


def test_young_people_join_with_somebody(client, idp):
    idp.knows("zoe", niss="12010100163", given_name="Zoé", family_name="Dupont")
    page = soup(client.get(go(client, who="zoe").location))
    assert page.find(attrs={"name": "accompanied"})
    told = fill(client, page)
    assert told.status_code == 422
    assert fill(client, soup(told), accompanied="y").status_code == 303


def test_children_have_no_account_of_their_own(client, idp):
    idp.knows("milo", niss="16010100150", given_name="Milo", family_name="Dupont")
    told = fill(client, soup(client.get(go(client, who="milo").location)), accompanied="y")
    assert told.status_code == 422 and soup(told).find(class_="error-summary")


# ---- connecting -----------------------------------------------------------------------------------------------------


def test_csam_is_a_second_factor_in_the_assistant(client, clock):
    account = make_account(factor=None)
    sign_in_as(client, account, clock=clock, stage="setup", method="")
    assert "/set-up/csam" in client.get("/set-up").get_data(as_text=True)
    assert "/csam/link" in client.get("/set-up/csam").get_data(as_text=True)
    answer = go(client, "/csam/link")
    assert answer.location.startswith("/set-up/recovery-codes")
    session = session_of(account)
    assert (session.stage, session.method, session.level) == ("open", "csam", 500)
    with connection(), account_context(account):
        assert PersonalDetails.get().niss_confirmed_at is not None


def test_csam_is_connected_with_an_account_that_has_another_factor(client, clock):
    account = make_account(niss=NISS, factor="mail")
    sign_in_as(client, account, clock=clock, method="mail")
    assert go(client, "/csam/link").location.startswith("/set-up/")
    assert session_of(account).level == 500
    sign_out(client)
    assert go(client).location == "/me"


def test_connecting_asks_first_who_is_there(client, clock):
    account = make_account()
    sign_in_as(client, account, clock=clock)
    clock.move(minutes=16)
    assert client.get("/csam/link").location.startswith("/step-up")
    sign_in_as(client, account, clock=clock, stage="second", method="")
    assert client.get("/csam/link").location.startswith("/sign-in/second")


@pytest.mark.parametrize("confirmed", [False, True])
def test_somebody_elses_key_is_never_connected(client, clock, confirmed):
    account = make_account(niss=OTHER)
    if confirmed:
        with connection(), account_context(account):
            PersonalDetails.update(niss_confirmed_at=clock.now()).execute()
    sign_in_as(client, account, clock=clock)
    assert go(client, "/csam/link").status_code == 409
    with connection(), account_context(account):
        assert [factor.kind for factor in Factor.select()] == ["app"]
        assert PersonalDetails.get().niss_index == SEALER.fingerprint("niss", OTHER)


def test_one_key_opens_one_account(client, clock):
    linked(make_account(niss=NISS))
    second = make_account(email="second@example.be")
    sign_in_as(client, second, clock=clock)
    assert go(client, "/csam/link").status_code == 409


def test_a_session_that_changed_on_the_way_gets_nothing(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    answer = post(client, leave(client, "/csam/link"))
    sign_in_as(client, make_account(email="other@example.be"), clock=clock)
    assert back(client, answer).status_code == 400


def test_a_connected_key_is_taken_away_like_any_other(client, clock):
    account = linked(make_account(niss=NISS))
    sign_in_as(client, account, clock=clock)
    with connection(), account_context(account):
        key = Factor.get(Factor.kind == "csam")
    where = f"/account/factors/{key.id}/removal"
    action, fields = where, form_of(soup(client.get(where)), holding="csrf_token")[1]
    assert client.post(action, data=fields).status_code == 303
    sign_out(client)
    assert go(client).status_code == 409  # the number stays confirmed: no second account beside it


# ---- as a second step, and step-up ----------------------------------------------------------------------------------


def test_after_a_password_csam_is_the_second_step(client, clock):
    account = linked(make_account(niss=NISS, factor=None))
    sign_in_as(client, account, clock=clock, stage="second", method="")
    assert "/csam/second" in client.get("/sign-in/second").get_data(as_text=True)
    assert go(client, "/csam/second?next=/account/privacy").location == "/account/privacy"
    assert session_of(account).method == "csam"


def test_after_a_password_somebody_elses_key_opens_nothing(client, clock, idp):
    account = linked(make_account(niss=NISS, factor=None))
    sign_in_as(client, account, clock=clock, stage="second", method="")
    assert go(client, "/csam/second", who="bob").status_code == 409
    assert session_of(account).stage == "second"


def test_a_page_that_asks_for_csam_says_so_and_brings_one_there(client, clock):
    account = linked(make_account(niss=NISS))
    sign_in_as(client, account, clock=clock)
    sent = client.get("/account/proof")
    assert sent.location == "/csam/demand?next=/account/proof"
    said = soup(client.get(sent.location))
    step = said.find("a", href=lambda href: href and href.startswith("/csam/step-up"))["href"]
    assert go(client, step).location == "/account/proof"
    assert client.get("/account/proof").status_code == 200
    assert session_of(account).level == 500


def test_a_step_up_with_somebody_elses_key_proves_nothing(client, clock):
    account = linked(make_account(niss=NISS))
    sign_in_as(client, account, clock=clock)
    assert go(client, "/csam/step-up", who="bob").status_code == 409
    assert session_of(account).level == 0
    assert client.get("/account/proof").status_code == 303


def test_a_page_that_asks_for_csam_offers_to_connect_it_first(client, clock, app):
    sign_in_as(client, make_account(), clock=clock)
    assert "/csam/link?next=" in client.get("/csam/demand?next=/account/proof").get_data(as_text=True)
    app.extensions["parvis.services"] = replace(app.extensions["parvis.services"], identity_provider=None)
    assert "/csam/" not in soup(client.get("/csam/demand")).find("main").decode()


# ---- what practices learn -------------------------------------------------------------------------------------------


def evidence(practice):
    with connection(), practice_context(practice):
        return [(row.kind, row.account_id, row.patient_id) for row in TrustEvidence.select()]


def file_of(practice, account, clock, **more):
    with connection(), practice_context(practice):
        patient = make_patient(**more)
        connect(account, patient.id, now=clock.now())
    return patient


def numbered(practice, niss):
    return {"niss_index": SEALER.blind_index(practice.id, "niss", niss)}


def test_practices_where_the_person_is_connected_learn_it_once(client, clock, practice, neighbour):
    account = linked(make_account(niss=NISS))
    mine = file_of(practice, account, clock, **numbered(practice, NISS))
    go(client)
    assert evidence(practice) == [("csam", account.id, mine.id)]
    assert evidence(neighbour) == []
    sign_out(client)
    go(client)
    assert len(evidence(practice)) == 1


def test_a_file_that_speaks_of_somebody_else_learns_nothing(client, clock, practice, neighbour):
    account = linked(make_account(niss=NISS))
    file_of(practice, account, clock, **numbered(practice, OTHER))
    file_of(neighbour, account, clock, given_name="Bob", **numbered(neighbour, NISS))
    go(client)
    assert evidence(practice) == evidence(neighbour) == []


def test_what_an_account_calls_itself_proves_nothing(client, clock, practice, idp):
    """Somebody else's key, connected with an account without a number: the file is still not of that person."""
    account = make_account(factor=None)
    file_of(practice, account, clock)
    sign_in_as(client, account, clock=clock, stage="setup", method="")
    assert go(client, "/csam/link", who="bob").status_code == 303
    assert evidence(practice) == []
    with connection(), account_context(account):
        assert Factor.get(Factor.kind == "csam").label == "Bob Martin"


def test_a_practice_the_person_meets_later_learns_it_too(client, clock, practice, services, app):
    account = linked(make_account(niss=NISS))
    go(client)
    mine = file_of(practice, account, clock, **numbered(practice, NISS))
    assert evidence(practice) == []
    mail(app, services)
    assert evidence(practice) == [("csam", account.id, mine.id)]


def test_the_control_a_connection_without_csam_teaches_nothing(client, clock, practice):
    from app.kernel.outbox import Outbox

    file_of(practice, make_account(niss=NISS), clock, **numbered(practice, NISS))
    with connection():
        assert not Outbox.select().where(Outbox.event == "note-proof").exists()


# ---- signing out ----------------------------------------------------------------------------------------------------


def test_signing_out_here_signs_out_there(client, idp):
    account = linked(make_account(niss=NISS))
    go(client)
    sent = sign_out(client)
    assert sent.location.startswith("/csam/leaving/")
    assert session_of(account) is None  # over here already, whatever the other side does
    leaving = client.get(sent.location)
    (ending, relay), page = idp.ended[-1], soup(leaving)
    assert leaving.headers["Refresh"].startswith("0; url=https://idp.example/")
    assert ending.name_id == "name-of-alice" and ending.session_index == "session-of-alice"
    assert page.find("a", href=lambda href: href and relay in href)
    with connection():
        asked = IdentityRequest.get(IdentityRequest.purpose == "sign-out")
    done = client.get(f"/csam/logout?done={asked.request_id}&RelayState={relay}", base_url=f"http://{HOST}")
    assert done.location == f"http://{LAVANDE}/sign-in?done=signed-out"


def test_a_session_without_csam_ends_here_alone(client, clock, idp):
    sign_in_as(client, make_account(), clock=clock)
    assert sign_out(client).location == "/sign-in?done=signed-out"
    assert idp.ended == []


def test_signing_out_there_signs_out_here(client):
    account = linked(make_account(niss=NISS))
    other = linked(make_account(email="bob@example.be"), OTHER)
    go(client)
    elsewhere = client.application.test_client()
    go(elsewhere, who="bob")
    told = client.application.test_client().get(
        "/csam/logout?end=alice&RelayState=theirs", base_url=f"http://{HOST}"
    )
    assert told.status_code == 303 and "RelayState=theirs" in told.location
    assert session_of(account) is None and session_of(other) is not None
    assert client.get("/account").location.startswith("/sign-in")


def test_an_unsigned_end_ends_nothing(client):
    account = linked(make_account(niss=NISS))
    go(client)
    assert client.get("/csam/logout?unsigned=1", base_url=f"http://{HOST}").status_code == 400
    assert session_of(account) is not None


def test_an_end_of_nobodys_session_is_answered_all_the_same(client):
    told = client.get("/csam/logout?end=alice", base_url=f"http://{HOST}")
    assert told.status_code == 303 and told.location.startswith("https://idp.example/")


def test_an_ending_session_leaves_nothing_of_it(client, inside):
    account = linked(make_account(niss=NISS))
    go(client)
    with account_context(account):
        row = ProviderSession.get()
        assert b"name-of-alice" not in bytes(row.sealed)
        Session.delete().execute()
        assert not ProviderSession.select().exists()


def test_a_password_still_works_beside_csam(client, clock):
    linked(make_account(niss=NISS))
    action, fields = form_of(soup(client.get("/sign-in")), holding="password")
    sent = client.post(action, data={**fields, "name": "alice@example.be", "password": PASSWORD})
    chosen = soup(client.get(sent.location.partition("?")[0] + "?with=app"))
    action, fields = form_of(chosen, holding="code")
    assert client.post(action, data={**fields, "code": code_now(clock)}).location == "/me"
