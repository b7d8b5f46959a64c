"""What the header of every page says of whoever is signed in, and the faces of account pages and letters."""

import peewee as pw
import pytest
from flask import render_template

from app.kernel.i18n import speaking
from app.practice import brand
from tests.conftest import HOST
from tests.journey import soup
from tests.people import make_account, sign_in_as

PORTAL = f"http://{HOST}/"


def header(client, **more):
    return soup(client.get("/", **more)).select_one(".site-header")


@pytest.mark.parametrize("more", [{}, {"base_url": PORTAL}], ids=["practice", "portal"])
def test_a_visitor_is_offered_to_sign_in_and_nothing_else(client, more):
    page = header(client, **more)
    assert page.select_one("a.account-link")["href"] == "/sign-in"
    assert not page.select("form, .account-menu")


def test_whoever_is_signed_in_finds_the_account_and_the_way_out(client, clock):
    sign_in_as(client, make_account(given_name="Zoé"), clock=clock)
    page = header(client)
    assert "Zoé" in page.select_one(".account-menu summary").get_text()
    assert [link["href"] for link in page.select(".account-menu a")] == [
        "/me",
        "/me/appointments",
        "/me/health",
        "/account/messages",
        "/me/invoices",
        "/account/people",
        "/account/waiting",
        "/account",
        "/account/privacy",
        "/account/texts/privacy",
        "/account/texts/cookies",
        "/manual",
        "/account/delete",
    ]
    out = page.select_one(".account-menu form")
    assert (out["method"], out["action"]) == ("post", "/sign-out") and out.select_one("[name=csrf_token]")
    assert not page.select("a[href='/sign-in']")


def test_half_signed_in_says_no_name_and_offers_only_the_way_out(client, clock):
    account = make_account(given_name="Zoé")
    sign_in_as(client, account, clock=clock, stage="second")
    page = header(client)
    assert "Zoé" not in page.get_text() and not page.select(".account-menu")
    assert page.select_one("form")["action"] == "/sign-out"


def test_a_name_is_shown_as_text(client, clock):
    sign_in_as(client, make_account(given_name="<b>Eve</b>"), clock=clock)
    page = header(client)
    assert "<b>Eve</b>" in page.select_one("summary.account-link").get_text()


@pytest.mark.own_app
def test_when_the_database_is_away_nobody_is_asked_who_is_there(app, client):
    def away():
        raise pw.OperationalError("the disk is full")

    app.jinja_env.globals["viewer"] = away
    assert client.get("/").status_code == 503  # the control: an ordinary page asks
    answer = client.get("/")
    assert soup(answer).select_one("h1") and not soup(answer).select(".account-link")


def test_a_letter_of_the_platform_wears_its_own_name_and_colour(app):
    with app.test_request_context(base_url=PORTAL), speaking("en"):
        html = render_template("layouts/email.html", practice=None, language="en")
    shades = brand.palette(brand.PLATFORM_COLOUR).light
    assert f'bgcolor="{shades.brand}">Parvis</td>' in html
    for shade in (shades.brand, shades.on_brand, shades.brand_ink, shades.brand_soft):
        assert shade in html
    assert "your account at Parvis" in html
