"""How people get an account, get into it, and get in again when something is forgotten."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import PASSWORD
from tests.browser.residents import Resident, Room, let_in, settle
from tests.browser.steps import fresh_code, give_code, give_password, press, sign_out

pytestmark = pytest.mark.browser
WORDS = "sept parapluies bleus dans la neige"
ELISE = {
    "given_name": "Élise",
    "family_name": "Noël-Dupré",
    "email": "elise.noel@example.be",
    "niss": "91.04.12-993.05",  # the last digit is mistyped
    "username": "elise",
    "password": "court",
}


def test_a_newcomer_joins_on_a_telephone_and_comes_back(visitor, portal):
    phone, site = visitor("fr", PHONE), portal.site("lavande")
    page = phone.page
    phone.allowed = {422}
    phone.open(f"{site}/sign-in")
    page.locator("main a[href^='/join']").click()
    phone.check()
    for name, value in ELISE.items():
        page.locator(f"[name={name}]").fill(value)
    press(page, "/join")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary li")).to_have_count(3)
    for name in ("niss", "password", "accept"):
        expect(page.locator(f".error-summary a[href='#{name}']")).to_be_visible()
    for name, value in ELISE.items():
        expect(page.locator(f"[name={name}]")).to_have_value("" if name == "password" else value)
    phone.check()

    page.locator("[name=niss]").fill("91.04.12-993.04")
    page.locator("[name=password]").fill(WORDS)
    page.locator("[name=accept]").check()
    press(page, "/join")
    expect(page).to_have_url(re.compile("/join/sent"))
    phone.check()
    phone.open(portal.link(ELISE["email"], "/join/"))
    page.locator("[name=password]").fill("un autre mot de passe")
    page.locator("[name=accept]").check()
    press(page, "/join/")
    expect(page.locator(".error-summary a[href='#password']")).to_be_visible()
    page.locator("[name=password]").fill(WORDS)
    press(page, "/join/")
    expect(page).to_have_url(re.compile("/set-up$"))
    page.goto(f"{site}/account/privacy")  # nothing else is reachable before
    expect(page).to_have_url(re.compile("/set-up"))

    page.locator("a.method[href^='/set-up/app']").click()
    page.locator("main summary").click()
    secret = "".join(page.locator(".key span").all_inner_texts())
    phone.check()
    page.locator("[name=code]").fill(fresh_code(ELISE["email"], secret))
    press(page, "/set-up/app")
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    press(page, "/set-up/recovery-codes")
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    phone.check()
    page.locator("a[href^='/set-up/done']").click()
    page.locator(".actions a").last.click()
    phone.open(f"{site}/account")
    expect(page.locator(".account-menu summary")).to_contain_text("Élise")
    name = page.get_by_text(re.compile(r"^elise\d{4}$")).inner_text()
    phone.open(f"{site}/account/privacy")  # a number opens nobody's file
    expect(page.locator("#connections .setting")).to_have_count(0)

    sign_out(phone)
    phone.check()
    give_password(phone, site, name, WORDS)
    phone.check()
    give_code(phone, fresh_code(ELISE["email"], secret))
    expect(page).to_have_url(re.compile("/me$"))

    sign_out(phone)
    give_password(phone, site, ELISE["email"].upper(), WORDS)
    page.locator("main details summary").click()
    page.locator("a.method[href*='with=recovery']").click()
    phone.check()
    give_code(phone, codes[3].lower().replace("-", " "))
    expect(page).to_have_url(re.compile("/sign-in/recovery-code-used"))
    expect(page.locator("main")).to_contain_text("9")
    phone.check()
    sign_out(phone)
    give_password(phone, site, name, WORDS)
    page.goto(f"{site}/sign-in/second?with=recovery")
    give_code(phone, codes[3])  # each code once
    expect(page.locator(".error-summary")).to_be_visible()
    phone.check()


def test_somebody_without_a_belgian_number_joins_without_a_script(visitor, portal):
    one, email = visitor("de", DESKTOP, java_script_enabled=False), "greta@example.de"
    page = one.page
    one.allowed = {422}
    one.open(f"{portal.url}/join")
    expect(page.locator("[name=birth_date]")).to_be_hidden()
    page.locator("[name=number][value=none]").check(force=True)
    expect(page.locator("[name=birth_date]")).to_be_visible()
    expect(page.locator("[name=niss]")).to_be_hidden()
    filled = {"given_name": "Greta", "family_name": "Groß", "email": email, "birth_date": "3.5.1992"}
    for name, value in {**filled, "password": "sieben blaue Schirme im Schnee"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()
    press(page, "/join")
    expect(page.locator(".error-summary a[href='#country']")).to_be_visible()
    one.check()
    page.locator("[name=country]").select_option("DE")
    page.locator("[name=password]").fill("sieben blaue Schirme im Schnee")
    page.locator("[name=accept]").check()
    press(page, "/join")
    one.check()
    one.open(portal.link(email, "/join/"))
    page.locator("[name=password]").fill("sieben blaue Schirme im Schnee")
    page.locator("[name=accept]").check()
    press(page, "/join/")

    page.locator("a.method[href^='/set-up/mail']").click()
    one.check()
    press(page, "/set-up/mail/send")
    one.check()
    page.locator("[name=code]").fill("12345678")
    press(page, "/set-up/mail")
    expect(page.locator(".error-summary")).to_be_visible()
    one.check()
    page.locator("[name=code]").fill(portal.code(email))
    press(page, "/set-up/mail")
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    page.locator("a[href^='/set-up/done']").click()
    one.check()
    page.goto(f"{portal.url}/account")

    sign_out(one)
    known = portal.mails_to(email)
    give_password(one, portal.url, email, "sieben blaue Schirme im Schnee", stay=True)
    one.check()
    digits = portal.code(email, known=known)
    give_code(one, f"{digits[:4]} {digits[4:]}")
    expect(page).to_have_url(re.compile(f"^{portal.url}/me$"))
    one.check()
    kept = next(cookie for cookie in one.context.cookies() if cookie["name"] == "session")
    assert kept["expires"] > 0  # stays when the browser is closed
    page.goto(f"{portal.url}/account/details")
    expect(page.locator("#number")).to_contain_text("Deutschland")


def test_a_forgotten_password_is_changed_by_mail_and_the_second_factor_stays(visitor, portal):
    email, site = "lotte@example.be", portal.site("de-linde")
    home, away = visitor("nl", DESKTOP), visitor("nl", PHONE, color_scheme="dark")
    found = settle(portal, Resident(email, "nl", rooms=(Room("de-linde"),)))[0]
    let_in(home, found["tokens"][0], slug="de-linde")
    home.open(f"{site}/account/details")

    page = away.page
    away.allowed = {422}
    give_password(away, site, email, "weet ik niet meer")
    expect(page.locator(".error-summary")).to_be_visible()
    refused = page.locator(".error-summary").inner_text()
    give_password(away, site, "nobody.knows@example.be", "weet ik niet meer")
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.locator(".error-summary").inner_text() == refused
    answers = []
    for name in ("nobody.knows@example.be", email):
        page.goto(f"{site}/sign-in")
        page.locator("main a[href='/forgotten']").first.click()
        away.check()
        page.locator("[name=name]").fill(name)
        press(page, "/forgotten")
        expect(page).to_have_url(re.compile("/forgotten/sent$"))
        away.check()
        answers.append(page.locator("main").inner_text())
    assert answers[0] == answers[1]

    away.open(portal.link(email, "/forgotten/"))
    page.locator("[name=password]").fill("te kort")
    press(page, "/forgotten/")
    away.check()
    page.locator("[name=password]").fill("zeven blauwe paraplu's in de sneeuw")
    press(page, "/forgotten/")
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.locator("[role=status]").first).to_be_visible()
    away.check()

    home.page.locator("nav.tabs a[href='/account/privacy']").click()
    expect(home.page).to_have_url(re.compile(r"/sign-in\?next="))
    assert portal.mails_to("nobody.knows@example.be") == []

    give_password(away, site, email, PASSWORD)
    expect(page.locator(".error-summary")).to_be_visible()
    give_password(away, site, email, "zeven blauwe paraplu's in de sneeuw")
    expect(page.locator("[name=code]")).to_be_visible()
    page.goto(f"{site}/account/details")  # the password alone opens nothing
    expect(page).to_have_url(re.compile("/sign-in/second"))
    give_code(away, fresh_code(email))
    expect(page).to_have_url(re.compile("/account/details$"))
    away.check()


def test_somebody_of_a_practice_needs_more_than_a_code_by_mail(visitor, portal):
    """The desk sends to the assistant whoever has no app and no passkey, and opens once there is one."""
    one, email, site = visitor("fr", DESKTOP), "zoe.remplace@example.be", portal.site("lavande")
    settle(portal, Resident(email, factor="mail", works_at="lavande", rooms=()))
    page = one.page
    give_password(one, site, email, PASSWORD)
    give_code(one, portal.code(email))
    expect(page).to_have_url(re.compile("/account/sign-in.*missing=strong"))
    one.check()
    page.goto(f"{site}/desk/patients")
    expect(page).to_have_url(re.compile("/account/sign-in.*missing=strong"))
    page.locator(".notice a[href^='/set-up']").click()
    expect(page.locator("a.method[href^='/set-up/mail']")).to_have_count(0)
    one.check()
    page.locator("a.method[href^='/set-up/app']").click()
    secret = pyotp.TOTP("".join(page.locator(".key span").all_text_contents()))
    page.locator("[name=code]").fill(secret.now())
    press(page, "/set-up/app")
    expect(page).to_have_url(re.compile("/set-up/recovery-codes"))
    page.goto(f"{site}/desk/day")
    one.check()
    expect(page.locator(".desk-nav a[href='/desk/patients']")).to_be_visible()
