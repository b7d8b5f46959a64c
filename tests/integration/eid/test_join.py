"""Joining with a card: it fills in the form, without a PIN, and proves nothing."""

import pytest

from app.eid import pairing
from app.eid.models import CardPairing
from card_agent import course
from tests.cards import Face, Wire, fields, press, read_card, start
from tests.cards import new_card as card_of
from tests.journey import soup
from tools.virtual_card.person import Person

# on both databases: test_pairing
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/join/card"


@pytest.mark.parametrize("kind", ["v18", "v17"])
def test_the_form_is_filled_in_from_the_card(client, app, inside, kind):
    face = Face()
    read_card(client, app, start(client, HERE), card_of(kind), face=face)
    ((_, site, job),) = face.asked
    assert site == "http://lavande.parvis.test" and "photo" not in job.files and job.account == ""
    look = client.get(HERE).get_data(as_text=True)
    assert "Est-ce bien vous" in look and "Déclaré" in look and Person().niss not in look
    form = soup(client.get("/join?card=1"))
    values = {
        name: form.find(attrs={"name": name})["value"] for name in ("given_name", "family_name", "niss")
    }
    assert values == {"given_name": "Alice Marie", "family_name": "Dupont", "niss": Person().niss}
    assert client.get("/join?card=1").headers["Cache-Control"] == "no-store"


def test_another_browser_sees_nothing_of_it(client, app, inside):
    read_card(client, app, start(client, HERE), card_of())
    assert Person().niss in client.get("/join?card=1").get_data(as_text=True)  # the control
    stranger = app.test_client()
    there = "http://lavande.parvis.test"
    assert Person().niss not in stranger.get("/join?card=1", base_url=there).get_data(as_text=True)
    assert "Est-ce bien vous" not in stranger.get(HERE, base_url=there).get_data(as_text=True)


def test_thrown_away_it_is_gone(client, app, inside):
    read_card(client, app, start(client, HERE), card_of())
    assert press(client, client.get(HERE), f"{HERE}/cancellation").status_code == 303
    assert Person().niss not in client.get("/join?card=1").get_data(as_text=True)
    assert CardPairing.select().where(CardPairing.sealed.is_null(False)).count() == 0


def test_it_is_kept_for_minutes_only(client, app, inside, clock):
    read_card(client, app, start(client, HERE), card_of())
    clock.move(minutes=11)
    assert Person().niss not in client.get("/join?card=1").get_data(as_text=True)
    pairing.sweep(now=clock.now())
    assert CardPairing.get().sealed is None and CardPairing.get().state == "expired"


def test_a_planted_cookie_of_somebody_else_leads_to_no_reading_of_mine(client, app, inside):
    """The attacker's browser starts; the victim's browser gets that cookie, and starts a reading of its own."""
    start(client, HERE)
    planted = client.get_cookie("parvis", domain="lavande.parvis.test").value
    victim = app.test_client()
    victim.set_cookie("parvis", planted, domain="lavande.parvis.test")
    there = {"base_url": "http://lavande.parvis.test"}
    sent = fields(victim.get("/join/card", **there), f"{HERE}/cancellation")
    assert victim.post(HERE, data=sent, **there).status_code == 303
    code = soup(victim.get(HERE, **there)).select_one(".code").get_text()
    face = Face()
    course.pair(Wire(app), code, face)
    claim = face.opened.partition("?t=")[2]
    stolen = {"t": claim, "csrf_token": sent["csrf_token"]}
    assert (
        client.post("/eid/confirm", data=stolen).status_code == 409
    )  # the attacker's own reading, still without agent
    assert victim.post("/eid/confirm", data=stolen, **there).status_code == 303  # the control
