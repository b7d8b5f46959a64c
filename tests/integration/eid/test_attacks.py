"""The bridge under attack: what each step refuses, beside the same request done right."""

import base64
import json
import os
from datetime import timedelta

import pytest

from app.eid import agent_views, proofs
from app.eid.chain import Trust, read_certificate
from app.eid.models import CardPairing, CardProof
from app.kernel.tenancy import across_accounts
from card_agent import course, requests
from card_agent.belgian_eid import Belgian
from card_agent.message import message
from card_agent.problems import Problem
from tests.cards import HOST, Direct, Face, Wire, confirm, fields, post, press, read_card, start
from tests.cards import new_card as card_of
from tests.people import make_account, sign_in_as
from tools.virtual_card.authority import Authority
from tools.virtual_card.person import PORTRAIT, Person, make

HERE = "/account/card"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # the pairing's races: test_pairing
REDEEM = "/agent/v1/redeem"
AGENT = "parvis-card-agent/1.0"
BRUNO = Person(surname="Peeters", given_names="Bruno", niss="92030999608")


def nothing_stored():
    with across_accounts(reason="a test"):
        proofs_ = CardProof.select().count()
    return proofs_ == 0 and CardPairing.select().where(CardPairing.state == "imported").count() == 0


def plain(code):
    return code.replace("-", "")


def redeem(app, code, **more):
    return post(app, REDEEM, {"code": plain(code), "agent": AGENT}, **more)


@pytest.fixture
def paired(patient, app):
    return confirmed(patient, app)


def confirmed(patient, app):
    """(pairing and token, as JSON): the agent's side by hand, and the person has confirmed."""
    found = redeem(app, start(patient, HERE)).get_json()
    face = Face()
    face.opened = f"http://{HOST}{found['confirm_path']}"
    assert confirm(patient, face).status_code == 303
    return found


def told(app, found):
    return post(app, f"/agent/v1/pairings/{found['pairing']}", token=found["token"], method="GET")


def answer(app, found, files, signature, **more):
    sent = {
        "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
        "signature": base64.b64encode(signature).decode() if signature else None,
    }
    return post(app, f"/agent/v1/pairings/{found['pairing']}/result", sent, token=found["token"], **more)


def honest(app, found, card=None, *, alter=None):
    """What the agent would send for this job; `alter` changes the message that is signed."""
    job = told(app, found).get_json()["job"]
    wire, face = Wire(app), Face()
    if alter:
        alter(job, wire)
    files, signature = course._from_card(
        Direct(card or card_of()), wire.origin, requests.job(job), face, fresh=False
    )
    return files, signature


# ---- who may call -------------------------------------------------------------------------------------------------


FROM_A_BROWSER = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"http://{HOST}"},
    {"Cookie": "session=x"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Referer": f"http://{HOST}/"},
)


def test_whatever_a_page_makes_a_browser_send_is_refused(patient, app):
    code = start(patient, HERE)
    for header in FROM_A_BROWSER:
        assert redeem(app, code, headers=header).status_code == 403, header
    assert CardPairing.get().state == "new"
    assert redeem(app, code).status_code == 200  # the control: a program


def test_no_answer_lets_another_origin_read_it(patient, app):
    for method in ("OPTIONS", "POST", "GET"):
        found = post(app, REDEEM, {"code": "BCDFGHJK", "agent": AGENT}, method=method)
        assert not [name for name, _ in found.headers if name.lower().startswith("access-control")]


def test_a_form_is_no_program(patient, app):
    code = start(patient, HERE)
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        found = post(
            app,
            REDEEM,
            data=f'{{"code": "{plain(code)}", "agent": "{AGENT}"}}',
            headers={"Content-Type": kind},
        )
        assert found.status_code == 415
    assert redeem(app, code).status_code == 200


NOT_RIGHT = (
    {},
    {"code": "BCDFGHJK"},
    {"code": "BCDFGHJK", "agent": AGENT, "more": 1},
    {"code": 12345678, "agent": AGENT},
    {"code": "BCDFGHJK", "agent": "x" * 65},
    {"code": "BCDFGHJK", "agent": "Mozilla/5.0"},
    {"code": "BCDFGHJA", "agent": AGENT},
    {"code": "bcdfghjk", "agent": AGENT},
    [],
    None,
    "BCDFGHJK",
)
NOT_JSON = ("{", "", '{"code": "B", "code": "C", "agent": "x"}', "[" * 5000, "\x00", "1e999")


def test_a_request_that_is_not_exactly_right_is_malformed(app, inside):
    for text in (*map(json.dumps, NOT_RIGHT), *NOT_JSON):
        found = post(app, REDEEM, data=text, headers={"Content-Type": "application/json"})
        assert found.status_code == 400, text[:40]


def test_another_host_knows_nothing_of_the_code(patient, app, neighbour):
    code = start(patient, HERE)
    assert redeem(app, code, base_url="http://voisin.parvis.test").status_code == 404
    assert redeem(app, code, base_url="http://evil.example").status_code == 404  # a rebound name
    assert redeem(app, code, base_url="http://127.0.0.1:8000").status_code == 404
    assert redeem(app, code).status_code == 200


# ---- the code -----------------------------------------------------------------------------------------------------


def test_wrong_used_and_late_codes_are_one_answer(patient, app, clock):
    code = start(patient, HERE)
    assert redeem(app, code).status_code == 200
    used, wrong = redeem(app, code), redeem(app, "BCDF-GHJK")
    late = start(patient, HERE)
    clock.move(seconds=181)
    late = redeem(app, late)
    assert used.status_code == wrong.status_code == late.status_code == 404
    assert used.data == wrong.data == late.data


def test_guessing_codes_is_slowed_down_and_right_ones_are_not(patient, app):
    for _ in range(10):
        assert redeem(app, "BCDF-GHJK").status_code == 404
    assert redeem(app, "BCDF-GHJK").status_code == 429
    assert redeem(app, start(patient, HERE)).status_code == 429


def test_people_who_type_it_right_are_not_counted(patient, app):
    for _ in range(12):
        assert redeem(app, start(patient, HERE)).status_code == 200


def test_an_old_agent_is_told_and_so_is_the_page(patient, app, monkeypatch):
    monkeypatch.setattr(agent_views, "OLDEST", (1, 1))
    with pytest.raises(Problem, match="too-old"):
        course.pair(Wire(app), start(patient, HERE), Face())
    assert "trop ancien" in patient.get(HERE).get_data(as_text=True)
    monkeypatch.setattr(agent_views, "OLDEST", (1, 0))
    course.pair(Wire(app), start(patient, HERE), Face())  # the control


# ---- claim-back ---------------------------------------------------------------------------------------------------


def test_somebody_elses_code_never_gets_my_card(client, app, inside, clock):
    """The attacker starts a reading and has Alice type his code: her browser cannot confirm it."""
    mallory, alice = make_account(email="mallory@example.be"), make_account()
    sign_in_as(client, mallory, clock=clock)
    code = start(client, HERE)
    hers = app.test_client()
    sign_in_as(hers, alice, clock=clock)
    face, card = Face(), card_of()
    paired = course.pair(Wire(app), code, face)
    path = face.opened.partition(HOST)[2]
    seen = hers.get(path, base_url=f"http://{HOST}")
    assert seen.status_code == 404 and "Pas dans ce navigateur" in seen.get_data(as_text=True)
    token = fields(hers.get(HERE, base_url=f"http://{HOST}"), HERE)["csrf_token"]
    sent = {"csrf_token": token, "t": path.partition("t=")[2]}
    assert hers.post("/eid/confirm", data=sent, base_url=f"http://{HOST}").status_code == 404
    assert Wire(app).state(paired.pairing, paired.token)[:2] == ("redeemed", None)
    assert card.heard == []
    assert confirm(client, face).status_code == 303  # the control: in the browser that started it


def test_without_a_session_there_is_nothing_to_confirm(client, app, inside):
    found = client.get("/eid/confirm?t=x")
    assert found.status_code == 404 and "navigateur" in found.get_data(as_text=True)
    assert found.headers["Referrer-Policy"] == "no-referrer" and found.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in found.headers["Content-Security-Policy"]
    assert client.get("/eid/confirm").status_code == 404


def test_looking_at_the_confirmation_does_nothing(patient, app):
    face = Face()
    course.pair(Wire(app), start(patient, HERE), face)
    path = face.opened.partition(HOST)[2]
    for _ in range(3):
        assert patient.get(path).status_code == 200
        assert patient.head(path).status_code == 200
    assert CardPairing.get().state == "redeemed"
    assert confirm(patient, face).status_code == 303


def test_the_confirmation_needs_its_token_and_its_claim_once(patient, app):
    face = Face()
    course.pair(Wire(app), start(patient, HERE), face)
    page = patient.get(face.opened.partition(HOST)[2])
    sent = fields(page, "/eid/confirm")
    assert patient.post("/eid/confirm", data={"t": sent["t"]}).status_code == 400
    assert patient.post("/eid/confirm", data={**sent, "t": "x" * 43}).status_code == 403
    assert CardPairing.get().state == "redeemed"
    assert patient.post("/eid/confirm", data=sent).status_code == 303
    assert patient.post("/eid/confirm", data=sent).status_code == 409


def test_the_link_of_another_pairing_confirms_nothing(patient, app):
    first = Face()
    course.pair(Wire(app), start(patient, HERE), first)
    claim = fields(patient.get(first.opened.partition(HOST)[2]), "/eid/confirm")
    second = Face()
    course.pair(Wire(app), start(patient, HERE), second)
    assert patient.post("/eid/confirm", data=claim).status_code == 403
    assert confirm(patient, second).status_code == 303


def test_a_session_that_was_ended_confirms_nothing(patient, app, alice):
    face = Face()
    course.pair(Wire(app), start(patient, HERE), face)
    path = face.opened.partition(HOST)[2]
    sent = fields(patient.get(path), "/eid/confirm")
    patient.post("/sign-out", data={"csrf_token": sent["csrf_token"]})
    assert patient.get(path).status_code == 404


# ---- the job ------------------------------------------------------------------------------------------------------


def test_the_job_is_told_to_its_own_agent_after_the_confirmation_alone(patient, app):
    found = redeem(app, start(patient, HERE)).get_json()
    assert told(app, found).get_json() == {"state": "redeemed"}
    assert told(app, {**found, "token": "x" * 43}).status_code == 404
    assert post(app, f"/agent/v1/pairings/{found['pairing']}", method="GET").status_code == 404
    face = Face()
    face.opened = f"http://{HOST}{found['confirm_path']}"
    confirm(patient, face)
    job = told(app, found).get_json()["job"]
    assert job["account"] == "a***@example.be" and job["proof"] == "authentication"
    elsewhere = post(
        app,
        f"/agent/v1/pairings/{found['pairing']}",
        token=found["token"],
        method="GET",
        base_url="http://parvis.test",
    )
    assert elsewhere.status_code == 404


def test_an_answer_before_the_confirmation_is_refused(patient, app):
    found = redeem(app, start(patient, HERE)).get_json()
    assert answer(app, found, card_of().profile.files, None).status_code == 409
    assert nothing_stored()


def test_an_answer_counts_once(patient, app, paired):
    files, signature = honest(app, paired)
    assert answer(app, paired, files, signature).status_code == 200
    assert answer(app, paired, files, signature).status_code == 409


def test_a_wrong_answer_counts_too(patient, app, paired):
    files, signature = honest(app, paired)
    assert answer(app, paired, files, os.urandom(96)).status_code == 422
    assert answer(app, paired, files, signature).status_code == 409
    assert "peut-être à une plus ancienne" in patient.get(HERE).get_data(as_text=True)


@pytest.mark.parametrize("what", ["nonce", "bind", "origin"])
def test_a_signature_for_another_reading_is_refused(patient, app, paired, what):
    def alter(job, wire):
        if what == "origin":
            wire.origin = "https://evil.example"
        else:
            job[what] = base64.b64encode(os.urandom(32)).decode()

    files, signature = honest(app, paired, alter=alter)
    refused = answer(app, paired, files, signature)
    assert refused.status_code == 422 and refused.get_json() == {"error": "bad-proof"}
    assert nothing_stored()


def test_an_old_answer_of_the_same_card_is_refused(patient, app, paired):
    files, signature = honest(app, paired)
    assert answer(app, paired, files, signature).status_code == 200
    face = Face()
    again = redeem(app, start(patient, HERE)).get_json()
    face.opened = f"http://{HOST}{again['confirm_path']}"
    confirm(patient, face)
    assert answer(app, again, files, signature).status_code == 422


def test_an_answer_that_comes_too_late_is_refused(patient, app, paired, clock):
    files, signature = honest(app, paired)
    clock.move(minutes=5)
    assert answer(app, paired, files, signature).status_code == 409
    assert "trop longtemps" in patient.get(HERE).get_data(as_text=True)
    assert nothing_stored()


def test_a_cancelled_reading_takes_no_answer(patient, app, paired):
    files, signature = honest(app, paired)
    press(patient, patient.get(HERE), f"{HERE}/cancellation")
    assert answer(app, paired, files, signature).status_code == 409


# ---- forged JSON straight to the portal ---------------------------------------------------------------------------


CHANGES = (
    lambda files: files.pop("photo"),
    lambda files: files.pop("rrn_certificate"),
    lambda files: files.update(extra=b"x"),
    lambda files: files.update(basic_key=b"x" * 120),
    lambda files: files.update(identity=files["identity"][:-1]),
    lambda files: files.update(identity=b""),
    lambda files: files.update(identity=b"x" * 1025),
    lambda files: files.update(photo=files["photo"] + b"\x00" * 8192),
    lambda files: files.update(address=files["address"].replace(b"Namur", b"Paris")),
    lambda files: files.update(photo=files["photo"].replace(b"JFIF", b"JFXX")),
    lambda files: files.update(identity_signature=files["identity_signature"][:-1] + b"\x01"),
    lambda files: files.update(auth_certificate=b"\x00" * 2500),
    lambda files: files.update(rrn_certificate=files["auth_certificate"]),
    lambda files: files.update(rrn_certificate=files["ca_certificate"]),
    lambda files: files.update(identity=files["address"], identity_signature=files["address_signature"]),
)


def test_changed_files_are_refused_and_nothing_is_stored(patient, app, alice):
    for number, change in enumerate(CHANGES):
        found = confirmed(patient, app)
        files, signature = honest(app, found)
        change(files)
        assert answer(app, found, files, signature).status_code == 422, number
        text = patient.get(HERE).get_data(as_text=True)
        assert "Rien n’a été enregistré" in text and "Continuer à la main" in text, number
    assert nothing_stored()
    found = confirmed(patient, app)
    assert answer(app, found, *honest(app, found)).status_code == 200  # the control


def test_parts_of_two_genuine_cards_are_not_one(patient, app):
    other = make(person=BRUNO, picture=PORTRAIT.replace(b"TEST ", b"tEST ", 1))
    pair = {"identity": "identity_signature", "address": "address_signature"}
    for what in ("identity", "address", "photo", "auth_certificate"):
        found = confirmed(patient, app)
        files, signature = honest(app, found)
        for name in (what, pair.get(what, what)):
            files[name] = other.files[name]
        assert answer(app, found, files, signature).status_code == 422, what


def test_another_persons_genuine_card_with_ones_own_pin_is_refused(patient, app, paired):
    mine = card_of()
    files, signature = honest(app, paired, mine)
    theirs = make(person=BRUNO)
    for name in ("identity", "identity_signature", "address", "address_signature", "photo"):
        files[name] = theirs.files[name]
    refused = answer(app, paired, files, signature)
    assert refused.get_json() == {"error": "card-mismatch"}


def test_a_test_card_at_a_real_portal_is_refused(patient, app, services, monkeypatch):
    object.__setattr__(services, "trust", Trust.load())
    with pytest.raises(Problem, match="not-accepted"):
        read_card(patient, app, start(patient, HERE), card_of())
    assert "registre de l’État belge" in patient.get(HERE).get_data(as_text=True)
    assert nothing_stored()


def test_a_card_of_a_register_one_made_oneself_is_refused(patient, app):
    with pytest.raises(Problem, match="not-accepted"):
        read_card(patient, app, start(patient, HERE), card_of(register=Authority("ec")))
    assert nothing_stored()


@pytest.mark.parametrize(
    "certificate", [{"valid_to": "past"}, {"usage": ("digital_signature", "content_commitment")}]
)
def test_a_certificate_that_is_over_or_for_another_purpose_proves_no_holder(patient, app, clock, certificate):
    if certificate.get("valid_to"):
        certificate = {"valid_to": clock.now() - timedelta(days=1)}
    with pytest.raises(Problem, match="not-accepted"):
        read_card(patient, app, start(patient, HERE), card_of(**certificate))
    assert nothing_stored()


def test_a_revoked_card_and_a_silent_register_are_refused(patient, app, services):
    services.revocation.is_down = True
    with pytest.raises(Problem, match="not-accepted"):
        read_card(patient, app, start(patient, HERE), card_of())
    assert "Réessayez dans un moment" in patient.get(HERE).get_data(as_text=True)
    services.revocation.is_down = False
    card = card_of()
    serial = read_certificate(card.profile.files["auth_certificate"]).serial_number
    services.revocation.revoked.add(serial)
    with pytest.raises(Problem, match="not-accepted"):
        read_card(patient, app, start(patient, HERE), card)
    assert "perdue ou volée" in patient.get(HERE).get_data(as_text=True)
    services.revocation.revoked.clear()
    read_card(patient, app, start(patient, HERE), card)  # the control
    assert "Est-ce bien vous" in patient.get(HERE).get_data(as_text=True)


def test_a_presence_is_no_proof_of_the_holder(patient, app, paired):
    """A card in the reader, without its PIN, signs with its other key."""
    card = card_of()
    files, _ = honest(app, paired, card)
    job = told(app, paired).get_json()["job"]
    text = message(
        "authentication",
        origin=f"http://{HOST}",
        nonce=base64.b64decode(job["nonce"]),
        bind=base64.b64decode(job["bind"]),
    )
    assert answer(app, paired, files, Belgian(Direct(card).transmit).present(text)).status_code == 422


def test_too_much_is_too_much(patient, app, paired):
    big = answer(app, paired, {"photo": b"x" * 90_000}, None)
    assert big.status_code == 413
    assert told(app, paired).get_json()["state"] == "confirmed"  # it did not count


def test_an_agent_says_only_what_agents_may_say(patient, app, paired):
    where = f"/agent/v1/pairings/{paired['pairing']}/problem"
    for code in ("", "no-card-at-all", "untrusted-issuer", "agent-too-old", "<script>"):
        assert post(app, where, {"code": code}, token=paired["token"]).status_code == 400, code
    assert post(app, where, {"code": "no-reader"}, token=paired["token"]).status_code == 200
    assert "Aucun lecteur de cartes" in patient.get(HERE).get_data(as_text=True)


# ---- the card and the agent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sentence", "kind"),
    [
        ("pin-blocked", "est bloqué", {"tries": 0}),
        ("cancelled", "arrêtée dans le programme", {"tries": 1}),
    ],
)
def test_a_blocked_pin_is_told_and_the_last_try_is_asked_for(patient, app, code, sentence, kind):
    face = Face(pins=["1234"], last_try=False)
    card = card_of(**kind)
    with pytest.raises(Problem, match=code):
        read_card(patient, app, start(patient, HERE), card, face=face)
    text = patient.get(HERE).get_data(as_text=True)
    assert sentence in text and "Continuer à la main" in text
    assert card.tries == kind["tries"] and nothing_stored()


def test_wrong_pins_tell_how_many_tries_are_left_and_the_third_blocks(patient, app):
    face, card = Face(pins=["1111", "2222", "3333"]), card_of()
    with pytest.raises(Problem, match="pin-blocked"):
        read_card(patient, app, start(patient, HERE), card, face=face)
    assert [one[1:] for one in face.asked if one[0] == "pin"] == [(3, False), (2, True), (1, True)]
    assert ("last",) in face.asked and all(not any(pin) for pin in face.wiped)


def test_a_card_swapped_while_it_is_read_is_noticed_by_the_agent(patient, app):
    bruno = card_of(person=BRUNO)
    for after in (6, 20, 45):
        readers = Direct(card_of(), swap=(after, bruno))
        with pytest.raises(Problem, match="swapped"):
            read_card(patient, app, start(patient, HERE), None, readers=readers)
        assert "remplacée par une autre" in patient.get(HERE).get_data(as_text=True)
    assert nothing_stored()


def test_a_card_taken_out_while_it_is_read_is_told(patient, app):
    with pytest.raises(Problem, match="removed"):
        read_card(patient, app, start(patient, HERE), None, readers=Direct(card_of(), gone_after=9))
    assert "retirée trop tôt" in patient.get(HERE).get_data(as_text=True)


def test_an_agent_that_dies_leaves_a_page_that_says_so(patient, app, paired, clock):
    assert "vous demande maintenant" in patient.get(HERE).get_data(as_text=True)
    clock.move(minutes=5)
    text = patient.get(HERE).get_data(as_text=True)
    assert "Cette lecture est terminée" in text and "Recommencer" in text and "Continuer à la main" in text


def test_the_agent_asks_for_no_more_than_its_own_table(patient, app):
    """A portal that was taken over asks for the photo of somebody who only joins."""
    face = Face()
    code = start(patient, HERE)
    paired = course.pair(Wire(app), code, face)
    confirm(patient, face)
    job = told(app, {"pairing": paired.pairing, "token": paired.token}).get_json()["job"]
    assert requests.job(job).purpose == "import"
    for change in ({"purpose": "join"}, {"proof": "none"}, {"files": [*job["files"], "basic_key"]}):
        with pytest.raises(Problem, match="asks-too-much"):
            requests.job({**job, **change})
    assert set(job["files"]) == set(proofs.FILES["import"])
