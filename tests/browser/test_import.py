"""A file of values from one's own screen: in pieces with a bar, on after an interruption, and without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import until
from tests.browser.residents import at_home

pytestmark = pytest.mark.browser
WIDE = b" " * 1000  # few rows in much of a file
LINES = b"".join(
    b"2026-%02d-%02d;%d,4;;%b\n" % (n // 28 + 1, n % 28 + 1, 60 + n % 30, WIDE) for n in range(280)
)
TWO = "**/pieces/2097152"


@pytest.fixture
def large(tmp_path):
    """Five megabytes: three pieces, and the same values over and over."""
    path = tmp_path / "values.csv"
    path.write_bytes(LINES * (5 * 1024**2 // len(LINES) + 1))
    return path


def test_a_large_file_is_sent_with_a_bar_past_a_hitch_and_read(visitor, large):
    one = visitor("fr", PHONE)
    page, site = one.page, at_home(one, "fichier@example.be")
    one.allowed.add(503)
    one.open(f"{site}/me/health/import")
    expect(page.locator("#sending")).to_be_hidden()
    hitches = iter([True])
    page.route(TWO, lambda route: route.fulfill(status=503) if next(hitches, False) else route.fallback())
    page.locator("[name=file]").set_input_files(large)
    page.locator("[name=kind]").select_option("weight")
    with page.expect_response(re.compile("/pieces/2097152$")):
        page.locator("form[data-pieces] button").click()
    expect(page.locator("[data-sending-trouble]")).to_contain_text("reprendra")
    expect(page.locator("[data-sending-text]")).to_have_text("2 sur 5 Mo envoyés")
    one.check()
    expect(page).to_have_url(re.compile(r"/import/[0-9a-f-]{36}$"))
    expect(page.locator("#import-job .notice-ok")).to_contain_text("280 valeurs notées")
    one.check()


def test_half_a_file_goes_on_with_the_same_one_and_another_is_refused(visitor, large, tmp_path):
    one = visitor("de", DESKTOP, color_scheme="dark")
    page, site = one.page, at_home(one, "haelfte@example.be")
    one.allowed.add(503)
    one.open(f"{site}/me/health/import?lang=de")
    page.route(TWO, lambda route: route.fulfill(status=503))
    page.locator("[name=file]").set_input_files(large)
    page.locator("[name=kind]").select_option("weight")
    with page.expect_response(re.compile("/pieces/2097152$")):
        page.locator("form[data-pieces] button").click()
    page.close()
    one.page = page = one.context.new_page()
    one.open(f"{site}/me/health/import")
    page.locator("#earlier a").first.click()
    expect(page.locator("#import-job")).to_contain_text("2 von")
    one.check()
    other = tmp_path / "other.csv"
    other.write_bytes(LINES)
    page.locator("#again").set_input_files(other)
    page.locator("form[data-pieces] button").click()
    expect(page.locator("[data-sending-trouble]")).to_contain_text("andere Datei")
    page.locator("#again").set_input_files(large)
    page.locator("form[data-pieces] button").click()
    expect(page.locator("#import-job .notice-ok")).to_contain_text("280 Werte")
    one.check()


def test_a_file_of_values_is_read_without_a_script(visitor):
    one = visitor("nl", DESKTOP, java_script_enabled=False)
    page, site = one.page, at_home(one, "bestand@example.be")
    one.open(f"{site}/me/health/import?lang=nl")
    expect(page.locator("noscript p", has_text="24 MB")).to_be_visible()
    page.locator("[name=file]").set_input_files(
        {"name": "waarden.csv", "mimeType": "text/csv", "buffer": LINES}
    )
    page.locator("[name=kind]").select_option("weight")
    page.locator("form[enctype] button").click()
    expect(page.locator("#import-job")).to_be_visible()
    until(lambda: page.reload() and page.locator("#import-job .notice-ok").count())
    expect(page.locator("#import-job .notice-ok")).to_contain_text("280")
    one.check()
