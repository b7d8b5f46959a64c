"""A running portal, and people in front of different screens."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.places import Seen
from tests.browser.portal import running
from tests.browser.visitor import Visitor
from tests.google_health import simulator

WAITS = 15_000  # milliseconds: for a machine that does other things too
LOCALES = {"fr": "fr-BE", "nl": "nl-BE", "de": "de-BE", "en": "en-GB"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
NARROW = {"viewport": {"width": 320, "height": 640}}
# the same engine without windows comes first: it spends less than the whole browser does
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--js-flags=--no-opt --no-maglev",  # nothing here runs long enough to be worth compiling twice
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert program, "no Chromium is installed: make test-browser installs it"
    return {**browser_type_launch_args, "executable_path": program, "args": SWITCHES}


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    expect.set_options(timeout=WAITS)
    with simulator.running() as (google, places):
        more = {
            "PARVIS_GOOGLE_CLIENT_ID": "client",
            "PARVIS_GOOGLE_CLIENT_SECRET": "client-secret",
            "PARVIS_GOOGLE_URL": places.health,
        }
        with running(tmp_path_factory.mktemp("portal"), more=more) as portal:
            portal.google.append(google)
            yield portal


@pytest.fixture
def visitor(new_context, portal):
    """visitor("fr", PHONE, …): a person of that language at that screen; more of them are more browsers."""
    everybody = []

    def sit_down(language, screen=DESKTOP, **more):
        likings = {"locale": LOCALES[language], "reduced_motion": "reduce", **screen, **more}
        context = new_context(**likings)
        context.set_default_timeout(WAITS)
        scripted = likings.pop("java_script_enabled", True)
        seen = Visitor(context, portal, language, scripted=scripted, mirror=lambda: new_context(**likings))
        everybody.append(seen)
        return seen

    yield sit_down
    for one in everybody:
        one.at_ease()


@pytest.fixture(scope="session")
def seen(browser, portal):
    """The addresses of one booking, for every test that looks at pages."""
    context = browser.new_context(locale="fr-BE", reduced_motion="reduce")
    yield Seen(Visitor(context, portal, "fr", scripted=True, mirror=None))
    context.close()


@pytest.fixture
def phone(visitor):
    return visitor("fr", PHONE)


@pytest.fixture
def without_script(visitor):
    return visitor("nl", DESKTOP, java_script_enabled=False)


@pytest.fixture
def desktop(visitor):
    return visitor("en", DESKTOP)


@pytest.fixture
def dark(visitor):
    return visitor("fr", DESKTOP, color_scheme="dark")
