"""Deleting an account: what goes, what stays, and that nothing brings it back."""

import re

import pytest

from app.account import farewell
from app.identity.actions import open_account
from app.identity.models import Erasure, Factor, PersonalDetails, Session
from app.kernel.cabinets import AccountModel
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, across_accounts, across_practices, practice_context
from app.patients import actions as patients
from app.patients.models import Connection, Patient
from app.worker import deliver_due
from tests.factories import NOW, make_patient
from tests.journey import soup
from tests.people import PASSWORD, SEALER, make_account, make_member, sign_in_as

PAGE = "/account/delete"


@pytest.fixture
def alice(inside, practice, clock):
    account = make_account(niss="85073099437")
    with practice_context(practice):
        patients.connect(account, make_patient(given_name="Alice").id, now=clock.now())
    return account


def leave(client, *, password=PASSWORD, sure="y"):
    page = soup(client.get(PAGE))
    form = next(form for form in page.find_all("form") if form.get("action") == PAGE)
    fields = {i["name"]: i.get("value", "") for i in form.find_all("input") if i["name"] == "csrf_token"}
    return client.post(PAGE, data={**fields, "password": password, **({"sure": sure} if sure else {})})


def rows_of(account_id):
    with across_accounts(reason="a test"):
        return sum(
            model.select().where(model.account == account_id).count()
            for model in AccountModel.__subclasses__()
        )


def test_own_data_go_and_the_practice_keeps_its_record(client, alice, practice, clock, services):
    sign_in_as(client, alice, clock=clock)
    page = client.get(PAGE).get_data(as_text=True)
    assert practice.name in page
    answer = leave(client)
    assert answer.status_code == 303
    reference = re.search(r"reference=([A-Z2-9-]+)", answer.headers["Location"])[1]
    assert reference in client.get(answer.headers["Location"]).get_data(as_text=True)
    assert Account.get_or_none(Account.id == alice.id) is None
    assert rows_of(alice.id) == 0
    with practice_context(practice):
        assert Patient.select().where(Patient.given_name == "Alice").count() == 1  # the practice's own
        assert Connection.select().count() == 0
    assert Erasure.get().reference == reference
    deliver_due()
    letter = services.mailer.letters[-1]
    assert letter.to == "alice@example.be" and reference in letter.text and practice.name in letter.text
    assert client.get("/account/people").status_code == 303  # signed out


def test_a_wrong_password_or_a_box_left_open_deletes_nothing(client, alice, clock):
    sign_in_as(client, alice, clock=clock)
    assert leave(client, password="something else entirely").status_code == 422
    assert leave(client, sure=None).status_code == 422
    assert Account.get_or_none(Account.id == alice.id) is not None
    assert leave(client).status_code == 303  # the control


def test_every_browser_is_out_at_once(client, app, alice, clock):
    sign_in_as(client, alice, clock=clock)
    other = app.test_client()
    sign_in_as(other, alice, clock=clock)
    assert other.get("/account/privacy").status_code == 200
    leave(client)
    assert other.get("/account/privacy").status_code == 303


def test_the_same_address_starts_empty(alice, clock, services):
    farewell.delete(alice, PASSWORD, language="fr", sealer=services.sealer, now=clock.now())
    again = open_account(
        email="alice@example.be", password_hash=None, given_name="A", family_name="D", language="fr", now=NOW
    )
    assert again.id != alice.id
    with account_context(again):
        assert Factor.select().count() == 0 and Session.select().count() == 0
        assert PersonalDetails.get().niss_sealed is None
    with across_practices(reason="a test"):
        assert Connection.select().count() == 0


def test_somebody_who_works_at_a_practice_stays_until_that_ends(client, practice, clock, inside):
    sylvie = make_member(practice)
    sign_in_as(client, sylvie, clock=clock, staff=True)
    assert practice.name in client.get(PAGE).get_data(as_text=True)
    with pytest.raises(farewell.StillWorksThere):
        farewell.delete(sylvie, PASSWORD, language="fr", sealer=SEALER, now=clock.now())
    assert Account.get_or_none(Account.id == sylvie.id) is not None


def test_of_somebody_who_worked_there_once_only_the_name_stays(practice, clock, inside, services):
    sylvie = make_member(practice, ends_on=NOW.date().replace(day=1), starts_on=NOW.date().replace(year=2025))
    farewell.delete(sylvie, PASSWORD, language="fr", sealer=services.sealer, now=clock.now())
    left = Account.get_by_id(sylvie.id)
    assert left.name == "Sylvie Renard" and left.password_hash is None and "sylvie" not in left.email
    assert rows_of(sylvie.id) == 0


def test_a_restored_backup_can_be_told_again(alice, clock, services):
    reference = farewell.delete(alice, PASSWORD, language="fr", sealer=services.sealer, now=clock.now())
    erased = Erasure.get(Erasure.reference == reference)
    Account.create(
        id=alice.id, email="alice@example.be", given_name="Alice", family_name="Dupont", created_at=NOW
    )  # as the backup has it
    assert farewell.again(erased, sealer=services.sealer, now=clock.now()) is True
    assert Account.get_or_none(Account.id == alice.id) is None
    assert farewell.again(erased, sealer=services.sealer, now=clock.now()) is False


def test_the_operator_keeps_the_list_of_who_left_and_applies_it_to_a_backup(app, alice, clock, services):
    farewell.delete(alice, PASSWORD, language="fr", sealer=services.sealer, now=clock.now())
    run = app.test_cli_runner()
    listed = run.invoke(args=["account", "erasures"]).output
    assert str(alice.id) in listed and "alice" not in listed.lower().replace(str(alice.id), "")
    Erasure.delete().where(Erasure.account_id == alice.id).execute()  # as the backup has it
    Account.create(
        id=alice.id, email="alice@example.be", given_name="Alice", family_name="Dupont", created_at=NOW
    )
    assert "again: 1" in run.invoke(args=["account", "erase-again"], input=listed).output
    assert Account.get_or_none(Account.id == alice.id) is None
    assert "again: 0" in run.invoke(args=["account", "erase-again"], input=listed).output
    assert run.invoke(args=["account", "erase-again"], input="nonsense\n").exit_code == 1
