"""At the counter or on the telephone a member writes down what the patient says, under their own name."""

import pytest

from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from app.questionnaires import actions, queries
from app.questionnaires.models import QuestionnaireAuthor, QuestionnaireResponse
from app.questionnaires.refusals import BegunByThem
from app.staff.models import Member
from tests.factories import make_appointment, make_patient
from tests.integration.messaging.world import tie
from tests.integration.questionnaires.asking import BY, FILLED, LONG, SHORT, published, sent
from tests.journey import form_of, soup
from tests.people import NOW, SEALER, make_account, make_member, sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def known(practice):
    return published(practice)


@pytest.fixture
def alice(practice):
    alice = make_account()
    alice.file = tie(alice, practice, email="alice@example.be")
    return alice


@pytest.fixture
def desk(client, practice, clock):
    """A receptionist."""
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    return client


def page_of(patient, known):
    return f"/desk/patients/{patient.id}/questionnaires/together/{known.published.id}"


def fill(desk, page, **more):
    action, fields = form_of(soup(desk.get(page)), holding="way")
    return desk.post(action, data={**fields, "way": "telephone", **FILLED, **more})


def rows(practice):
    with connection(), practice_context(practice):
        return list(QuestionnaireResponse.select())


@sqlite
def test_reception_writes_down_and_everybody_reads_who_did(app, desk, practice, clock, alice, known):
    listed = soup(desk.get(f"/desk/patients/{alice.file.id}/questionnaires"))
    page = listed.select_one("#together a")["href"]
    assert page == page_of(alice.file, known)
    answer = fill(desk, page)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?done=written")
    (row,) = rows(practice)
    assert row.status == "completed" and row.read_at == NOW and row.saved_at == NOW
    with connection(), practice_context(practice):
        author = QuestionnaireAuthor.get()
        assert (author.response_id, author.way) == (row.id, "telephone")
        verbs = [one.verb for one in AuditEvent.select().order_by(AuditEvent.seq)]
        assert verbs.count("questionnaire.write-down") == 1 and "questionnaire.answer" in verbs
        assert "written-down" in {one.what for one in AccessEntry.select()}
        assert not Outbox.select().where(Outbox.event == "questionnaire").exists()  # nobody is asked by mail
    said = "Noté par Sylvie Renard, dicté au téléphone"
    assert said in desk.get(f"/desk/patients/{alice.file.id}/questionnaires").text
    browser = app.test_client()
    sign_in_as(browser, alice, clock=clock)
    mine = browser.get(f"/questionnaires/{row.id}")
    assert said in mine.text and "Dr Peeters" in mine.text


@sqlite
def test_reception_reads_no_answers_and_a_practitioner_does(app, desk, practice, clock, alice, known):
    fill(desk, page_of(alice.file, known))
    (row,) = rows(practice)
    answers = f"/desk/patients/{alice.file.id}/questionnaires/{row.id}"
    listed = desk.get(f"/desk/patients/{alice.file.id}/questionnaires").text
    assert answers not in listed and "Dr Peeters" not in listed
    assert desk.get(answers).status_code == 403
    browser = app.test_client()
    sign_in_as(
        browser,
        make_member(practice, roles=("practitioner",), email="p@lavande.example"),
        clock=clock,
        staff=True,
    )
    page = browser.get(answers).text
    assert "Dr Peeters" in page and "Noté par Sylvie Renard" in page


@sqlite
def test_what_waits_for_the_patient_is_the_one_that_is_filled_in(desk, practice, alice, known):
    waiting = sent(practice, alice.file, known)
    assert fill(desk, page_of(alice.file, known)).status_code == 303
    (row,) = rows(practice)
    assert row.id == waiting and row.status == "completed"


def test_what_the_patient_began_is_never_overwritten(practice, alice, known, inside):
    waiting = sent(practice, alice.file, known)
    with connection(), practice_context(practice):
        make_account(email="s@lavande.example")
    member = member_of(practice)
    with connection(), practice_context(practice):
        row = QuestionnaireResponse.get_by_id(waiting)
        actions.keep_draft(row, {"a" * 32: "le mien"}, sealer=SEALER, now=NOW)
        told = {"member": member, "way": "counter", "sealer": SEALER, "now": NOW}
        with pytest.raises(BegunByThem):
            actions.write_down(known.published, alice.file, {"a" * 32: "le leur"}, **told)
        row = QuestionnaireResponse.get_by_id(waiting)
        assert row.status == "in-progress" and not QuestionnaireAuthor.select().exists()
        assert actions.answers_of(row, sealer=SEALER) == {"a" * 32: "le mien"}
        actions.take_back(row, by=BY, now=NOW)  # the way out: a new one, written down together
        actions.write_down(known.published, alice.file, {"a" * 32: "le leur"}, **told)
        assert QuestionnaireAuthor.select().count() == 1


def member_of(practice):
    make_member(practice, roles=("receptionist",), email="r@lavande.example")
    with connection(), practice_context(practice):
        return Member.get()


@sqlite
def test_a_page_that_was_open_meanwhile_is_refused_with_everything_typed(desk, practice, alice, known):
    waiting = sent(practice, alice.file, known)
    page = page_of(alice.file, known)
    action, fields = form_of(soup(desk.get(page)), holding="way")
    with connection(), practice_context(practice):
        actions.keep_draft(QuestionnaireResponse.get_by_id(waiting), {}, sealer=SEALER, now=NOW)
    answer = desk.post(action, data={**fields, **FILLED})
    assert answer.status_code == 409
    assert soup(answer).find("textarea", attrs={"name": LONG}).get_text().strip() == FILLED[LONG]
    assert soup(desk.get(page)).select_one("[role=alert]") and desk.get(page).status_code == 409


@sqlite
@pytest.mark.parametrize("wrong", [{SHORT: ""}, {"way": "smoke"}, {"way": ""}])
def test_what_is_missing_is_said_and_nothing_is_saved(desk, practice, alice, known, wrong):
    answer = fill(desk, page_of(alice.file, known), **wrong)
    assert answer.status_code == 422
    said = soup(answer).select_one(".error-summary").get_text()
    assert (" – Répondez à cette question." in said) is (SHORT in wrong)  # after the question it is about
    assert not rows(practice)


@sqlite
def test_an_older_version_that_waits_is_the_one_to_answer(desk, practice, alice, known):
    sent(practice, alice.file, known)
    with connection(), practice_context(practice):
        actions.start_draft(queries.known(known.row.id), by=BY, now=NOW)
        actions.publish_draft(queries.known(known.row.id), seen=1, by=BY, now=NOW)
        newer = queries.known(known.row.id)
    answer = desk.get(page_of(alice.file, newer))
    assert answer.status_code == 303 and answer.headers["Location"].endswith(page_of(alice.file, known))


@sqlite
def test_a_draft_of_the_practice_and_the_neighbours_are_not_there(desk, practice, neighbour, alice, known):
    theirs = published(neighbour)
    with connection(), practice_context(neighbour):
        stranger = make_patient()
    assert desk.get(page_of(alice.file, theirs)).status_code == 404
    assert desk.get(page_of(stranger, known)).status_code == 404
    with connection(), practice_context(practice):
        actions.start_draft(queries.known(known.row.id), by=BY, now=NOW)
        draft = queries.known(known.row.id).draft
    assert desk.get(f"/desk/patients/{alice.file.id}/questionnaires/together/{draft.id}").status_code == 404
    assert desk.get(page_of(alice.file, known)).status_code == 200


@sqlite
def test_with_a_request_the_practice_is_not_told_what_it_wrote_itself(desk, practice, alice, known):
    with connection(), practice_context(practice):
        request = make_appointment(
            patient=alice.file.id, status="proposed", starts=29_940_000, answer_by=29_900_000
        )
    sent(practice, alice.file, known, appointment=request)
    assert fill(desk, page_of(alice.file, known)).status_code == 303
    with connection():
        assert not Outbox.select().where(Outbox.event == "request-answered").exists()
