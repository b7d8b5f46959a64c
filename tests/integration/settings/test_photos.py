"""The face of a practitioner: sent by the owner, shown where patients choose, taken away, carried by the folder."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from app.booking.plans import people
from app.directory.models import Listing, Practitioner, PractitionerPhoto
from app.kernel.tenancy import practice_context
from app.practice import folder
from app.practice.folder.jpeg import complaint_about
from app.settings.exporting import export, folder_of
from app.settings.opening import open_practice
from tests.journey import form_of, soup
from tests.people import make_member, sign_in_as
from tests.pictures import PDF, SCRIPT, claims, picture, with_place

PEOPLE = "/settings/practitioners"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.fixture
def engine():
    return "sqlite"  # one row; that both engines keep bytes is in test_exporting.py


@pytest.fixture
def owner(client, practice, clock):
    who = make_member(practice, roles=("owner",), email="aline@lavande.example")
    sign_in_as(client, who, clock=clock, staff=True)
    return client


@pytest.fixture
def visitor(app, client):
    """Somebody in another browser, who has no account."""
    other = app.test_client()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-BE,fr;q=0.9"
    return other


@pytest.fixture
def person(practice):
    with practice_context(practice):
        return Practitioner.select().order_by(Practitioner.position).first()


def send(browser, person, content, name="photo.jpg"):
    page = soup(browser.get(f"{PEOPLE}/{person.id}"))
    action, fields = form_of(page, holding="photo")
    data = {**fields, "photo": (io.BytesIO(content), name)}
    return browser.post(action, data=data, content_type="multipart/form-data")


def face_of(practice):
    with practice_context(practice):
        row = PractitionerPhoto.get_or_none()
        return bytes(row.content) if row else None


def test_a_photo_is_drawn_anew_shown_where_one_chooses_and_taken_away(owner, visitor, practice, person):
    home = soup(visitor.get("/"))
    assert home.select(".person span.avatar") and not home.select(".person img.avatar")
    assert send(owner, person, with_place(size=(600, 800))).status_code == 303
    face = face_of(practice)
    assert complaint_about(face) is None and b"Telephone of Alice" not in face
    assert Image.open(io.BytesIO(face)).size == (320, 320)
    shown = soup(visitor.get("/")).select_one(".person img.avatar")
    assert person.family_name in shown["alt"]
    answer = visitor.get(shown["src"])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", face)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    # another photo has another address, and the old one leads nowhere
    assert send(owner, person, picture("PNG", size=(200, 200))).status_code == 303
    assert visitor.get(shown["src"]).status_code == 404
    page = soup(owner.get(f"{PEOPLE}/{person.id}"))
    assert page.select_one("#photo-card img.avatar")
    fields = form_of(page, holding="photo")[1]
    fields.pop("photo", None)
    assert owner.post(f"{PEOPLE}/{person.id}/photo/removal", data=fields).status_code == 303
    assert face_of(practice) is None
    assert not soup(visitor.get("/")).select(".person img.avatar")


WRONG = {
    "nothing chosen": (b"", ""),
    "a drawing with a program": (SVG, "photo.svg"),
    "a drawing called a picture": (SVG, "photo.jpg"),
    "a page": (b"<html>" + SCRIPT, "photo.jpg"),
    "a document": (PDF, "photo.pdf"),
    "a bomb": (claims(50_000, 50_000), "photo.png"),
    "half a picture": (picture()[:60], "photo.png"),
    "a blur": (picture(size=(60, 60)), "photo.png"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_photo_is_refused_with_a_sentence_and_nothing_changes(owner, practice, person, case):
    answer = send(owner, person, *WRONG[case])
    assert answer.status_code == 422 and soup(answer).select(".error-summary li")
    assert soup(answer).select_one("[name=family_name]")["value"] == person.family_name
    assert face_of(practice) is None


def test_what_follows_the_points_of_a_picture_is_gone(owner, practice, person):
    assert send(owner, person, picture(size=(200, 200)) + SCRIPT, "photo.png").status_code == 303
    assert SCRIPT not in face_of(practice)


def test_the_portal_shows_the_faces_of_its_shop_window_alone(visitor, client, owner, practice, person, app):
    send(owner, person, picture(size=(200, 200)))
    address = soup(visitor.get("/")).select_one(".person img.avatar")["src"]
    portal = app.extensions["parvis.config"].app_host
    asked = {"base_url": f"https://{portal}"}
    assert visitor.get(address, **asked).data == face_of(practice)
    with practice_context(practice):
        Listing.delete().execute()
    assert visitor.get(address, **asked).status_code == 404


def test_a_face_next_door_is_nobodys_here(owner, visitor, neighbour, person, practice):
    with practice_context(neighbour):
        theirs = Practitioner.select().first()
        theirs_mark = "0" * 16
    assert visitor.get(f"/practitioners/{theirs.id}/photo-{theirs_mark}.jpg").status_code == 404
    page = soup(owner.get(f"{PEOPLE}/{person.id}"))
    fields = form_of(page, holding="photo")[1]
    data = {**fields, "photo": (io.BytesIO(picture(size=(200, 200))), "photo.png")}
    sent = owner.post(f"{PEOPLE}/{theirs.id}/photo", data=data, content_type="multipart/form-data")
    assert sent.status_code == 404 and face_of(neighbour) is None


def test_the_folder_carries_the_face_in_the_same_bytes(inside, practice, person, clock, tmp_path):
    with practice_context(practice):
        people.keep_photo(practice, person, picture(size=(400, 400)), by="operator", now=clock.now())
    path = tmp_path / "lavande"
    export(practice, path, now=clock.now())
    assert folder.check(path) == []
    name = f"photo-{person.key}.jpg"
    assert (path / name).read_bytes() == face_of(practice)
    source = replace(folder.read(path), slug="elsewhere", hosts=("www.elsewhere.example",))
    again = open_practice(source, hosts=source.hosts, now=clock.now())
    assert face_of(again) == face_of(practice)
    assert folder.files_of(folder_of(again))[name] == (path / name).read_bytes()
    # what is no longer part of it goes; a face of nobody is a problem, and so is a camera's
    (path / "photo-nobody.jpg").write_bytes(face_of(practice))
    (path / name).write_bytes(with_place((300, 300)))
    assert {problem.file for problem in folder.check(path)} == {"photo-nobody.jpg", name}
    with practice_context(practice):
        people.remove_photo(practice, person, by="operator", now=clock.now())
    export(practice, path, now=clock.now())
    assert not list(path.glob("photo-*.jpg"))
