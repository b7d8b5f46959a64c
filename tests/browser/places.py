"""Every page a visitor can come to, with an address that can be opened directly: what all pages must have in common."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.portal import until
from tests.browser.steps import book, come_to_details, today

SUNDAY = 6
MISSING = ("no page", "no page of the portal")

PAGES = {
    "portal": lambda seen: seen.portal.url + "/",
    "search": lambda seen: seen.portal.url + "/search?who=kin%C3%A9&where=5000",
    "nobody": lambda seen: seen.portal.url + "/search?who=zzzz&where=5000",
    "practice": lambda seen: seen.site + "/",
    "two sites": lambda seen: seen.portal.site("sablon") + "/",
    "services": lambda seen: seen.site + "/book",
    "sites": lambda seen: seen.sites,
    "times": lambda seen: seen.times,
    "month": lambda seen: seen.times.replace("span=week", "span=month"),
    "one day": lambda seen: seen.times.replace("span=week", "span=day"),
    "closed day": lambda seen: f"{seen.times.split('?')[0]}?day={next_sunday()}",
    "details": lambda seen: seen.details,
    "confirmed": lambda seen: seen.confirmed,
    "cancel": lambda seen: seen.cancel,
    "conditions": lambda seen: seen.site + "/texts/conditions",
    "cancellation": lambda seen: seen.site + "/texts/cancellation",
    "privacy": lambda seen: seen.site + "/texts/privacy",
    "sign-in": lambda seen: seen.site + "/sign-in",
    "mailbox": lambda seen: seen.portal.url + "/dev/mailbox",
    "mail": lambda seen: seen.mail,
    "no page": lambda seen: seen.site + "/nothing-here?a=1",
    "no page of the portal": lambda seen: seen.portal.url + "/nothing-here?a=1",
}


def next_sunday():
    tomorrow = today() + timedelta(days=1)
    return tomorrow + timedelta(days=(SUNDAY - tomorrow.weekday()) % 7)


class Seen:
    """The addresses that only a booking gives; one booking serves every test that looks at pages."""

    def __init__(self, visitor):
        page, self.portal = visitor.page, visitor.portal
        self.site, email = self.portal.site("lavande"), "pages@example.be"
        visitor.page.goto(f"{self.portal.site('sablon')}/book")
        page.locator(".list a").first.click()
        expect(page.locator(".site-choice").first).to_be_visible()
        self.sites = page.url
        come_to_details(visitor, which=1)
        self.details = page.url
        page.go_back()
        self.times = page.url
        self.confirmed = book(visitor, email, which=2)
        until(lambda: self.portal.mails_to(email))
        page.goto(f"{self.portal.url}/dev/mailbox")
        page.locator(".list li", has_text=email).get_by_role("link").click()
        self.mail = page.url
        self.cancel = page.locator("main a[href*='/action/']").first.get_attribute("href")


def allowing(visitor, name):
    """404 is the right answer where there is no page."""
    visitor.allowed = {404} if name in MISSING else set()
    return visitor
