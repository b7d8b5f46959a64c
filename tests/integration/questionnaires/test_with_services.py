"""A questionnaire tied to a service goes by itself with a booking, once, and leaves with it."""

from datetime import timedelta

import pytest

from app.booking.events import AppointmentBooked, AppointmentCancelled, AppointmentRequested
from app.booking.models import Appointment
from app.directory.models import HealthcareService
from app.kernel.audit import AuditEvent
from app.kernel.db import connection, write_tx
from app.kernel.events import publish
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.messaging.models import Communication
from app.questionnaires import actions, queries
from app.questionnaires.models import QuestionnaireResponse, ServiceQuestionnaire
from tests.delivery import deliver_for
from tests.factories import make_appointment, make_patient
from tests.integration.messaging.world import tie as connect
from tests.integration.questionnaires.asking import BY, published
from tests.journey import book, form_of, soup
from tests.people import NOW, SEALER, make_account, make_member, sign_in_as

HERE = "/settings/questionnaires"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
MINUTES = 29_925_480


@pytest.fixture
def known(practice):
    return published(practice)


@pytest.fixture
def tied(practice, known):
    """The known questionnaire, sent with every service of Lavande."""

    def tie(months=None, which=known):
        with connection(), practice_context(practice):
            for service in HealthcareService.select():
                actions.tie(service, which.row, months, by=BY, now=NOW)

    tie()
    return tie


@pytest.fixture
def owner(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    return client


def visit(practice, patient, *, kind=AppointmentBooked, starts=MINUTES, now=NOW, **more):
    """An appointment, as booking one makes it known."""
    with connection(), practice_context(practice), write_tx():
        made = make_appointment(patient=patient.id, starts=starts, **more)
        publish(kind(made.id, made.practitioner_id, now))
        return made


def sent(practice):
    with connection(), practice_context(practice):
        return list(QuestionnaireResponse.select().order_by(QuestionnaireResponse.sent_at))


def answer(practice, row, *, now=NOW):
    with connection(), practice_context(practice):
        actions.submit(row, {}, by="guest", sealer=SEALER, now=now)


# ---- with a booking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [AppointmentBooked, AppointmentRequested])
def test_it_goes_with_a_booking_and_with_a_request_as_a_message_and_a_mail(
    app, practice, services, tied, kind
):
    alice = make_account()
    visit(practice, connect(alice, practice), kind=kind)
    (row,) = sent(practice)
    assert row.sent_by == "portal" and row.status == "in-progress" and row.token_hash is None
    with connection(), practice_context(practice):
        assert Communication.get(Communication.kind == "questionnaire").payload["questionnaire"] == str(
            row.id
        )
    deliver_for(app)
    (letter,) = [one for one in services.mailer.letters if str(row.id) in one.text]
    assert letter.to == alice.email
    for word in ("Avant la première visite", "douleur", "médecin"):
        assert word not in letter.text + letter.html + letter.subject


@sqlite
def test_a_guest_books_through_the_pages_and_gets_a_link_that_waits_for_the_undo(client, practice, tied):
    assert book(client).status_code == 200
    (row,) = sent(practice)
    assert row.contact_email == "alice@example.be" and row.token_hash
    with connection(), practice_context(practice):
        due = {one.event: one.due_at for one in Outbox.select()}
        assert due["questionnaire"] == due["appointment-booked"]


@sqlite
def test_a_practice_that_begins_to_send_is_heard_at_once_and_one_that_ends_too(
    client, practice, known, clock
):
    book(client)
    assert not sent(practice)
    with connection(), practice_context(practice):
        for service in HealthcareService.select():
            actions.tie(service, known.row, 0, by=BY, now=NOW)
    book(client, which=2)
    assert len(sent(practice)) >= 1
    with connection(), practice_context(practice):
        count = len(sent(practice))
        for row in queries.ties():
            actions.untie(row, by=BY, now=NOW)
    book(client, which=3)
    assert len(sent(practice)) == count


@sqlite
def test_without_account_or_address_it_waits_in_the_file_and_the_desk_reads_so(
    app, client, practice, clock, tied
):
    patient = make_patient_of(practice)
    visit(practice, patient, contact_email=None)
    (row,) = sent(practice)
    assert row.contact_email is None and row.token_hash is None
    with connection():
        assert not Outbox.select().where(Outbox.event == "questionnaire").exists()
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    page = client.get(f"/desk/patients/{patient.id}/questionnaires").text
    assert "Attend dans le dossier" in page and "avec le rendez-vous" in page
    alice = make_account()
    connect(alice, practice, patient=patient)
    browser = app.test_client()
    sign_in_as(browser, alice, clock=clock)
    assert f"/questionnaires/{row.id}" in browser.get("/questionnaires").text
    assert "Attend dans le dossier" not in client.get(f"/desk/patients/{patient.id}/questionnaires").text


def make_patient_of(practice, **more):
    with connection(), practice_context(practice):
        return make_patient(**{"email": None, **more})


@sqlite
def test_whoever_has_it_to_answer_is_not_asked_twice(practice, tied):
    patient = make_patient_of(practice)
    visit(practice, patient)
    visit(practice, patient, starts=MINUTES + 1440)
    assert len(sent(practice)) == 1


@sqlite
def test_answered_it_comes_again_after_the_months_the_practice_chose(practice, tied):
    patient = make_patient_of(practice)
    visit(practice, patient)
    answer(practice, sent(practice)[0])
    later = NOW + timedelta(days=200)
    visit(practice, patient, starts=MINUTES + 1440, now=later)
    assert len(sent(practice)) == 1  # once
    tied(months=12)
    visit(practice, patient, starts=MINUTES + 2880, now=later)
    assert len(sent(practice)) == 1
    tied(months=6)
    visit(practice, patient, starts=MINUTES + 4320, now=later)
    assert len(sent(practice)) == 2
    tied(months=0)
    answer(practice, sent(practice)[1], now=later)
    visit(practice, patient, starts=MINUTES + 5760, now=later)
    assert len(sent(practice)) == 3


@sqlite
def test_a_new_version_is_asked_once_more(practice, known, tied):
    patient = make_patient_of(practice)
    visit(practice, patient)
    answer(practice, sent(practice)[0])
    with connection(), practice_context(practice):
        actions.start_draft(queries.known(known.row.id), by=BY, now=NOW)
        actions.publish_draft(queries.known(known.row.id), seen=1, by=BY, now=NOW)
    visit(practice, patient, starts=MINUTES + 1440)
    assert len(sent(practice)) == 2


@sqlite
def test_what_is_archived_or_tied_to_nothing_is_not_sent(practice, known, tied):
    with connection(), practice_context(practice):
        actions.archive(queries.known(known.row.id), by=BY, now=NOW)
    visit(practice, make_patient_of(practice))
    assert not sent(practice)


@sqlite
def test_a_booking_that_is_taken_back_takes_it_along(practice, tied):
    made = visit(practice, make_patient_of(practice, email="x@example.be"))
    end(practice, made)
    (row,) = sent(practice)
    assert row.status == "stopped" and row.stopped_at == NOW


def end(practice, made):
    with connection(), practice_context(practice), write_tx():
        publish(AppointmentCancelled(made.id, made.practitioner_id, False, NOW, "patient"))


@sqlite
def test_what_was_begun_or_is_needed_for_the_next_visit_stays(practice, tied):
    patient = make_patient_of(practice)
    first = visit(practice, patient)
    second = visit(practice, patient, starts=MINUTES + 1440)
    end(practice, first)
    (row,) = sent(practice)
    assert row.status == "in-progress" and row.appointment_id == second.id
    with connection(), practice_context(practice):
        Appointment.update(
            status="cancelled", cancel_kind="patient", cancelled_at=NOW, cancelled_by="guest"
        ).where(Appointment.id == first.id).execute()
        actions.keep_draft(row, {}, sealer=SEALER, now=NOW)
    end(practice, second)
    assert sent(practice)[0].status == "in-progress"


# ---- the owner's page -------------------------------------------------------------------------------------------


@sqlite
def test_the_owner_chooses_on_one_page_and_both_other_pages_say_it(owner, practice, known):
    action, fields = form_of(soup(owner.get(HERE)), holding="months")
    with connection(), practice_context(practice):
        service = HealthcareService.select().first()
    chosen = {"service": str(service.id), "questionnaire": str(known.row.id), "months": "12"}
    assert owner.post(action, data={**fields, **chosen}).status_code == 303
    assert "12 mois" in soup(owner.get(HERE)).select_one("main .list").text
    assert (
        "Avant la première visite"
        in soup(owner.get(f"/settings/services/{service.id}")).select_one("#questionnaires").text
    )
    assert (
        service.name["fr"]
        in soup(owner.get(f"/desk/questionnaires/{known.row.id}")).select_one(".page-head").text
    )
    assert owner.post(action, data={**fields, **chosen, "months": "3"}).status_code == 303  # no second row
    with connection(), practice_context(practice):
        (row,) = ServiceQuestionnaire.select()
        assert row.months == 3
        assert AuditEvent.select().where(AuditEvent.verb == "service-questionnaire.tie").count() == 2
    assert (
        owner.post(f"{HERE}/{row.id}/removal", data={"csrf_token": fields["csrf_token"]}).status_code == 303
    )
    assert (
        owner.post(f"{HERE}/{row.id}/removal", data={"csrf_token": fields["csrf_token"]}).status_code == 404
    )
    assert "Rien ne part" in owner.get(HERE).text


@sqlite
@pytest.mark.parametrize(
    "wrong", [{"service": "x"}, {"questionnaire": ""}, {"months": "7"}, {"service": "\ufffd", "months": "-1"}]
)
def test_what_is_not_of_the_lists_is_refused_and_the_rest_stays(owner, practice, known, wrong):
    action, fields = form_of(soup(owner.get(HERE)), holding="months")
    with connection(), practice_context(practice):
        service = HealthcareService.select().first()
    chosen = {"service": str(service.id), "questionnaire": str(known.row.id), "months": "12"}
    answer = owner.post(action, data={**fields, **chosen, **wrong})
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary")
    with connection(), practice_context(practice):
        assert not ServiceQuestionnaire.select().exists()


@sqlite
def test_a_service_or_a_questionnaire_of_the_neighbour_cannot_be_tied(owner, practice, neighbour, known):
    theirs = published(neighbour)
    with connection(), practice_context(neighbour):
        service = HealthcareService.select().first()
    action, fields = form_of(soup(owner.get(HERE)), holding="months")
    with connection(), practice_context(practice):
        own = HealthcareService.select().first()
    for one, other in ((own, theirs), (service, known)):
        foreign = {"service": str(one.id), "questionnaire": str(other.row.id), "months": ""}
        assert owner.post(action, data={**fields, **foreign}).status_code == 422
    fine = {"service": str(own.id), "questionnaire": str(known.row.id), "months": ""}
    assert owner.post(action, data={**fields, **fine}).status_code == 303
