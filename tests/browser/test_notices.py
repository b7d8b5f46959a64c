"""What one's practices tell: read, unread again, chosen by way, in one's own calendar; and when a practice reminds."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.residents import Resident, Room, at_home, let_in, settle
from tests.browser.steps import press

pytestmark = pytest.mark.browser
CLAIRE = Resident("claire@example.be", rooms=(Room(method="mail"), Room("", method="mail")))


@pytest.mark.parametrize("scripted", [True, False], ids=["scripted", "plain"])
def test_a_message_is_read_and_unread_again(visitor, portal, scripted):
    one = visitor("fr", PHONE, **({} if scripted else {"java_script_enabled": False}))
    page, site = one.page, let_in(one, settle(portal, CLAIRE)[0]["tokens"][0])
    one.open(f"{site}/account/messages")
    unread, counted = page.locator(".message-unread").count(), page.locator(".account-menu summary .count")
    page.locator(".message-unread .message-row, .message-row.message-unread").first.click()
    expect(page).to_have_url(re.compile(r"/account/messages/[0-9a-f-]{36}$"))
    one.check()
    if unread > 1:
        expect(counted).to_contain_text(str(unread - 1))
    else:
        expect(counted).to_have_count(0)
    page.locator("form[action$='/unread'] button").click()
    expect(page).to_have_url(re.compile(r"/account/messages\?done=unread$"))
    expect(page.locator(".message-unread")).to_have_count(unread)
    expect(counted).to_contain_text(str(unread))
    one.check()
    page.locator(".account-menu summary").click()
    page.locator(".account-menu a[href='/account/messages']").click()
    page.locator("a[href='/account/messages?show=unread']").click()
    expect(page.locator(".message-row")).to_have_count(unread)
    one.check()


def test_the_central_portal_says_which_practice_it_was(visitor, portal):
    one = visitor("de", NARROW, color_scheme="dark")
    one.language = "de"
    one.open(f"{let_in(one, settle(portal, CLAIRE)[0]['tokens'][1], slug='')}/account/messages?lang=de")
    expect(one.page.locator(".message-row").first).to_contain_text("Cabinet Lavande")


def test_sms_are_a_switch_for_whoever_has_a_mobile_number(visitor, portal):
    one = visitor("nl", PHONE)
    page, site = one.page, at_home(one, "sms@example.be", phone="0470 12 34 56")
    one.open(f"{site}/account/privacy")
    switch = page.locator("#messages [name=sms]")
    expect(switch).not_to_be_checked()
    switch.check()
    press(page, "/account/privacy/messages")
    expect(page).to_have_url(re.compile("done=messages"))
    expect(page.locator("#messages [name=sms]")).to_be_checked()
    one.check()


def test_a_calendar_reads_the_secret_address_until_it_is_taken_back(visitor, portal):
    one = visitor("fr", DESKTOP)
    page, site = one.page, let_in(one, settle(portal, CLAIRE)[0]["tokens"][0])
    one.open(f"{site}/account/privacy")
    page.locator("a[href='/account/calendar']").click()
    one.check()
    press(page, "/account/calendar")
    address = page.locator("code.key").text_content()
    one.check()
    program = visitor("fr").context.request  # without a cookie
    answer = program.get(address)
    assert answer.ok and "text/calendar" in answer.headers["content-type"]
    assert "SUMMARY:Cabinet Lavande" in answer.text() and "BEGIN:VEVENT" in answer.text()
    page.goto(f"{site}/account/calendar")
    expect(page.locator("main")).not_to_contain_text(address)
    press(page, "/account/calendar/revocation")
    expect(page).to_have_url(re.compile("done=revoked"))
    one.check()
    assert program.get(address).status == 404


@pytest.mark.parametrize("scripted", [True, False], ids=["scripted", "plain"])
def test_an_owner_chooses_when_the_practice_reminds(visitor, portal, scripted):
    one = visitor("fr", PHONE, **({} if scripted else {"java_script_enabled": False}))
    owner = Resident("aline@lavande.example", rooms=(Room(staff=True),))
    page, site = one.page, let_in(one, settle(portal, owner)[0]["tokens"][0])
    one.allowed = {422}
    one.open(f"{site}/settings/reminders")
    for lead in (10080, 4320, 1440):
        page.locator(f"[name=mail_{lead}]").check()
    press(page, "/settings/reminders")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=mail_10080]")).to_be_checked()
    one.check()
    page.locator("[name=mail_10080]").uncheck()
    page.locator("[name=sms_120]").check()
    press(page, "/settings/reminders")
    expect(page).to_have_url(re.compile(r"/settings/reminders\?done=1$"))
    for name, on in (("mail_10080", False), ("mail_4320", True), ("mail_1440", True), ("sms_120", True)):
        expect(page.locator(f"[name={name}]")).to_be_checked(checked=on)
    one.check()
