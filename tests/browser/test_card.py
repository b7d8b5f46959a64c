"""From the browser to the card and back: real pages, the agent as a program, a real pcscd, a virtual card."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.agents import Agent
from tests.browser.conftest import DESKTOP, NARROW, PHONE
from tests.browser.residents import at_home
from tests.browser.steps import press
from tools.virtual_card.person import born
from tools.virtual_card.reader import Reader

pytestmark = [pytest.mark.browser, pytest.mark.card]
CODE = ".card-reading .code"


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
    # a window that is closed on its way to another page may never answer
    expect(tab.locator("form[action='/eid/confirm']")).to_have_count(0)
    tab.wait_for_load_state()
    return tab


@pytest.mark.parametrize("kind", ["v18", "v17"])
def test_a_patient_takes_over_their_card_with_its_pin(visitor, portal, reader, agent, kind):
    one = visitor("fr", DESKTOP if kind == "v18" else PHONE)
    whose = {"v18": ("85073099635", "30 JUIL 1985"), "v17": ("77042299686", "22 AVR 1977")}[kind]
    site = at_home(one, f"alice.{kind}@example.be", given_name="Alice", family_name="Dupont")
    reader.ask("insert", name=kind, kind=kind, person={"niss": whose[0], "birth": whose[1]})
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


def person_born(year, month, day, **names):
    return {**born(date(year, month, day)), **names}


@pytest.mark.parametrize("kind", ["v18", "v17"])
def test_the_reception_opens_a_file_and_reads_the_next_card_without_a_code(
    visitor, portal, reader, agent, kind
):
    one = visitor("fr", DESKTOP)
    site = at_home(one, f"accueil.{kind}@lavande.example", works_at="lavande", staff=True)
    first = {"v18": (1992, 3, 9), "v17": (1960, 11, 5)}[kind]
    reader.ask("prepare_card", name="first", kind=kind, person=person_born(*first, surname="Lenoir"))
    one.open(f"{site}/desk/patients")
    one.page.get_by_role("link", name="Lire une carte eID").click()
    one.check()
    code = start_reading(one, "/desk/card")
    agent.start(site).hears("8 lettres").types(code)
    confirm_in(one, agent).close()
    agent.hears("photo (montrée").hears("(oui/non)").types("oui").hears("Insérez votre carte")
    reader.ask("insert", name="first")
    agent.hears("C’est fait")
    page = one.page
    expect(page.get_by_role("heading", name="Comparez le visage avec la personne")).to_be_visible()
    one.check()
    expect(page.locator("#face img")).to_be_visible()
    press(page, "/desk/card/patients")
    expect(page).to_have_url(re.compile("/desk/patients/.*done=card"))
    one.check()
    expect(page.locator("#identity")).to_contain_text("Carte d’identité lue à l’accueil")
    # the next patient, who is known by now: the same card again
    page.goto(f"{site}/desk/card")
    press(page, "/desk/card")
    agent.hears("(oui/non)").types("oui").hears("Retirez la carte")
    reader.ask("remove")
    agent.hears("Insérez votre carte")
    reader.ask("insert", name="first")
    agent.hears("C’est fait")
    expect(page.locator("#same")).to_be_visible()
    one.check()
    page.locator("#same form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/desk/patients/.*done=card"))
    expect(page.locator("#identity .proofs li")).to_have_count(2)


def test_joining_is_filled_in_from_the_card_without_javascript(without_script, portal, reader, agent):
    one = without_script
    site = portal.site("lavande")
    reader.ask("insert", name="card", kind="v18", person=person_born(1988, 6, 17))
    one.open(f"{site}/join")
    one.page.get_by_role("link", name="Invullen met mijn eID-kaart").click()
    code = start_reading(one, "/join/card")
    agent.start(site, language="nl").hears("8 letters").types(code)
    confirm_in(one, agent).close()
    agent.hears("vraagt om").types("ja").hears("Klaar")
    assert agent.ends() == 0
    one.page.get_by_role("link", name="Kijk hoever het staat").click()
    one.check()
    one.page.get_by_role("link", name="Ja, het formulier invullen").click()
    one.check()
    expect(one.page.locator("[name=family_name]")).to_have_value("Dupont")
    expect(one.page.locator("[name=niss]")).to_have_value("88061799693")


def test_a_code_somebody_else_made_never_leads_my_card_to_them(visitor, portal, reader, agent):
    mallory, alice = visitor("fr", DESKTOP), visitor("fr", PHONE)
    site = at_home(mallory, "mallory@example.be", given_name="Mallory")
    at_home(alice, "alice.victim@example.be", given_name="Alice")
    mallory.open(f"{site}/account/card")
    code = start_reading(mallory, "/account/card")
    reader.ask("insert", name="card", kind="v18")
    agent.start(site).hears("8 lettres").types(code)
    alice.allowed = {404}
    alice.page.goto(agent.opened)
    expect(alice.page.get_by_role("heading", name="Pas dans ce navigateur")).to_be_visible()
    alice.check()
    expect(mallory.page.get_by_role("heading", name="Confirmez dans ce navigateur")).to_be_visible()
    press(mallory.page, "/account/card/cancellation")
    assert agent.ends() == 1 and "carte n’a pas été touchée" in agent.said
    assert reader.ask("heard") == []


def test_an_agent_that_is_killed_leaves_a_page_that_can_start_again(visitor, portal, reader, agent):
    one = visitor("de", NARROW)
    site = at_home(one, "anna.kill@example.be", given_name="Alice", family_name="Dupont")
    one.open(f"{site}/account/card")
    code = start_reading(one, "/account/card")
    one.page.locator("#reading-cancel").focus()
    with one.page.expect_response(re.compile("/account/card/progress")):
        pass  # the page has asked by itself, and the keyboard is still where it was
    one.page.wait_for_timeout(300)
    assert one.page.evaluate("document.activeElement.id") == "reading-cancel"
    agent.start(site, language="de").hears("8 Buchstaben").types(code)
    confirm_in(one, agent).close()
    agent.hears("(ja/nein)")
    agent.kill()
    expect(one.page.get_by_role("heading", name="Jetzt fragt Sie das Kartenprogramm")).to_be_visible()
    one.check()
    press(one.page, "/account/card/cancellation")
    one.open(f"{site}/account/card")
    start_reading(one, "/account/card")
