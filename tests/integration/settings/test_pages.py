"""The owner's pages about the practice itself: contact, colour, logo, and the list before the first booking."""

import io

import pytest
from PIL import Image

from app.kernel.audit import AuditEvent
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice.folder.picture import complaint_about
from tests.integration.settings.pages import opened, posted
from tests.journey import form_of, soup
from tests.pictures import PDF, SCRIPT, claims, picture, with_place

PRACTICE, BRAND = "/settings/practice", "/settings/brand"
LETTERS = ("booked", "moved", "cancelled", "reminder", "requested", "approved", "refused", "waiting-offer")


@pytest.fixture
def engine():
    return "sqlite"  # one row of one table, as every other page writes it


def now_of(practice):
    return Practice.get_by_id(practice.id)


def send(browser, content, name="logo.png"):
    _action, fields = opened(browser, BRAND, holding="logo")
    data = {**fields, "logo": (io.BytesIO(content), name)}
    return browser.post(f"{BRAND}/logo", data=data, content_type="multipart/form-data")


def test_every_page_opens_for_an_owner_and_is_shut_for_the_reception(aline, sylvie):
    pages = ("/settings", PRACTICE, BRAND, f"{BRAND}/sample?color=%23777777", "/settings/texts", "/settings/texts/fee",
             "/settings/texts/conditions", "/settings/texts/conditions/versions/1", "/settings/letters",
             *(f"/settings/letters/{kind}" for kind in LETTERS))  # fmt: skip
    for page in pages:
        answer = aline.get(page)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), page
        assert sylvie.get(page).status_code == 403, page
    for page in (
        "/settings/texts/nothing",
        "/settings/texts/conditions/versions/99",
        "/settings/letters/nothing",
    ):
        assert aline.get(page).status_code == 404, page


def test_the_practice_is_changed_and_the_public_page_says_so(aline, client, practice):
    typed = {"name": "Cabinet Lavande & Fils", "phone": "081/22.33.44", "website": "http://lavande.example"}
    typed["tagline-fr"] = "Bienvenue 🌿"
    assert posted(aline, PRACTICE, **typed).status_code == 303
    found = now_of(practice)
    assert (found.name, found.profile["phone"]) == ("Cabinet Lavande & Fils", "+32 81 22 33 44")
    assert found.profile["website"] == "https://lavande.example"
    home = client.get("/").get_data(as_text=True)
    assert "Cabinet Lavande &amp; Fils" in home and "Bienvenue 🌿" in home
    assert "Cabinet Lavande" in soup(aline.get(PRACTICE)).find(class_="last-changed").get_text()


def test_the_first_language_moves_and_one_is_left_out(aline, practice):
    data = dict(opened(aline, PRACTICE)[1], first="nl")
    del data["speaks-en"]
    assert aline.post(PRACTICE, data=data).status_code == 303
    assert now_of(practice).languages[0] == "nl" and "en" not in now_of(practice).languages
    data = dict(opened(aline, PRACTICE)[1])
    del data["speaks-nl"]  # the first one cannot go
    assert aline.post(PRACTICE, data=data).status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "x" * 500),
        ("email", "aline@"),
        ("phone", "call me"),
        ("website", "javascript:alert(1)"),
        ("tagline-fr", "<b>bonjour</b>"),
        ("tagline-fr", "{{ config }}"),
        ("first", "xx"),
    ],
)
def test_what_is_typed_wrong_is_said_and_kept(aline, practice, name, value):
    answer = posted(
        aline, PRACTICE, **{name: value, "website": value if name == "website" else "https://kept.example"}
    )
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one(".error-summary")
    if name != "website":
        assert page.find(id="website")["value"] == "https://kept.example"
    assert now_of(practice).name == practice.name


def test_fields_nobody_drew_change_nothing(aline, practice):
    more = {
        "slug": "mine",
        "status": "closed",
        "practice_id": "1",
        "catalogue_version": "1",
        "roles": "operator",
    }
    assert aline.post(PRACTICE, data={**opened(aline, PRACTICE)[1], **more}).status_code == 303
    assert (now_of(practice).slug, now_of(practice).status) == ("lavande", "open")


def test_of_two_owners_the_second_chooses_line_by_line(aline, thomas, practice):
    action, mine = opened(thomas, PRACTICE)
    assert posted(aline, PRACTICE, name="Lavande Namur", website="https://a.example").status_code == 303
    answer = thomas.post(action, data={**mine, "name": "Lavande Jambes"})
    assert answer.status_code == 409
    page = soup(answer)
    rows = {row.th.get_text(): row for row in page.select(".differs tbody tr")}
    assert len(rows) == 2 and now_of(practice).name == "Lavande Namur"
    _action, fields = form_of(page, holding="version")
    assert fields["name"] == "Lavande Jambes"  # as typed
    assert (fields["keep-name"], fields["keep-website"]) == (
        "mine",
        "theirs",
    )  # what he did not touch stays theirs
    assert thomas.post(action, data=fields).status_code == 303
    found = now_of(practice)
    assert (found.name, found.profile["website"]) == ("Lavande Jambes", "https://a.example")


def test_the_neighbour_keeps_its_own(aline, practice, neighbour):
    before = now_of(neighbour).name, now_of(neighbour).brand_color
    posted(aline, PRACTICE, name="Autre")
    posted(aline, BRAND, color="#6b4fa0")
    send(aline, picture())
    found = now_of(neighbour)
    assert (found.name, found.brand_color) == before
    with practice_context(neighbour):
        assert not AuditEvent.select().where(AuditEvent.verb.startswith("brand")).exists()


# ---- colour


def test_a_colour_is_saved_and_every_page_has_it(aline, client, practice):
    assert posted(aline, BRAND, color="#a03a52").status_code == 303
    assert now_of(practice).brand_color == "#a03a52"
    assert "/theme/a03a52.css" in client.get("/").get_data(as_text=True)


def test_a_colour_nobody_could_read_is_refused_with_the_nearest_that_works(aline, practice):
    answer = posted(aline, BRAND, color="#757a7d")
    refused = soup(answer)
    assert answer.status_code == 422
    nearest = refused.select_one("form a.button")["href"].rpartition("=")[2]
    assert f"#{nearest}" in refused.select_one(".error-summary").get_text()
    taken = opened(aline, f"{BRAND}?colour={nearest}")[1]
    assert taken["color"] == f"#{nearest}"
    assert aline.post(BRAND, data=taken).status_code == 303
    assert now_of(practice).brand_color == f"#{nearest}"


@pytest.mark.parametrize(
    "colour", ["red", "red;}body{background:url(//evil)", "#fff", "#12345", "#GGGGGG", "", "#0b5c63\n}"]
)
def test_what_is_no_colour_never_reaches_a_style_sheet(aline, client, practice, colour):
    answer = posted(aline, BRAND, color=colour)
    if answer.status_code == 303:  # a line end is no part of what was typed
        assert now_of(practice).brand_color == "#0b5c63" or colour != "#0b5c63\n}"
    else:
        assert answer.status_code == 422 and now_of(practice).brand_color == practice.brand_color
    assert "evil" not in str(soup(answer).find_all("style"))
    assert client.get("/theme/zzzzzz/sample.css").status_code == 404


def test_a_sample_is_custom_properties_only(client):
    css = client.get("/theme/6b4fa0/sample.css").get_data(as_text=True)
    assert css.startswith(".sample{--brand:#6b4fa0;") and "url(" not in css


# ---- logo


def test_a_logo_is_drawn_anew_shown_as_icon_and_taken_down(aline, client, practice):
    assert send(aline, with_place((900, 600)), "photo.jpg").status_code == 303
    logo = bytes(now_of(practice).logo)
    assert complaint_about(logo) is None and b"Telephone of Alice" not in logo
    page = soup(client.get("/"))
    icon = page.find("link", rel="icon")["href"]
    shown = client.get(icon)
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/png", logo)
    assert Image.open(io.BytesIO(logo)).size == (512, 512)
    _action, fields = opened(aline, BRAND, holding="logo")
    fields.pop("logo")
    assert aline.post(f"{BRAND}/logo/removal", data=fields).status_code == 303
    assert now_of(practice).logo is None
    assert client.get(icon).status_code == 404


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><foreignObject/></svg>'
HOSTILE = {
    "a drawing with a program": (SVG, "logo.svg"),
    "a drawing called a picture": (SVG, "logo.png"),
    "an entity from outside": (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        "l.svg",
    ),
    "a page": (b"<html>" + SCRIPT, "logo.png"),
    "a document": (PDF, "logo.pdf"),
    "a bomb": (claims(50_000, 50_000), "logo.png"),
    "a strip": (claims(1, 60_000), "logo.png"),
    "nothing": (b"", "logo.png"),
    "half a picture": (picture()[:60], "logo.png"),
}


@pytest.mark.parametrize(("content", "name"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_picture_is_refused_with_a_sentence(aline, practice, content, name):
    before = now_of(practice).logo
    answer = send(aline, content, name)
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary li")
    assert now_of(practice).logo == before


def test_a_picture_with_a_page_behind_it_keeps_only_its_points(aline, practice):
    assert send(aline, picture() + SCRIPT).status_code == 303
    assert b"script" not in bytes(now_of(practice).logo)


def test_a_huge_file_meets_a_sentence(aline):
    assert send(aline, b"\x89PNG" + bytes(11 * 1024 * 1024)).status_code == 422


# ---- the list before the first booking


def test_the_list_says_what_is_missing_and_where(aline, practice):
    assert soup(aline.get("/settings")).find(class_="notice-ok")
    with practice_context(practice):
        Practice.update(profile={**practice.profile, "phone": ""}, catalogue_version=99).where(
            Practice.id == practice.id
        ).execute()
    page = soup(aline.get("/settings"))
    step = page.select_one(".todo-open")
    assert "téléphone" in step.get_text() and step.find("a")["href"] == PRACTICE
    assert page.find(class_="notice-warning")
