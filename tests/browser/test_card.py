"""From the browser to the card and back: real pages, the agent as a program, a real pcscd, a virtual card."""

import re

import pytest
from playwright.sync_api import expect

from tests.agents import Agent
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.residents import at_home
from tests.browser.steps import press
from tools.virtual_card.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.card]
CODE = ".reading .code"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with Reader(tmp_path_factory.mktemp("reader")) as reader:
        yield reader


@pytest.fixture
def agent(tmp_path, reader):
    reader.ask("forget")
    agent = Agent(tmp_path / "agent", reader)
    yield agent
    agent.kill()


def start_reading(visitor, here):
    """Presses «read», and answers the code."""
    page = visitor.page
    press(page, here)
    expect(page.locator(CODE)).to_be_visible()
    visitor.check()
    return page.locator(CODE).inner_text()


def confirm_in(visitor, agent):
    """The page the agent opens, in the browser of the same computer."""
    tab = visitor.context.new_page()
    tab.goto(agent.opened)
    assert "t=" not in tab.url or not visitor.scripted
    visitor.check(tab)
    press(tab, "/eid/confirm")
    return tab


@pytest.mark.parametrize("kind", ["v18", "v17"])
def test_a_patient_takes_over_their_card_with_its_pin(visitor, portal, reader, agent, kind):
    one = visitor("fr", DESKTOP if kind == "v18" else PHONE)
    born = {"v18": ("85073099635", "30 JUIL 1985"), "v17": ("77042299691", "22 AVR 1977")}[kind]
    site = at_home(one, f"alice.{kind}@example.be", given_name="Alice", family_name="Dupont")
    reader.ask("insert", name=kind, kind=kind, person={"niss": born[0], "birth": born[1]})
    one.open(f"{site}/account/details")
    one.page.get_by_role("link", name="Lire la carte eID").click()
    code = start_reading(one, "/account/card")
    agent.start(site).hears("8 lettres").types(code)
    confirm_in(one, agent).close()
    agent.hears("demande à lire").hears("numéro national").hears("a***@example.be").types("oui")
    agent.hears("essais restants : 3").types("9999").hears("n’est pas le bon").types("1234")
    assert agent.hears("C’est fait").ends() == 0
    page = one.page
    expect(page.get_by_role("heading", name="Est-ce bien vous ?")).to_be_visible()
    one.check()
    expect(page.locator("#face")).to_contain_text("Alice Marie Dupont")
    expect(page.locator("#face img")).to_be_visible()
    page.locator("[name=given_name]").uncheck()
    press(page, "/account/card/import")
    expect(page).to_have_url(re.compile("/account/details"))
    one.check()
    expect(page.locator("[name=given_name]")).to_have_value("Alice")
    expect(page.locator("[name=street]")).to_have_value("Rue de Fer 12 /3")
    expect(page.locator("#niss-shown")).to_be_disabled()
    assert not reader.ask("verified")
