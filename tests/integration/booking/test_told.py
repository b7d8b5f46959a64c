"""What a patient is told before committing, and what a hand-made post gets in its place."""

from uuid import uuid4

import pytest

from app.booking.actions import place
from app.booking.models import AgendaLimit, Appointment, BookingPolicy, Hold, Resource, ResourcePool
from app.directory.models import HealthcareService, Schedule
from app.kernel.db import database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.models import Connection
from tests.factories import make_appointment, make_patient
from tests.journey import GUEST, choose, form_of, soup, times_page
from tests.people import make_account, sign_in_as

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Site:
    """Lavande as its visitors meet it; `rule` changes what is offered from then on."""

    def __init__(self, practice):
        self.practice = practice
        with practice_context(practice):
            self.seance = HealthcareService.get(HealthcareService.key == "seance")
            self.schedules = {row.key: row for row in Schedule.select()}
        self.url = f"/book/{self.seance.id}/{self.schedules['aline-namur'].location_id}"

    def room(self):
        """Two of them at every site, which the service then needs."""
        with practice_context(self.practice):
            HealthcareService.update(needs=["room"]).where(HealthcareService.id == self.seance.id).execute()
            for place in {row.location_id for row in self.schedules.values()}:
                pool = ResourcePool.create(location=place, key="room", name={"fr": "Salle"})
                for key in ("one", "two"):
                    Resource.create(pool=pool, key=key, name={"fr": key})
        self.changed()

    def rule(self, *, service="seance", **values):
        with practice_context(self.practice):
            row = HealthcareService.get(HealthcareService.key == service) if service else None
            BookingPolicy.create(service=row, **values)
        self.changed()

    def changed(self):
        version = Practice.catalogue_version + 1
        Practice.update(catalogue_version=version).where(Practice.id == self.practice.id).execute()

    def count(self, model=Appointment):
        with practice_context(self.practice):
            return model.select().count()


@pytest.fixture
def site(inside, practice):
    return Site(practice)


@pytest.fixture
def patient(client, practice, clock):
    """Somebody signed in whom Lavande knows by a file; the browser, and the file."""
    account = make_account()
    with practice_context(practice):
        file = make_patient(email="alice@example.be")
        Connection.create(patient=file.id, account=account.id, created_at=clock.now())
    sign_in_as(client, account, clock=clock)
    return client, file


def text_of(response):
    return " ".join(soup(response).get_text(" ").split())


def details_of(client, site):
    """The page of details of the first free séance."""
    return choose(client, times_page(client, site.url)[1])


def sent(client, site, page=None, **changes):
    """The form of the details page, filled in and sent."""
    action, fields = form_of(soup(page or details_of(client, site)), holding="attempt")
    return client.post(action, data={**fields, **GUEST, **changes})


@pytest.mark.parametrize("with_a_room", [False, True])
def test_a_guest_books_in_eight_statements(client, site, with_a_room):
    """The practice found, everybody and every room locked, and the line of the journal included."""
    if with_a_room:
        site.room()
    for name in ("First", "Second"):  # the second time, when what a process remembers is there
        action, form = form_of(soup(details_of(client, site)), holding="attempt")
        before = database.obj.statements
        answer = client.post(action, data={**form, **GUEST, "family_name": name})
        assert answer.status_code == 303
    assert database.obj.statements - before <= 8
    with practice_context(site.practice):
        assert (Appointment.select().order_by(Appointment.id.desc()).first().units is None) is not with_a_room


def test_whoever_books_directly_reads_so(client, site):
    assert "Vous réservez directement" in text_of(client.get(site.url))
    page = details_of(client, site)
    assert "Vous réservez directement" in text_of(page)
    assert not soup(page).find("textarea")


def test_a_request_is_announced_sent_with_a_note_and_shown_as_one(client, site, practice):
    site.rule(known=False, outcome="request")
    assert "Sur demande" in text_of(client.get("/book"))
    assert "Vous pouvez faire une demande" in text_of(client.get(site.url))
    page = details_of(client, site)
    assert "le cabinet répond au plus tard" in text_of(page) and "Demander ce rendez-vous" in text_of(page)
    answer = sent(client, site, page, note="Bonjour,\n\n\n\nj’ai mal au dos. ")
    assert answer.status_code == 303
    with practice_context(practice):
        made = Appointment.get()
    assert (made.status, made.note) == ("proposed", "Bonjour,\n\nj’ai mal au dos.")
    shown = text_of(client.get(answer.headers["Location"]))
    assert "Votre demande est au cabinet" in shown and "Ajouter à mon agenda" not in shown
    for change, words in (
        ({"status": "booked"}, "Votre rendez-vous est réservé"),
        ({"status": "cancelled", "cancel_kind": "refused"}, "Votre demande n’a pas pu être acceptée"),
    ):
        if change["status"] == "cancelled":
            change |= {"cancelled_at": made.created_at, "cancelled_by": "operator"}
        with practice_context(practice):
            Appointment.update(**change).where(Appointment.id == made.id).execute()
        assert words in text_of(client.get(answer.headers["Location"]))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("note", ["x" * 1001, "a\x00b", "a\x07b"])
def test_a_note_of_strange_signs_is_said_and_kept(client, site, note):
    site.rule(outcome="request")
    page = details_of(client, site)
    answer = sent(client, site, page, note=note)
    assert answer.status_code == 422 and site.count() == 0
    assert soup(answer).select(".error-summary a[href='#note']")
    assert sent(client, site, answer, note="Merci").status_code == 303  # the control


def test_what_is_for_the_telephone_is_listed_with_the_number_and_no_time(client, site):
    site.rule(outcome="call")
    assert "Appelez-nous" in text_of(client.get("/book"))
    for response in (client.get(site.url), client.get(site.url, headers=PARTIAL)):
        page = soup(response)
        assert response.status_code == 200
        assert page.select("a[href^='tel:']") and not page.select("[name=start]")


def test_who_signs_in_first_comes_back_to_the_same_step(client, site, clock):
    site.rule(sign_in_required=True)
    page = details_of(client, site)
    assert not soup(page).find(attrs={"name": "given_name"})
    link = next(a["href"] for a in soup(page).find_all("a", href=True) if "next=" in a["href"])
    assert link.startswith("/sign-in?next=/book/")
    assert (
        page.request.path.split("/")[2] in link and "attempt" in link
    )  # the same service, the same held time
    sign_in_as(client, make_account(), clock=clock)
    again = client.get(page.request.path, query_string=page.request.query_string.decode())
    assert soup(again).find(attrs={"name": "whose"})


def test_one_reads_what_would_let_one_do_more(client, site, patient):
    site.rule(outcome="request")
    site.rule(level=3, outcome="direct")
    browser, _file = patient
    page = text_of(browser.get(site.url))
    assert "Pour réserver directement" in page and "carte d’identité" in page
    assert "Connectez-vous" not in page


# ---- what a hand-made post gets


def prepared(client, site):
    """A form filled from pages that were right when they were made."""
    action, fields = form_of(soup(details_of(client, site)), holding="attempt")
    return action, {**fields, **GUEST}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"outcome": "call"}, "Appelez-nous"),
        ({"sign_in_required": True}, "connecter d’abord"),
    ],
)
def test_an_outcome_cannot_be_posted_around_and_what_was_typed_stays(client, site, rule, words):
    action, form = prepared(client, site)
    site.rule(**rule)
    answer = client.post(action, data=form)
    assert answer.status_code == 422 and site.count() == 0
    assert words in text_of(answer)
    assert soup(answer).find(attrs={"name": "family_name"})["value"] == "Dupont"
    site.rule(level=0, outcome="direct", sign_in_required=False)
    assert client.post(action, data=form).status_code == 303  # the control


def test_a_direct_booking_cannot_be_forged_where_only_requests_are_taken(client, site, practice):
    action, form = prepared(client, site)
    site.rule(outcome="request")
    answer = client.post(
        action, data={**form, "status": "booked", "outcome": "direct", "level": "4", "known": "1"}
    )
    assert answer.status_code == 303
    with practice_context(practice):
        assert Appointment.get().status == "proposed"


def test_what_became_hidden_is_not_found_and_holds_nothing(client, site):
    action, form = prepared(client, site)
    held = site.count(Hold)
    site.rule(outcome="hidden")
    assert client.post(action, data=form).status_code == 404
    assert client.post(f"{site.url}/holds", data=form).status_code == 404
    assert (site.count(), site.count(Hold)) == (0, held)
    site.rule(level=0, outcome="direct")
    assert client.post(action, data=form).status_code == 303  # the control


def test_a_notice_cannot_be_posted_around(client, site):
    action, form = prepared(client, site)
    site.rule(min_notice_minutes=60 * 24 * 30)
    answer = client.post(action, data={**form, "attempt": str(uuid4())})
    assert answer.status_code == 422 and site.count() == 0
    page = soup(answer)
    offered = [it["value"] for it in page.select("button[name=start]")]
    assert offered and form["start"] not in offered  # others are, and one press books
    action, again = form_of(page, holding="attempt")
    assert client.post(action, data={**again, "start": offered[0]}).status_code == 303


def test_a_cap_shows_what_one_holds_and_posts_do_not_pass_it(client, site, patient, practice):
    browser, file = patient
    action, form = form_of(soup(details_of(browser, site)), holding="attempt")
    form["accept"] = "y"
    with practice_context(practice):
        held = make_appointment(patient=file, starts=int(form["start"]) + 3 * 1440)
    site.rule(upcoming_most=1)
    shown = browser.get(site.url)
    assert "le maximum admis par le cabinet" in text_of(shown)
    assert soup(shown).select(".held a[href^='/appointments/']") and not soup(shown).select("[name=start]")
    if "number" in form:
        form |= {name: GUEST[name] for name in ("number", "niss")}
    answer = browser.post(action, data=form)
    assert answer.status_code == 422 and site.count() == 1
    assert soup(answer).select(".held a[href^='/appointments/']")
    with practice_context(practice):  # the control: once it is given up
        Appointment.update(
            status="cancelled", cancel_kind="patient", cancelled_at=held.created_at, cancelled_by="guest"
        ).where(Appointment.id == held.id).execute()
    assert browser.post(action, data=form).status_code == 303


def test_a_guest_at_a_cap_learns_nothing_of_what_is_held(client, site, practice):
    site.rule(upcoming_most=1)
    assert sent(client, site).status_code == 303
    answer = sent(client, site)
    assert answer.status_code == 422 and site.count() == 1
    assert not soup(answer).select(".held")
    other = {"email": "bob@example.be", "niss": "85.07.30-993.38", "given_name": "Bob"}
    assert sent(client, site, **other).status_code == 303  # the control


def test_rules_that_change_at_the_very_moment_keep_what_was_typed(client, site, monkeypatch):
    action, form = prepared(client, site)
    lock = place.lock

    def somebody_was_quicker(offer, *others):
        site.changed()
        lock(offer, *others)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(place, "lock", somebody_was_quicker)
        answer = client.post(action, data=form)
    assert answer.status_code == 409 and site.count() == 0
    assert "vient de changer ses règles" in text_of(answer)
    action, again = form_of(soup(answer), holding="attempt")
    assert (again["family_name"], again["start"]) == ("Dupont", form["start"])
    assert client.post(action, data={**again, "accept": "y"}).status_code == 303  # the control


def test_the_neighbours_agendas_are_no_agendas_here(client, site, neighbour):
    action, form = prepared(client, site)
    with practice_context(neighbour):
        theirs = Schedule.get()
        service = HealthcareService.get(HealthcareService.key == "seance")
    assert client.post(action, data={**form, "schedule": str(theirs.id)}).status_code == 404
    assert client.post(f"/book/{service.id}/{theirs.location_id}/appointments", data=form).status_code == 404
    assert client.post(action, data=form).status_code == 303


def test_a_limit_of_an_agenda_takes_its_times_away_and_staff_may_go_beyond(client, site, practice):
    aline = site.schedules["aline-namur"]
    with practice_context(practice):
        AgendaLimit.create(schedule=aline.id, service=site.seance.id, period="day", unit="count", most=1)
    site.changed()
    _, page = times_page(client, site.url, schedule=str(aline.id))
    day, before = page.find(attrs={"name": "day"})["value"], page.select("[name=start]")
    action, form = form_of(soup(choose(client, page)), holding="attempt")
    assert client.post(action, data={**form, **GUEST}).status_code == 303
    after = times_page(client, site.url, schedule=str(aline.id), day=day)[1]
    assert len(before) > 1 and not after.select("[name=start]")
    other = before[-1]["value"]
    bob = {"email": "bob@example.be", "niss": "85.07.30-993.38", "attempt": str(uuid4()), "start": other}
    assert client.post(action, data={**form, **GUEST, **bob}).status_code in (409, 422)
    assert site.count() == 1


# ---- what it costs


def test_what_applies_costs_guests_no_statement_and_no_cookie(client, site):
    site.rule(outcome="request")
    site.rule(level=3, outcome="direct")
    for _ in range(2):
        before = database.obj.statements
        response = client.get(f"{site.url}?span=week&day=2026-11-24", headers=PARTIAL)
    assert "Vous pouvez faire une demande" in response.get_data(as_text=True)
    assert database.obj.statements - before <= 3 and "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_two_standings_never_share_a_fragment(app, client, site, patient):
    site.rule(outcome="request")
    site.rule(level=0, outcome="call")
    browser, _file = patient
    guest = app.test_client()
    mine, theirs = (
        one.get(site.url, headers={**PARTIAL, "Accept-Language": "fr"}) for one in (browser, guest)
    )
    assert mine.headers["Cache-Control"] == "no-store" and mine.headers["ETag"] != theirs.headers["ETag"]
    assert soup(mine).select("[name=start]") and not soup(theirs).select("[name=start]")
    again = guest.get(
        site.url, headers={**PARTIAL, "Accept-Language": "fr", "If-None-Match": mine.headers["ETag"]}
    )
    assert again.status_code == 200
