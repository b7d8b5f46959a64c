"""An owner sees the site as somebody else: for them alone, here alone, and without doing anything in it."""

import pytest
from flask.sessions import SecureCookieSessionInterface

from app.booking.models import Appointment, BookingPolicy, Hold
from app.directory.models import HealthcareService
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.staff.models import Member
from tests.conftest import HOST
from tests.journey import GUEST, form_of, soup, times_page
from tests.people import make_account, make_member, sign_in_as

SETTINGS = "/settings/policy"
MARK = "Vous voyez le site comme"


@pytest.fixture
def only_the_best_known(inside, practice):
    """Lavande shows the séance to people whose card was read, and hides it from everybody else."""
    with practice_context(practice):
        seance = HealthcareService.get(HealthcareService.key == "seance")
        BookingPolicy.create(service=seance, outcome="hidden")
        BookingPolicy.create(service=seance, level=3, outcome="direct")
    version = Practice.catalogue_version + 1
    Practice.update(catalogue_version=version).where(Practice.id == practice.id).execute()
    return f"/book/{seance.id}"


@pytest.fixture
def owner(client, practice, clock):
    account = make_member(practice, roles=("owner",), email="aline@lavande.example", given_name="Aline")
    client.session = sign_in_as(client, account, clock=clock, staff=True)
    client.account = account
    return client


def look_as(browser, standing):
    action, fields = form_of(soup(browser.get(SETTINGS)), holding="standing")
    assert browser.post(action, data={**fields, "standing": standing}).status_code == 303


def shows(browser, url):
    return browser.get(url, follow_redirects=True).status_code == 200


def test_the_site_looks_as_for_that_person_and_says_so_until_one_stops(owner, only_the_best_known):
    assert not shows(owner, only_the_best_known)
    look_as(owner, "3-known")
    assert shows(owner, only_the_best_known)
    for path in ("/", "/book", "/texts/conditions", only_the_best_known):
        assert MARK in owner.get(path, follow_redirects=True).get_data(as_text=True)
    look_as(owner, "0-new")
    assert not shows(owner, only_the_best_known)
    page = soup(owner.get("/"))
    stop = page.select_one(".looking form")
    token = stop.find("input", attrs={"name": "csrf_token"})["value"]
    assert owner.post(stop["action"], data={"csrf_token": token}).status_code == 303
    assert MARK not in owner.get("/").get_data(as_text=True)


def test_looking_neither_holds_nor_books(owner, practice):
    action, fields = form_of(times_page(owner)[1], holding="start")
    start = times_page(owner)[1].find(attrs={"name": "start"})["value"]
    details = owner.post(action, data={**fields, "start": start}, follow_redirects=True)
    book, form = form_of(soup(details), holding="attempt")
    look_as(owner, "4-known")
    with practice_context(practice):
        Hold.delete().execute()
    refused = owner.post(action, data={**fields, "start": start})
    assert refused.status_code == 409 and "aperçu" in refused.get_data(as_text=True)
    assert owner.post(book, data={**form, **GUEST}).status_code == 409
    with practice_context(practice):
        assert (Hold.select().count(), Appointment.select().count()) == (0, 0)
    # the control: the same post once one has stopped
    page = soup(owner.get("/"))
    token = page.select_one(".looking input[name=csrf_token]")["value"]
    owner.post(f"{SETTINGS}/view-as/end", data={"csrf_token": token})
    assert owner.post(action, data={**fields, "start": start}).status_code == 303


def test_an_answer_while_looking_is_kept_by_no_browser(owner, only_the_best_known):
    look_as(owner, "3-known")
    for path in ("/", "/book"):
        assert owner.get(path).headers["Cache-Control"] == "no-store"
    url = owner.get(only_the_best_known, follow_redirects=True).request.path
    partial = owner.get(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert partial.headers["Cache-Control"] == "no-store"


# ---- attacks


def cookie_of(app, browser, mark):
    """The browser's own cookie with this mark in it, as whoever had the key could write it."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    stored = browser.get_cookie("parvis", domain=f"lavande.{HOST}")
    known = signer.loads(stored.value) if stored else {}
    return signer.dumps({**known, "view_as": mark})


def wear(browser, value):
    browser.set_cookie("parvis", value, domain=f"lavande.{HOST}")


@pytest.fixture
def mark(owner, practice):
    return [owner.session.id.hex, practice.id.hex, 3, True, False]


def test_the_mark_is_worth_nothing_in_another_browser(app, owner, only_the_best_known, mark, clock):
    look_as(owner, "3-known")
    stolen = owner.get_cookie("parvis", domain=f"lavande.{HOST}").value
    guest, patient = app.test_client(), app.test_client()
    sign_in_as(patient, make_account(), clock=clock)
    for browser in (guest, patient):
        wear(browser, stolen)
        assert not shows(browser, only_the_best_known)
        assert MARK not in browser.get("/").get_data(as_text=True)
    assert shows(owner, only_the_best_known)  # the control


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda mark: [*mark[:2], 9, True, False],
        lambda mark: [*mark[:2], "3", True, False],
        lambda mark: [*mark[:2], 3, "yes", False],
        lambda mark: [*mark[:4], "no"],
        lambda mark: mark[:4],
        lambda mark: ["0" * 32, *mark[1:]],
        lambda mark: [mark[0], "0" * 32, *mark[2:]],
        lambda mark: mark[:3],
        lambda mark: {"level": 3},
        lambda mark: "3-known",
        lambda mark: None,
    ],
)
def test_a_mark_that_is_not_whole_says_nothing(app, owner, only_the_best_known, mark, spoil):
    owner.get("/book")
    wear(owner, cookie_of(app, owner, spoil(mark)))
    assert not shows(owner, only_the_best_known)
    wear(owner, cookie_of(app, owner, mark))
    assert shows(owner, only_the_best_known)  # the control


def test_a_forged_signature_and_a_parameter_show_nothing(app, owner, only_the_best_known, mark):
    signed = cookie_of(app, owner, mark)
    head, *tail = signed.split(".")
    wear(owner, ".".join([head, *tail[:-1], "A" * len(tail[-1])]))
    assert not shows(owner, only_the_best_known)
    for query in ("?view_as=3-known", "?standing=3-known", "?level=3&known=1"):
        assert not shows(owner, only_the_best_known + query)
    wear(owner, signed)
    assert shows(owner, only_the_best_known)  # the control


def test_whoever_is_no_owner_any_more_sees_what_everybody_sees(owner, only_the_best_known, practice):
    look_as(owner, "3-known")
    assert shows(owner, only_the_best_known)
    with practice_context(practice):
        Member.update(roles=["receptionist"]).execute()
    assert not shows(owner, only_the_best_known)


def test_only_owners_start_looking(app, client, practice, clock):
    account = make_member(practice, roles=("receptionist",), email="accueil@lavande.example")
    sign_in_as(client, account, clock=clock, staff=True)
    token = soup(client.get("/desk/day")).find("input", attrs={"name": "csrf_token"})["value"]
    sent = {"csrf_token": token, "standing": "3-known"}
    assert client.post(f"{SETTINGS}/view-as", data=sent).status_code == 403
    assert MARK not in client.get("/").get_data(as_text=True)


def test_next_door_one_looks_at_nothing(owner, neighbour, mark, app, only_the_best_known):
    look_as(owner, "3-known")
    with practice_context(neighbour):
        seance = HealthcareService.get(HealthcareService.key == "seance")
        BookingPolicy.create(service=seance, outcome="hidden")
        BookingPolicy.create(service=seance, level=3, outcome="direct")
    version = Practice.catalogue_version + 1
    Practice.update(catalogue_version=version).where(Practice.id == neighbour.id).execute()
    there = f"voisin.{HOST}"
    owner.set_cookie("parvis", cookie_of(app, owner, mark), domain=there)
    assert owner.get(f"/book/{seance.id}", base_url=f"http://{there}").status_code == 404
    owner.set_cookie("session", owner.get_cookie("session", domain=f"lavande.{HOST}").value, domain=there)
    assert owner.get(f"/book/{seance.id}", base_url=f"http://{there}").status_code == 404
    assert shows(owner, only_the_best_known)  # the control: at home it works
