"""Whoever is asked answers: from their account or by a link, kept while they write, sent once, shown back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.identity.models import Dependant, Representation, Session
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context, practice_context
from app.messaging.models import Communication
from app.patients.models import AccessEntry
from app.questionnaires.models import QuestionnaireResponse
from tests.conftest import HOST
from tests.delivery import deliver_for, emptied
from tests.factories import make_appointment, make_patient
from tests.integration.messaging.world import tie
from tests.integration.questionnaires.asking import (
    FILLED,
    LONG,
    SCALE,
    SHORT,
    WHERE,
    fill,
    published,
    sent,
    token,
)
from tests.journey import form_of, soup
from tests.people import NOW, make_account, make_member, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }} <div hx-get='/account'>"


@pytest.fixture
def known(practice):
    return published(practice)


@pytest.fixture
def alice(client, practice, clock):
    alice = make_account()
    alice.file = tie(alice, practice, email="alice@example.be")
    sign_in_as(client, alice, clock=clock)
    return alice


@pytest.fixture
def asked(alice, practice, known):
    return f"/questionnaires/{sent(practice, alice.file, known)}"


def letters(app, services):
    deliver_for(app)
    return emptied(services.mailer.letters)


def row_of(practice, path):
    with connection(), practice_context(practice):
        return QuestionnaireResponse.get_by_id(path.rpartition("/")[2])


# ---- from an account --------------------------------------------------------------------------------------------


def test_it_comes_as_a_message_and_a_mail_that_says_nothing_of_health(app, client, services, asked, practice):
    with connection(), practice_context(practice):
        assert Communication.get().payload == {"questionnaire": asked.rpartition("/")[2]}
    box = soup(client.get("/account/messages"))
    message = client.get(box.select_one(".message-row")["href"])
    assert soup(message).find("a", href=asked)
    (letter,) = letters(app, services)
    assert letter.to == "alice@example.be" and asked in letter.text
    for word in ("Peeters", "douleur", "médecin", "Avant la première visite"):
        assert word not in letter.text + letter.html + letter.subject


def test_answered_once_and_shown_back(client, asked, practice):
    page = soup(client.get(asked))
    assert [one.get_text(" ", strip=True) for one in page.select(".scale .step")] == [
        str(n) for n in range(11)
    ]
    answer = fill(client, asked, FILLED)
    assert answer.status_code == 303
    shown = soup(client.get(asked)).select_one(".answers")
    said = [one.get_text(strip=True) for one in shown.find_all("dd")]
    assert said[:3] == ["Dr Peeters", "7 sur 10", "Genou"] and "octobre 2026" in said[5]
    again = fill(client, asked, {**FILLED, SHORT: "Un autre"})
    assert again.status_code == 409 and "Un autre" not in soup(client.get(asked)).select_one(".answers").text
    assert row_of(practice, asked).completed_by.startswith("account:")


def test_what_is_missing_is_said_and_everything_typed_stays(client, asked, practice):
    answer = fill(client, asked, {LONG: HOSTILE, SCALE: "99", f"{WHERE}-0": "1"})
    assert answer.status_code == 422
    page = soup(answer)
    assert len(page.select(".error-summary li")) == 2
    assert page.find("textarea", attrs={"name": LONG}).get_text() == HOSTILE
    assert page.find("input", attrs={"name": f"{WHERE}-0"}).has_attr("checked")
    assert "<img src=x" not in answer.text
    later = soup(client.get(asked))  # and it was kept: coming back it is still there
    assert later.find("textarea", attrs={"name": LONG}).get_text() == HOSTILE
    assert row_of(practice, asked).status == "in-progress"


def test_it_can_be_kept_and_gone_on_with(client, asked, practice):
    assert fill(client, asked, {SHORT: "Dr P", "keep": "1"}).status_code == 303
    assert soup(client.get(asked)).find("input", attrs={"name": SHORT})["value"] == "Dr P"
    quietly = client.post(
        f"{asked}/draft",
        data={"csrf_token": token(client, asked), SHORT: "Dr Pe", SCALE: "nonsense"},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert quietly.status_code == 200 and soup(quietly).select_one("#kept[role=status]")
    assert soup(client.get(asked)).find("input", attrs={"name": SHORT})["value"] == "Dr Pe"
    assert row_of(practice, asked).status == "in-progress"


def test_an_expired_page_writes_nothing_and_loses_nothing(client, asked, practice):
    answer = client.post(asked, data={"csrf_token": "old", **FILLED})
    assert answer.status_code == 422
    assert soup(answer).find("input", attrs={"name": SHORT})["value"] == "Dr Peeters"
    assert row_of(practice, asked).answers_sealed is None


def test_texts_fall_back_and_say_their_language(client, asked):
    page = soup(client.get(f"{asked}?lang=nl"))
    assert page.find("label", attrs={"for": SHORT}).get_text(" ", strip=True).startswith("Uw huisarts?")
    assert page.find("fieldset", id=SCALE).legend["lang"] == "fr"


def test_everybody_elses_is_not_there(client, asked, practice, neighbour, clock, alice, known):
    assert client.get(asked).status_code == 200  # the control
    assert client.get(f"/questionnaires/{uuid4()}").status_code == 404
    sign_in_as(client, alice, clock=clock, host=f"voisin.{HOST}")
    assert client.get(asked, base_url=f"http://voisin.{HOST}").status_code == 404
    bob = make_account(email="bob@example.be", given_name="Bob")
    tie(bob, practice)
    sign_in_as(client, bob, clock=clock)
    assert client.get(asked).status_code == 404
    csrf = token(client, "/account/privacy")
    assert client.post(asked, data={"csrf_token": csrf, **FILLED}).status_code == 404
    assert client.post(f"{asked}/draft", data={"csrf_token": csrf, **FILLED}).status_code == 404
    assert row_of(practice, asked).answers_sealed is None


def child(alice, practice, *, born):
    with connection(), account_context(alice):
        told = {"family_name": "Dupont", "language": "fr", "created_at": NOW}
        leo = Dependant.create(given_name="Léo", birth_date=born, **told)
        acts = Representation.create(basis="parent", dependant=leo, starts_on=NOW.date(), created_at=NOW)
    return acts, tie(alice, practice, dependant=leo.id, given_name="Léo")


def test_a_parent_answers_for_a_child_and_no_longer_from_sixteen_on(client, practice, alice, known):
    acts, leo = child(alice, practice, born=date(2016, 5, 1))
    path = f"/questionnaires/{sent(practice, leo, known)}"
    assert "Léo" in client.get(path).text
    with connection(), account_context(alice):
        Session.update(acting_for=acts.id).execute()
    assert fill(client, path, FILLED).status_code == 303
    with connection(), account_context(alice):
        Session.update(acting_for=None).execute()
        Dependant.update(birth_date=date(2010, 1, 1)).execute()
    assert client.get(path).status_code == 404


# ---- by a link --------------------------------------------------------------------------------------------------


@pytest.fixture
def linked(app, client, services, practice, known):
    with connection(), practice_context(practice):
        guest = make_patient(email="gast@example.be", language="nl")
    sent(practice, guest, known)
    (letter,) = letters(app, services)
    assert letter.to == "gast@example.be" and letter.language == "nl"
    return next(line for line in letter.text.split() if "/questionnaires/link/" in line).partition(HOST)[2]


def test_a_guest_answers_by_the_link_and_it_shows_nothing_afterwards(client, linked):
    assert fill(client, linked, {SHORT: "Dr Pee", "keep": "1"}).status_code == 303
    assert "Dr Pee" in client.get(linked).text
    assert fill(client, linked, FILLED).status_code == 303
    after = client.get(linked)
    assert after.status_code == 200 and "Dr Peeters" not in after.text and not soup(after).select("#answers")
    assert after.headers["Cache-Control"] == "no-store"
    assert fill(client, linked, FILLED).status_code == 409


def test_a_link_ends_and_is_of_one_practice(client, linked, clock):
    assert client.get(linked).status_code == 200  # the control
    assert client.get(linked, base_url=f"http://voisin.{HOST}").status_code == 404
    assert client.get(linked[:-2] + "xx").status_code == 404
    clock.at = clock.at + timedelta(days=31)
    assert client.get(linked).status_code == 404


# ---- at the desk ------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(app, client, practice, clock):
    other = app.test_client()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    therapist = make_member(practice, roles=("practitioner",), email="k@lavande.example")
    sign_in_as(other, therapist, clock=clock, staff=True)
    return other


def test_sent_by_hand_read_in_the_file_and_every_look_is_journaled(desk, client, practice, alice, known):
    here = f"/desk/patients/{alice.file.id}/questionnaires"
    action, fields = form_of(soup(desk.get(here)), holding="questionnaire")
    assert desk.post(action, data=fields).status_code == 422  # none chosen
    fields["questionnaire"] = str(known.published.id)
    assert desk.post(action, data=fields).status_code == 303
    assert desk.post(action, data=fields).status_code == 409  # they have it already
    with connection(), practice_context(practice):
        made = QuestionnaireResponse.get()
    mine = f"/questionnaires/{made.id}"
    fill(client, mine, {SHORT: "Dr Secret", "keep": "1"})
    assert "Dr Secret" not in desk.get(f"{here}/{made.id}").text  # a draft is not the practice's to read
    fill(client, mine, {**FILLED, LONG: HOSTILE})
    assert "1" in soup(desk.get(here)).select_one(".desk-nav .count").get_text()
    read = desk.get(f"{here}/{made.id}")
    assert "Dr Peeters" in read.text and "&lt;img src=x" in read.text and "<img src=x" not in read.text
    assert not soup(desk.get(here)).select(".desk-nav .count")
    with connection(), practice_context(practice):
        assert "answers" in {row.what for row in AccessEntry.select()}
    back = desk.post(f"{here}/{made.id}/withdrawal", data={"csrf_token": token(desk, here)})
    assert back.status_code == 409  # answered: it is not taken back


def test_taken_back_it_is_gone_for_the_patient(desk, client, practice, alice, asked):
    here = f"/desk/patients/{alice.file.id}/questionnaires"
    fill(client, asked, {SHORT: "un", "keep": "1"})
    response_id = asked.rpartition("/")[2]
    assert (
        desk.post(f"{here}/{response_id}/withdrawal", data={"csrf_token": token(desk, here)}).status_code
        == 303
    )
    assert client.get(asked).status_code == 404
    assert row_of(practice, asked).answers_sealed is None


def test_without_any_address_it_is_said(desk, practice, known):
    with connection(), practice_context(practice):
        nobody = make_patient(email=None)
    page = desk.get(f"/desk/patients/{nobody.id}/questionnaires")
    assert "ni compte ni adresse" in page.text and not soup(page).find(attrs={"name": "questionnaire"})


def test_it_goes_with_a_request_which_shows_the_answer(app, client, services, practice, known, clock):
    with connection(), practice_context(practice):
        guest = make_patient(email="gast@example.be")
        made = make_appointment(patient=guest.id, status="proposed", starts=29_940_000, answer_by=29_900_000)
    sign_in_as(client, make_member(practice), clock=clock, staff=True)  # reception
    here = f"/desk/requests/{made.id}/questionnaire"
    action, fields = form_of(soup(client.get(here)), holding="questionnaire")
    assert client.post(action, data={**fields, "questionnaire": str(known.published.id)}).status_code == 303
    inbox = soup(client.get("/desk/requests"))
    assert "Avant la première visite" in inbox.select_one(".requests .bullets").get_text()
    found = letters(app, services)
    link = next(w for one in found for w in one.text.split() if "/questionnaires/link/" in w).partition(HOST)[
        2
    ]
    assert fill(client, link, FILLED).status_code == 303
    inbox = client.get("/desk/requests")
    assert "Répondu" in soup(inbox).select_one(".requests .bullets").get_text()
    assert (
        "Dr Peeters" not in inbox.text and "Lire les réponses" not in inbox.text
    )  # reception reads no answers
    with connection():
        assert Outbox.select().where(Outbox.event == "request-answered").count() == 1
    response = f"/desk/patients/{guest.id}/questionnaires"
    listed = client.get(response)  # reception sees that it is answered, and not what
    assert "Répondu" in listed.text and "Dr Peeters" not in listed.text
    with connection(), practice_context(practice):
        answers = f"{response}/{QuestionnaireResponse.get().id}"
    assert answers not in listed.text and client.get(answers).status_code == 403
