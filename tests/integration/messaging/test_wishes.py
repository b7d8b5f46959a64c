"""Who chooses what: the practice when it reminds, the person by which way, a guest whether at all."""

import pytest

from app.adapters.sms.none import NoSms
from app.identity.details import wants
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.messaging import due, plans
from app.messaging.models import ReminderRefusal
from app.messaging.upkeep import post_reminders
from tests.conftest import HOST
from tests.delivery import deliver_all, emptied
from tests.integration.account.mailbox import link_in
from tests.integration.messaging.world import go, visit
from tests.journey import form_of, soup
from tests.people import make_account, make_member, sign_in_as

SETTINGS = "/settings/reminders"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def owner(client, practice, clock):
    account = make_member(practice, roles=("owner",), email="owner@lavande.example")
    sign_in_as(client, account, clock=clock, staff=True)
    return client


def plan_of(practice):
    with connection(), practice_context(practice):
        return plans.current()


# ---- the practice ------------------------------------------------------------------------------------------------


def test_an_owner_chooses_leads_and_ways(owner, practice, neighbour):
    action, fields = form_of(soup(owner.get(SETTINGS)), holding="version")
    assert "mail_1440" in fields and "sms_1440" not in fields  # as most practices do
    fields |= {"mail_4320": "y", "sms_120": "y", "sms_changes": "y"}
    assert owner.post(action, data=fields).headers["Location"] == f"{SETTINGS}?done=1"
    found = plan_of(practice)
    assert (found.mail, found.sms, found.sms_changes) == ((3 * due.DAY, due.DAY), (120,), True)
    assert plan_of(neighbour) == plans.USUAL
    _, again = form_of(soup(owner.get(SETTINGS)), holding="version")
    assert {"mail_4320", "mail_1440", "sms_120", "sms_changes"} <= set(again)
    with practice_context(practice):
        assert AuditEvent.select().where(AuditEvent.verb == "reminders.change").count() == 1


def test_too_many_are_refused_and_what_was_ticked_stays(owner, practice):
    action, fields = form_of(soup(owner.get(SETTINGS)), holding="version")
    answer = owner.post(action, data={**fields, "mail_4320": "y", "mail_10080": "y"}, headers=ENGLISH)
    assert answer.status_code == 422 and "at most 2 reminders" in soup(answer).get_text()
    assert {"mail_4320", "mail_10080"} <= set(form_of(soup(answer), holding="version")[1])
    assert plan_of(practice) == plans.USUAL


@pytest.mark.parametrize("first", [True, False])
def test_two_owners_do_not_undo_each_other(owner, practice, first):
    if not first:
        action, fields = form_of(soup(owner.get(SETTINGS)), holding="version")
        owner.post(action, data=fields)
    action, fields = form_of(soup(owner.get(SETTINGS)), holding="version")
    assert owner.post(action, data={**fields, "mail_120": "y"}).status_code == 303
    late = owner.post(action, data={**fields, "mail_4320": "y"})
    assert late.status_code == 409
    assert plan_of(practice).mail == (due.DAY, 120)


@pytest.mark.parametrize("odd", [{"mail_7": "y"}, {"version": "x" * 99}, {"sms_changes": "\x00"}])
def test_invented_fields_break_nothing(owner, odd):
    action, fields = form_of(soup(owner.get(SETTINGS)), holding="version")
    assert owner.post(action, data={**fields, **odd}).status_code in (303, 409, 422)


def test_where_no_sms_are_sent_none_are_offered_and_what_was_chosen_stays(
    owner, app, services, practice, clock
):
    with connection(), practice_context(practice):
        plans.save(plans.Plan(sms=(120,)), by="operator", now=clock.now())
    from dataclasses import replace

    app.extensions["parvis.services"] = replace(services, sms=NoSms())
    page = soup(owner.get(SETTINGS))
    assert not page.select('[name^="sms_"]')
    action, fields = form_of(page, holding="version")
    assert owner.post(action, data={**fields, "sms_240": "y"}).status_code == 303
    assert plan_of(practice).sms == (120,)


@pytest.mark.parametrize("role", ["receptionist", "practitioner"])
def test_only_owners_choose(client, practice, clock, role):
    account = make_member(practice, roles=(role,), email=f"{role}@lavande.example")
    sign_in_as(client, account, clock=clock, staff=True)
    assert client.get(SETTINGS).status_code == 403
    assert client.get("/desk/day").status_code == 200  # the control


# ---- the person --------------------------------------------------------------------------------------------------


def messages_form(client):
    page = soup(client.get("/account/privacy", headers=ENGLISH))
    return page.select_one("#messages").get_text(" ", strip=True), form_of(page, holding="before")


def test_sms_are_offered_to_whoever_has_a_mobile_number(client, clock, app):
    alice = make_account(phone="0470 12 34 56")
    sign_in_as(client, alice, clock=clock)
    words, (action, fields) = messages_form(client)
    assert "+32470123456" in words and "sms" not in fields  # off until chosen
    with connection():
        assert not wants(alice.id, "sms")
    assert client.post(action, data={**fields, "sms": "y"}).status_code == 303
    with connection():
        assert wants(alice.id, "sms") and wants(alice.id, "reminders")


@pytest.mark.parametrize("phone", [None, "081 22 33 44"])
def test_without_one_the_page_says_where_to_give_it(client, clock, app, phone):
    sign_in_as(client, make_account(phone=phone), clock=clock)
    words, _ = messages_form(client)
    assert "add a mobile number" in words and "Also by SMS" not in words


# ---- a guest -----------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(inside, client, services, clock, practice):
    visit(practice, "2026-11-24 14:30", contact_email="Guest@example.be")
    go(clock, "2026-11-23 14:30")
    return leave_now(services)[0]


def leave_now(services):
    post_reminders()
    deliver_all()
    return emptied(services.mailer.letters)


def refusals(practice):
    with connection(), practice_context(practice):
        return ReminderRefusal.select().count()


def test_a_guest_stops_reminders_by_confirming_and_may_come_back(letter, client, services, clock, practice):
    link = link_in(letter, "/reminders/")
    page = soup(client.get(link, headers=ENGLISH))
    assert "G…@example.be" in page.get_text() and "Guest@" not in page.get_text()
    assert refusals(practice) == 0  # looking does nothing
    action, fields = form_of(page, holding="want")
    stopped = soup(client.post(action, data=fields, headers=ENGLISH, follow_redirects=True))
    assert "sends no more reminders" in stopped.get_text()
    client.post(action, data=fields)  # twice is once
    assert refusals(practice) == 1
    visit(practice, "2026-11-27 10:00", contact_email="guest@EXAMPLE.be")
    visit(practice, "2026-11-27 11:00", contact_email="other@example.be")
    go(clock, "2026-11-26 11:00")
    assert [one.to for one in leave_now(services)] == ["other@example.be"]
    action, fields = form_of(stopped, holding="want")
    client.post(action, data=fields)
    assert refusals(practice) == 0
    visit(practice, "2026-12-01 10:00", contact_email="guest@example.be")
    go(clock, "2026-11-30 10:00")
    assert len(leave_now(services)) == 1


def test_it_stops_them_at_that_practice_alone(letter, client, services, clock, practice, neighbour):
    action, fields = form_of(soup(client.get(link_in(letter, "/reminders/"))), holding="want")
    client.post(action, data=fields)
    visit(neighbour, "2026-11-27 10:00", contact_email="guest@example.be")
    go(clock, "2026-11-26 10:00")
    assert len(leave_now(services)) == 1
    assert client.get(action, base_url=f"http://voisin.{HOST}").status_code == 404
    assert client.get(action).status_code == 200  # the control


@pytest.mark.parametrize("token", ["x", "WyJ4Il0.abc", "%00", "a" * 500])
def test_an_invented_link_opens_nothing(client, token):
    assert client.get(f"/reminders/{token}").status_code == 404


def test_a_link_for_an_appointment_does_not_stop_reminders(letter, client, practice):
    token = link_in(letter, "/appointments/").rsplit("/", 1)[1]
    assert client.get(f"/reminders/{token}").status_code == 404


@pytest.mark.parametrize("want", ["", "x", "again' OR 1=1"])
def test_an_invented_wish_is_refused(letter, client, practice, want):
    action, fields = form_of(soup(client.get(link_in(letter, "/reminders/"))), holding="want")
    assert client.post(action, data={**fields, "want": want}).status_code == 400
    assert refusals(practice) == 0
