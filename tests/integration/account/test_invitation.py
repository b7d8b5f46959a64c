"""A practice's invitation: the row says who, the mailbox proves it, and an account that exists is never taken over."""

import pytest

from app.identity.models import AccountConsent, PersonalDetails, Session
from app.kernel.db import connection
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import invite, token_of
from app.patients.models import Connection, PatientInvitation, TrustEvidence
from app.staff.models import Member
from tests.conftest import HOST, Browser
from tests.factories import make_patient
from tests.journey import form_of, soup
from tests.people import make_account, sign_in_as

ENGLISH = {"Accept-Language": "en"}
SECRET = "lampe onder kiosque marron"


@pytest.fixture
def patient(practice):
    with practice_context(practice):
        return make_patient(given_name="Aline", family_name="Maes", email="Aline@example.be")


@pytest.fixture
def path(app, services, practice, patient, clock):
    with practice_context(practice):
        made = invite(patient, by="account:somebody", sealer=services.sealer, now=clock.now())
        return f"/join/invitation/{token_of(made, sealer=services.sealer)}"


def text(response):
    return soup(response).main.get_text(" ", strip=True)


def accept(client, path, **changes):
    action, fields = form_of(soup(client.get(path)), holding="password")
    return client.post(action, data={**fields, "password": SECRET, "accept": "y", **changes})


def press(client, path, **changes):
    """The one button of somebody who is signed in."""
    page = soup(client.get(path))
    fields = {field["name"]: field.get("value", "") for field in page.main.select("form input[name]")}
    return client.post(path, data={**fields, **changes})


def connections(practice):
    with connection(), practice_context(practice):
        rows = [(row.account_id, row.patient_id) for row in Connection.select()]
        kinds = [(row.account_id, row.kind) for row in TrustEvidence.select()]
    return rows, kinds


def another_browser(app):
    app.test_client_class = Browser
    return app.test_client()


def test_only_a_password_is_chosen(client, practice, patient, path):
    page = soup(client.get(path, headers=ENGLISH))
    asked = {field["name"] for field in page.main.select("form input[name]")}
    assert asked == {"csrf_token", "shown_name", "password", "accept"}
    assert "Aline Maes" in page.get_text() and "Aline@example.be" in page.get_text()
    answer = accept(client, path)
    assert answer.status_code == 303 and answer.headers["Location"] == "/set-up"
    with connection():
        account = Account.get(Account.email == "aline@example.be")
        assert account.name == "Aline Maes"
        with account_context(account):
            assert {row.kind for row in AccountConsent.select()} == {"privacy", "conditions"}
            assert Session.get().stage == "setup"
            assert PersonalDetails.get().niss_sealed is None  # a mailbox does not prove whose number it is
    assert connections(practice) == ([(account.id, patient.id)], [(account.id, "invited")])


def test_nothing_in_the_form_changes_who_is_meant(client, practice, neighbour, patient, path):
    answer = accept(
        client,
        path,
        email="thief@example.be",
        given_name="Thief",
        patient=str(patient.id),
        practice=str(neighbour.id),
        roles="owner",
    )
    assert answer.status_code == 303
    with connection():
        account = Account.get()
        assert (account.email, account.name) == ("aline@example.be", "Aline Maes")
        for place in (practice, neighbour):
            with practice_context(place):
                assert Member.select().where(Member.account == account.id).count() == 0
    assert connections(neighbour) == ([], [])


def test_an_invitation_works_once(app, client, practice, path):
    assert accept(client, path).status_code == 303
    stranger = another_browser(app)
    late = stranger.get(path, headers=ENGLISH)
    assert late.status_code == 410 and "This invitation is over" in text(late)
    assert len(connections(practice)[0]) == 1


def test_it_is_good_for_two_weeks_and_for_this_practice_alone(client, clock, path):
    assert client.get(path, base_url=f"http://voisin.{HOST}").status_code == 410
    assert client.get(path, base_url=f"http://{HOST}").status_code == 404
    assert client.get(path).status_code == 200
    clock.move(days=14)
    assert client.get(path).status_code == 410


def test_a_newer_one_replaces_it(client, services, practice, patient, path, clock):
    with connection(), practice_context(practice):
        newer = invite(patient, by="account:somebody", sealer=services.sealer, now=clock.now())
    assert client.get(path).status_code == 410
    assert client.get(f"/join/invitation/{token_of(newer, sealer=services.sealer)}").status_code == 200


def test_an_address_with_an_account_must_sign_in_with_it(app, client, practice, patient, path, clock):
    owner = make_account(email="aline@example.be", given_name="Aline", family_name="Maes")
    page = client.get(path, headers=ENGLISH)
    assert "Sign in with it to accept" in text(page) and not soup(page).main.find("form")
    # logged out, with a form that was not offered
    fields = form_of(soup(client.get("/join")), holding="csrf_token")[1]
    client.post(path, data={"csrf_token": fields["csrf_token"], "password": SECRET, "accept": "y"})
    assert connections(practice) == ([], [])
    with connection():
        assert Account.get_by_id(owner.id).password_hash == owner.password_hash
    # signed in half-way
    halfway = another_browser(app)
    sign_in_as(halfway, owner, clock=clock, stage="second")
    halfway.post(path, data={"csrf_token": "x"})
    press(halfway, path)
    assert connections(practice) == ([], [])
    # as somebody else
    thief = another_browser(app)
    sign_in_as(thief, make_account(email="thief@example.be"), clock=clock)
    page = thief.get(path, headers=ENGLISH)
    assert page.status_code == 403 and "This invitation is for somebody else" in text(page)
    assert press(thief, path).status_code == 403
    assert connections(practice) == ([], [])
    # the control
    sign_in_as(client, owner, clock=clock)
    assert press(client, path).status_code == 303
    assert connections(practice) == ([(owner.id, patient.id)], [(owner.id, "invited")])


def test_the_button_needs_the_token_of_the_page(client, practice, path, clock):
    sign_in_as(client, make_account(email="aline@example.be"), clock=clock)
    assert client.post(path, data={"accept": "y"}).status_code == 400
    assert connections(practice) == ([], [])
    assert press(client, path).status_code == 303


def test_looking_accepts_nothing(client, practice, path, clock):
    sign_in_as(client, make_account(email="aline@example.be"), clock=clock)
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert connections(practice) == ([], [])
    with connection(), practice_context(practice):
        assert PatientInvitation.get().used_at is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("changes", [{"password": "short"}, {"password": "aline maes 1985"}, {"accept": ""}])
def test_what_is_wrong_is_said_and_the_invitation_stays(client, path, changes):
    action, fields = form_of(soup(client.get(path)), holding="password")
    sent = {key: value for key, value in {"password": SECRET, "accept": "y", **changes}.items() if value}
    assert client.post(action, data={**fields, **sent}).status_code == 422
    assert accept(client, path).status_code == 303
