"""A request from both sides: the desk approves, refuses or asks; the person answers or chooses; or nobody does."""

import re
import threading

import pytest

from app.booking import actions, pages, queries, upkeep
from app.booking.models import ActionLink, AlternativeTime, Appointment, RequestQuestion
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.delivery import deliver_all
from tests.factories import make_person
from tests.journey import form_of, soup
from tests.people import make_account, make_member, sign_in_as

INBOX = "/desk/requests"


@pytest.fixture
def asked(desk):
    """A request in French for a session a week ahead, its first mails sent."""
    desk.rule(service="seance", outcome="request", answer_hours=48)
    offers = desk.offers()[:1]
    made = desk.book(offers, desk.starts(offers, days=7)[3], note="Plutôt le matin")
    return queries.appointment(made.id)


@pytest.fixture
def sylvie(client, practice, clock):
    """At the desk."""
    member = make_member(practice)
    sign_in_as(client, member, clock=clock, staff=True)
    return client


@pytest.fixture
def guest(client, app):
    """Whoever opens the mails: signed in nowhere."""
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return browser


@pytest.fixture
def thomas(client, app, practice, clock):
    """A second member, at another screen."""
    member = make_member(practice, roles=("practitioner",), email="thomas@lavande.example")
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    sign_in_as(browser, member, clock=clock, staff=True)
    return browser


@pytest.fixture
def mails(services, clock):
    """Everything due, a while later: the newest letters first."""

    def read(to=None):
        clock.move(minutes=4)
        deliver_all()
        found = list(reversed(services.mailer.letters))
        return [letter for letter in found if to in (None, letter.to)]

    return read


def state(asked):
    return Appointment.get_by_id(asked.id)


def link_in(letter, path="/action/"):
    return re.search(rf"http://lavande\.parvis\.test({path}[\w.\-]+\S*)", letter.text)[1]


def press(browser, url, *, holding="csrf_token", action=None, **more):
    """Open a page and send its form as a browser would."""
    page = soup(browser.get(url))
    forms = [f for f in page.find_all("form") if action is None or f.get("action", "").endswith(action)]
    fields = {
        one["name"]: one.get("value", "")
        for one in forms[0].find_all(["input", "textarea"])
        if one.get("name") and (one.get("type") not in ("radio", "checkbox") or one.has_attr("checked"))
    }
    return browser.post(forms[0]["action"], data={**fields, **more}, follow_redirects=True)


def refuse(desk_browser, asked, **more):
    url = f"{INBOX}/{asked.id}/refusal"
    return press(desk_browser, url, action="/refusal", **{"usual": "time", **more})


def answer_to(browser, asked, **answers):
    return press(browser, f"/appointments/{pages.token(asked.id)}/answers", action="/answers", **answers)


# ---- the desk


def test_the_inbox_shows_who_asks_for_what_and_the_look_is_written(sylvie, asked, practice):
    page = soup(sylvie.get(INBOX)).select_one(".requests").get_text(" ")
    for words in ("Alice Dupont", "Plutôt le matin", "Aucun compte n’est lié", "jamais venue", "Encore"):
        assert words in page
    (look,) = AccessEntry.select()
    assert (look.patient_id, look.what, look.why) == (asked.patient_id, "request", "requests")
    assert soup(sylvie.get("/desk/day")).select_one(".desk-nav .count").get_text(" ").startswith("1")


def test_the_oldest_deadline_comes_first(sylvie, desk, asked):
    offers = desk.offers()[:1]
    later = desk.book(offers, desk.starts(offers, days=7)[9], person=make_person(given_name="Zoé", niss=None))
    Appointment.update(answer_by=asked.answer_by - 60).where(Appointment.id == later.id).execute()
    names = [one.get_text() for one in soup(sylvie.get(INBOX)).select(".request-head h2")]
    assert names == ["Zoé Dupont", "Alice Dupont"]


def test_an_approved_request_is_booked_and_told_with_a_calendar_file(sylvie, asked, mails):
    page = press(sylvie, INBOX, action="/approval")
    assert "Le rendez-vous est pris" in page.get_data(as_text=True)
    assert (state(asked).status, state(asked).answer_by) == ("booked", None)
    (letter,) = mails("alice@example.be")
    assert "confirmé" in letter.subject and "METHOD:PUBLISH" in letter.attachments[0].content.decode()
    assert AuditEvent.select().where(AuditEvent.verb == "appointment.approve").count() == 1


def test_of_two_members_the_second_hears_that_it_is_answered(sylvie, thomas, asked):
    here, there = (soup(browser.get(INBOX)) for browser in (sylvie, thomas))
    url, fields = form_of(here, holding="version")
    other, same = form_of(there, holding="version")
    assert sylvie.post(url, data=fields).status_code == 303
    late = thomas.post(other, data=same)
    assert late.status_code == 409 and "a changé entre-temps" in late.get_data(as_text=True)
    refusal = thomas.get(f"{INBOX}/{asked.id}/refusal")
    assert refusal.status_code == 409
    assert state(asked).status == "booked"


def test_a_refusal_frees_the_time_and_offers_three_others(sylvie, asked, desk, mails):
    page = soup(sylvie.get(f"{INBOX}/{asked.id}/refusal"))
    assert len(page.select("#alternatives [type=checkbox][checked]")) == 3
    answer = refuse(sylvie, asked, text="<b>Appelez</b> le matin.")
    assert "La demande est refusée" in answer.get_data(as_text=True)
    made = state(asked)
    assert (made.status, made.cancel_kind) == ("cancelled", "refused")
    assert made.cancel_reason == "Cette heure n’est finalement pas possible. <b>Appelez</b> le matin."
    assert AlternativeTime.select().count() == 3 and made.starts in desk.starts(desk.offers()[:1], days=7)
    (letter,) = mails("alice@example.be")
    assert "&lt;b&gt;Appelez" in letter.html and "<b>Appelez" not in letter.html  # text, and nothing else
    assert len(set(re.findall(r"/action/[\w-]+\?time=\d", letter.text))) == 3
    assert "kinésithérapie" not in (letter.text + letter.subject).casefold()


def test_what_is_read_is_in_the_language_of_the_person(sylvie, desk, asked, mails):
    Appointment.update(language="nl").where(Appointment.id == asked.id).execute()
    refuse(sylvie, asked)
    assert state(asked).cancel_reason == "Dit tijdstip is toch niet mogelijk."
    (letter,) = mails("alice@example.be")
    assert "De praktijk schrijft:" in letter.text and letter.language == "nl"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"usual": "own", "text": ""}, "Choisissez une phrase"),
        ({"usual": "own", "text": "x" * 401}, "400 caractères"),
        ({"usual": "nonsense", "text": " "}, "Choisissez une phrase"),
    ],
)
def test_a_refusal_needs_words_and_nothing_typed_is_lost(sylvie, asked, typed, told):
    answer = refuse(sylvie, asked, **typed, alternative_1="")
    page = soup(answer)
    assert answer.status_code == 422 and told in page.get_text(" ")
    assert page.find("textarea").get_text().strip() == typed["text"].strip()
    assert len(page.select("#alternatives [type=checkbox][checked]")) == 2
    assert state(asked).status == "proposed"


def test_a_time_of_no_agenda_here_is_not_offered(sylvie, asked):
    forged = {"offered_0": f"{'0' * 32}:29999999", "offered_1": "x:y", "offered_2": ""}
    refuse(sylvie, asked, **forged)
    assert state(asked).cancel_kind == "refused" and AlternativeTime.select().count() == 0


# ---- asked first


def test_asked_first_the_person_answers_and_it_waits_again(sylvie, guest, asked, mails):
    mails()
    url = f"{INBOX}/{asked.id}/questions"
    questions = {"question_0": "Avez-vous une prescription ?", "question_2": "Venez-vous seul ?"}
    press(sylvie, url, action="/questions", **questions)
    assert state(asked).status == "pending" and state(asked).answer_by >= asked.answer_by
    letter = mails("alice@example.be")[0]
    assert "prescription" not in letter.text + letter.html  # what is asked may say what it is about
    link = link_in(letter)
    for _ in range(3):
        assert guest.get(link).status_code == 200 and guest.head(link).status_code == 200
    assert state(asked).status == "pending"
    wrong = press(guest, link, action=link, answer_0="Oui, du 3 novembre", answer_1="")
    assert wrong.status_code == 422 and "Oui, du 3 novembre" in wrong.get_data(as_text=True)
    done = press(guest, link, action=link, answer_0="Oui, du 3 novembre", answer_1="Non")
    assert "Vos réponses sont au cabinet" in done.get_data(as_text=True)
    assert state(asked).status == "proposed"
    assert [one.answer for one in RequestQuestion.select().order_by(RequestQuestion.position)] == [
        "Oui, du 3 novembre",
        "Non",
    ]
    assert "Oui, du 3 novembre" in sylvie.get(INBOX).get_data(as_text=True)
    practice_mails = mails("accueil@lavande.example")
    assert "Alice" not in practice_mails[0].text and "prescription" not in practice_mails[0].text
    replayed = guest.get(link, follow_redirects=True)
    assert replayed.status_code == 200 and "demande est au cabinet" in replayed.get_data(as_text=True)
    _url, token = form_of(soup(guest.get(f"/appointments/{pages.token(asked.id)}")), holding="csrf_token")
    assert guest.post(link, data={**token, "answer_0": "x", "answer_1": "y"}).status_code == 409


def test_a_second_round_has_a_link_of_its_own(sylvie, guest, asked, mails):
    for question in ("Une ?", "Deux ?"):
        press(sylvie, f"{INBOX}/{asked.id}/questions", action="/questions", question_0=question)
        answer_to(guest, asked, answer_0="a", answer_1="b")
    links = {row.token_hash for row in ActionLink.select().where(ActionLink.action == "answer")}
    assert RequestQuestion.select().where(RequestQuestion.answer.is_null(False)).count() == 2
    assert state(asked).status == "proposed" and len(links) == 0  # answered before the mails were written
    assert [letter for letter in mails("alice@example.be") if "question" in letter.subject] == []


def test_nothing_is_asked_without_a_question(sylvie, asked):
    answer = press(sylvie, f"{INBOX}/{asked.id}/questions", action="/questions", question_3=" ")
    assert answer.status_code == 422 and state(asked).status == "proposed"


# ---- choosing one of the times


def test_one_press_books_the_time_offered_and_only_once(sylvie, guest, asked, desk, mails):
    refuse(sylvie, asked)
    link = link_in(mails("alice@example.be")[0]).partition("?")[0]
    for _ in range(3):
        assert guest.get(link + "?time=1").status_code == 200 and guest.head(link).status_code == 200
    assert Appointment.select().count() == 1  # whatever looks changes nothing
    wanted = queries.alternatives_of(asked.id, now=desk.now)
    _url, fields = form_of(soup(guest.get(link)), holding="csrf_token")
    first = guest.post(link, data={**fields, "position": "1"}, follow_redirects=True)
    assert first.status_code == 200 and "Votre rendez-vous est réservé" in soup(first).get_text(" ")
    assert guest.post(link, data={**fields, "position": "2"}).status_code == 409  # the link has been used
    again = guest.get(link)
    assert again.status_code == 200 and "déjà choisi" in again.get_data(as_text=True)
    made = Appointment.get(Appointment.id != asked.id)
    assert (made.status, made.starts, made.patient_id) == ("booked", wanted[1].starts, asked.patient_id)
    assert made.accepted
    assert Appointment.select().count() == 2


def test_a_time_that_was_taken_meanwhile_is_said_and_the_others_stay(sylvie, guest, asked, desk, mails):
    refuse(sylvie, asked)
    link = link_in(mails("alice@example.be")[0]).partition("?")[0]
    _url, fields = form_of(soup(guest.get(link)), holding="csrf_token")
    now = desk.now
    taken = queries.alternatives_of(asked.id, now=now)[0]
    offer = next(o for o in desk.offers() if o.schedule.id == taken.schedule_id)
    desk.book([offer], taken.starts, person=make_person(given_name="Rapide", niss=None))
    late = guest.post(link, data={**fields, "position": "0"})
    assert late.status_code == 409
    assert len(soup(late).select("#choices button[disabled]")) == 1
    assert guest.post(link, data={**fields, "position": "2"}, follow_redirects=True).status_code == 200
    assert Appointment.select().where(Appointment.status == "booked").count() == 1


@pytest.mark.parametrize("position", ["3", "-1", "x", "", "0 "])
def test_what_was_never_offered_cannot_be_chosen(sylvie, guest, asked, position):
    refuse(sylvie, asked)
    page = f"/appointments/{pages.token(asked.id)}"
    url = f"{page}/choice"
    _action, fields = form_of(soup(guest.get(page)), holding="csrf_token")
    assert guest.post(url, data={**fields, "position": position}).status_code == 409
    assert Appointment.select().count() == 1


# ---- nobody answers


def test_a_request_expires_once_and_both_are_told(asked, mails, clock, desk):
    mails()
    assert upkeep.expire_requests() == 0
    clock.move(minutes=asked.answer_by - to_minutes(desk.now))
    assert [upkeep.expire_requests(), upkeep.expire_requests()] == [1, 0]
    assert (state(asked).status, state(asked).cancel_kind) == ("cancelled", "expired")
    assert state(asked).starts in desk.starts(desk.offers()[:1], days=0, span=20)
    told = mails()
    assert {letter.to for letter in told[:2]} == {"alice@example.be", "accueil@lavande.example"}
    assert AuditEvent.select().where(AuditEvent.verb == "appointment.expire").count() == 1


def test_two_workers_at_the_same_time_end_it_once(app, asked, clock, desk, mails):
    mails()
    clock.move(minutes=asked.answer_by - to_minutes(desk.now))
    together, ended = threading.Barrier(2), []
    due = upkeep.unanswered

    def at_once(**asked_for):
        found = due(**asked_for)
        together.wait(timeout=30)  # both have read it before either ends it
        return found

    def work():
        with app.app_context(), connection():
            ended.append(upkeep.expire_requests())

    upkeep.unanswered = at_once
    try:
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    finally:
        upkeep.unanswered = due
    assert sorted(ended) == [0, 1]
    assert AuditEvent.select().where(AuditEvent.verb == "appointment.expire").count() == 1
    assert len([one for one in mails("alice@example.be") if "demande" in one.subject]) == 2  # asked, ended


def test_one_that_is_answered_at_the_last_moment_stays(asked, clock, desk):
    clock.move(minutes=asked.answer_by - to_minutes(desk.now))
    actions.approve(asked, by="account:x", now=desk.now)
    assert upkeep.expire_requests() == 0
    assert state(asked).status == "booked"


# ---- who may, and what a hand-made form can do


@pytest.mark.parametrize("who", ["visitor", "patient"])
@pytest.mark.parametrize("step", ["approval", "refusal", "questions"])
def test_nobody_but_the_desk_answers(guest, asked, clock, who, step):
    if who == "patient":
        sign_in_as(guest, make_account(), clock=clock)
    _url, fields = form_of(
        soup(guest.get("/sign-in" if who == "visitor" else "/account/details")), holding="csrf_token"
    )
    sent = {**fields, "version": "1", "status": "booked", "usual": "time", "question_0": "?"}
    assert guest.post(f"{INBOX}/{asked.id}/{step}", data=sent).status_code in (303, 403)
    assert state(asked).status == "proposed"


def test_a_person_cannot_confirm_their_own_request_by_any_form(guest, asked):
    """Status forging: whatever is posted to the pages of the person, the request stays one."""
    page = f"/appointments/{pages.token(asked.id)}"
    _url, fields = form_of(soup(guest.get(page)), holding="csrf_token")
    forged = {**fields, "status": "booked", "version": "1", "start": str(asked.starts), "position": "0"}
    for step in ("answers", "choice", "move", "move/holds"):
        assert guest.post(f"{page}/{step}", data=forged).status_code in (303, 409, 422), step
    assert state(asked).status == "proposed" and state(asked).starts == asked.starts
    guest.post(f"{page}/cancellation", data=fields)  # the control: what they may, they may
    assert (state(asked).status, state(asked).cancel_kind) == ("cancelled", "patient")


def test_the_practice_next_door_finds_nothing(app, client, asked, neighbour, clock):
    with practice_context(neighbour):
        member = make_member(neighbour, roles=("owner",), email="owner@voisin.example")
    there = "http://voisin.parvis.test"
    sign_in_as(client, member, clock=clock, host="voisin.parvis.test", staff=True)
    assert "Alice" not in client.get(INBOX, base_url=there).get_data(as_text=True)
    for step in ("refusal", "questions"):
        assert client.get(f"{INBOX}/{asked.id}/{step}", base_url=there).status_code == 404
    _url, fields = form_of(soup(client.get("/desk/patients", base_url=there)), holding="csrf_token")
    for step in ("approval", "refusal", "questions"):
        sent = {**fields, "version": "1", "usual": "time", "question_0": "?"}
        assert client.post(f"{INBOX}/{asked.id}/{step}", data=sent, base_url=there).status_code == 404
    assert client.get(f"/appointments/{pages.token(asked.id)}", base_url=there).status_code == 404
    assert state(asked).status == "proposed"
