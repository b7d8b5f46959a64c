"""The steps of a booking as a person takes them: what is pressed and what is typed, on whichever screen."""

import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pyotp
from playwright.sync_api import expect

from app.settings.demo_people import secret_of
from tests.browser.portal import PASSWORD, until

BELGIUM = ZoneInfo("Europe/Brussels")
PERSON = {
    "given_name": "Élodie",
    "family_name": "Van den Broeck",
    "niss": "85.07.30-994.37",
}
CONFIRM = "form.guest button[type=submit]"
CONFIRMED = re.compile(r"/appointments/[\w.-]+$")


def choose_service(visitor, name):
    """From the list of services, on the practice's page or on /book."""
    visitor.page.locator(".list").get_by_role("link", name=name, exact=True).click()


@contextmanager
def swap(visitor, css="#choose-time"):
    """What is pressed inside changes this part, and the page around it stays; without JavaScript, a new page comes."""
    page = visitor.page
    if not visitor.scripted:
        with page.expect_navigation():
            yield
        return
    before, old = len(visitor.partial), page.locator(css).element_handle()
    yield
    page.wait_for_function("old => !old.isConnected", arg=old)  # would break on a new page
    assert len(visitor.partial) > before


def go_to_later_days(visitor):
    """A week on, where every deadline is still far, and on from there when that week is closed."""
    page = visitor.page
    with swap(visitor):
        page.locator("#later").click()
    if page.locator("#choose-time .empty").count():
        with swap(visitor):
            page.locator("#choose-time .empty a").click()
    expect(page.locator(".time").first).to_be_visible()


def take_time(visitor, *, which=0):
    """Press a time and continue: the page that asks who is coming."""
    page = visitor.page
    times = page.locator(".time")
    expect(times.first).to_be_visible()
    times.nth(min(which, times.count() - 1)).click()  # a day may have few left
    page.locator(".bar button[type=submit]").click()
    expect(page.locator(CONFIRM)).to_be_visible()


def fill(visitor, email, **changes):
    """Every field of the details, conditions accepted."""
    page = visitor.page
    for name, value in {**PERSON, "email": email, **changes}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()


def confirm(visitor):
    """Send the details: the page that says it is booked."""
    visitor.page.locator(CONFIRM).click()
    expect(visitor.page).to_have_url(CONFIRMED)
    expect(visitor.page.locator(".ticket")).to_be_visible()


def start_at(visitor, slug, service):
    """The page of times of a practice's service, reached from its list of services."""
    visitor.page.goto(f"{visitor.portal.site(slug)}/book")
    choose_service(visitor, service)


def come_to_details(visitor, slug="lavande", service="Séance de kinésithérapie", *, which=0):
    """At the page that asks who is coming, a week ahead."""
    start_at(visitor, slug, service)
    go_to_later_days(visitor)
    take_time(visitor, which=which)


def book(visitor, email, *, which=0, **changes):
    """The whole way with Lavande, a week ahead; the address of the page that confirms it."""
    come_to_details(visitor, which=which)
    fill(visitor, email, **changes)
    confirm(visitor)
    return visitor.page.url


def day_chosen(url):
    """The day that the address of a details page speaks of, on Belgium's wall."""
    minutes = int(parse_qs(urlsplit(url).query)["start"][0])
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(BELGIUM)


def today():
    """The day it is for the practices: around midnight the machine may still be in the one before."""
    return datetime.now(BELGIUM).date()


def open_mail(visitor, email, *, number=1):
    """The `number`-th mail to this address, found in the development mailbox as a newcomer would."""
    page, portal = visitor.page, visitor.portal
    until(lambda: len(portal.mails_to(email)) >= number)
    visitor.open(f"{portal.url}/dev/mailbox")
    row = page.locator(".list li", has_text=email)
    expect(row).to_have_count(number)
    row.first.get_by_role("link").click()
    return visitor.check()


def sign_in(visitor, slug, email, secret=None, *, arrives=re.compile("/desk/day$")):
    """With the password and the authenticator app of a demo person, or of whoever has `secret`."""
    page = visitor.page
    visitor.open(f"{visitor.portal.site(slug)}/sign-in")
    page.locator("[name=name]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form:has([name=password]) button[type=submit]").click()
    expect(page.locator("[name=code]")).to_be_visible()
    visitor.check()
    page.locator("[name=code]").fill(fresh_code(email, secret))
    page.locator("main form:has([name=code]) button[type=submit]").click()
    expect(page).to_have_url(arrives)
    visitor.language = page.locator("html").get_attribute("lang")  # the portal speaks to people in their own


def press(page, action):
    """Send the form that goes to this address, or below it when it ends in a slash."""
    match = "^=" if action.endswith("/") else "="
    page.locator(f"form[action{match}'{action}'] button[type=submit]").first.click()


def give_password(visitor, site, name, password=PASSWORD, *, stay=False):
    """The first half of signing in: what comes next is the second factor, or a refusal."""
    page = visitor.page
    page.goto(f"{site}/sign-in")
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("[name=stay]").set_checked(stay)
    press(page, "/sign-in")


def give_code(visitor, code):
    """The second half, with whichever kind of code the page asks for."""
    visitor.page.locator("[name=code]").fill(code)
    visitor.page.locator("main form:has([name=code]) button[type=submit]").click()


def sign_out(visitor):
    """From the menu of the account, which every page has."""
    visitor.page.locator(".account-menu summary").click()
    visitor.page.locator(".account-menu form[action='/sign-out'] button").click()
    expect(visitor.page).to_have_url(re.compile("/sign-in"))


_used = {}  # email: the newest step of their app that was typed


def fresh_code(email, secret=None):
    """A code that nobody has typed yet: of now, or the one after, which counts already; later ones are waited for."""
    while True:
        now = int(time.time()) // 30
        step = max(now, _used.get(email, 0) + 1)
        if step <= now + 1:
            _used[email] = step
            return pyotp.TOTP(secret or secret_of(email)).generate_otp(step)
        time.sleep(1)


def same_as_reloaded(visitor, css):
    """What a swap left is what the server says at this address: Back, reload and a shared link show the same."""
    page = visitor.page
    swapped = page.locator(css).evaluate(AS_WRITTEN)
    page.reload()
    reloaded = page.locator(css).evaluate(AS_WRITTEN)
    assert swapped == reloaded


# without what the page's own script adds, and what htmx leaves behind
AS_WRITTEN = """(element) => {
  const copy = element.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    one.removeAttribute("tabindex");
    one.classList.remove(...[...one.classList].filter((name) => name.startsWith("htmx-")));
    if (!one.classList.length) one.removeAttribute("class");
  }
  return copy.outerHTML.replace(/\\s+/g, " ");
}"""
