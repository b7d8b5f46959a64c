"""«Mes rendez-vous»: one's own at this practice, or at every one on the central portal; nobody else's anywhere."""

from contextlib import contextmanager

import pytest

from app.identity import representation
from app.identity.representation import Child
from app.kernel.clock import to_minutes
from app.kernel.db import connection, database
from app.kernel.tenancy import account_context, practice_context
from app.patients.models import Connection
from tests.conftest import HOST
from tests.factories import make_appointment, make_patient
from tests.journey import soup
from tests.people import SEALER, make_account, sign_in_as

PAGE = "/me/appointments"
PORTAL = f"http://{HOST}"


@pytest.fixture
def account(inside):
    return make_account()


@pytest.fixture
def file_at(account, clock):
    """file_at(practice): the person's own file there, connected."""

    def made(practice, *, whose=None, **more):
        with practice_context(practice):
            patient = make_patient(**more)
            Connection.create(patient=patient.id, account=account.id, dependant=whose, created_at=clock.now())
            return patient

    return made


def appointment_of(practice, patient, clock, *, days, **more):
    with practice_context(practice):
        starts = to_minutes(clock.now()) // 30 * 30 + days * 1440 + more.pop("minutes", 0)
        return make_appointment(patient=patient, starts=starts, origin="import", **more)


def rows(answer):
    return [one.get_text(" ", strip=True) for one in soup(answer).select(".appointment")]


@contextmanager
def counted():
    before = database.obj.statements
    found = []
    yield found
    found.append(database.obj.statements - before)


def test_at_a_practice_that_practice_and_on_the_portal_all_of_them(
    client, account, file_at, practice, neighbour, clock
):
    here, there = file_at(practice), file_at(neighbour)
    appointment_of(practice, here, clock, days=3)
    appointment_of(neighbour, there, clock, days=4)
    appointment_of(practice, here, clock, days=-30, status="fulfilled")
    sign_in_as(client, account, clock=clock)
    answer = client.get(PAGE)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert len(rows(answer)) == 2 and "Voisin" not in soup(answer).main.get_text()
    sign_in_as(client, account, clock=clock, host=HOST)
    everything = rows(client.get(PAGE, base_url=PORTAL))
    assert len(everything) == 3
    assert ["Cabinet Lavande" in one for one in everything] == [True, False, True]
    assert "Cabinet Voisin" in everything[1]


def test_requests_are_marked_and_what_can_be_done_is_offered(client, account, file_at, practice, clock):
    mine = file_at(practice)
    appointment_of(practice, mine, clock, days=4, status="proposed", answer_by=30_000_000)
    appointment_of(practice, mine, clock, days=5, move_until=30_000_000, cancel_until=30_000_000)
    appointment_of(practice, mine, clock, days=6, status="pending", answer_by=30_000_000)
    sign_in_as(client, account, clock=clock)
    first, second, third = rows(client.get(PAGE))
    assert "Demandé" in first and "Retirer" in first and "Déplacer" not in first
    assert "Réservé" in second and "Déplacer" in second and "Annuler" in second
    assert "Attend votre réponse" in third and "Répondre" in third


def test_a_line_leads_to_the_page_at_the_practice_with_its_rules(client, account, file_at, practice, clock):
    made = appointment_of(practice, file_at(practice), clock, days=5)
    sign_in_as(client, account, clock=clock, host=HOST)
    answer = client.get(f"{PAGE}/{made.id}?then=move", base_url=PORTAL)
    place = answer.headers["Location"]
    assert answer.status_code == 303 and place.startswith(f"http://lavande.{HOST}/appointments/")
    assert place.endswith("/move")


def test_anybody_elses_is_not_there(client, account, file_at, practice, neighbour, clock):
    own = appointment_of(practice, file_at(practice), clock, days=5)
    with practice_context(practice):
        stranger = make_patient(family_name="Autre")
    theirs = appointment_of(practice, stranger, clock, days=6)
    next_door = appointment_of(neighbour, file_at(neighbour), clock, days=7)
    sign_in_as(client, account, clock=clock)
    assert client.get(f"{PAGE}/{own.id}").status_code == 303  # the control
    for one in (theirs.id, next_door.id, account.id):
        assert client.get(f"{PAGE}/{one}").status_code == 404
    assert "Autre" not in client.get(PAGE).get_data(as_text=True)
    sign_in_as(client, account, clock=clock, host=HOST)
    assert client.get(f"{PAGE}/{theirs.id}", base_url=PORTAL).status_code == 404
    assert client.get(f"{PAGE}/{next_door.id}", base_url=PORTAL).status_code == 303


def test_a_practice_that_was_left_is_no_longer_shown(client, account, file_at, practice, clock):
    made = appointment_of(practice, file_at(practice), clock, days=5)
    with practice_context(practice):
        Connection.update(left_at=clock.now()).execute()
    sign_in_as(client, account, clock=clock)
    assert rows(client.get(PAGE)) == [] and client.get(f"{PAGE}/{made.id}").status_code == 404


def test_a_guest_is_sent_to_sign_in(client):
    answer = client.get(PAGE)
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


def test_children_are_named_and_acting_for_one_shows_that_one_alone(
    client, account, file_at, practice, clock
):
    child = Child(
        given_name="Léo", family_name="Dupont", birth_date=clock.now().date().replace(year=2019), sex="male",
        language="fr", niss=None, country="FR",
    )  # fmt: skip
    with connection():
        row = representation.add_child(account, child, basis="parent", sealer=SEALER, now=clock.now())
    appointment_of(practice, file_at(practice), clock, days=5)
    theirs = appointment_of(
        practice, file_at(practice, whose=row.dependant_id, given_name="Léo"), clock, days=6
    )
    session = sign_in_as(client, account, clock=clock)
    both = rows(client.get(PAGE))
    assert len(both) == 2 and "Pour Léo Dupont" in both[1]
    with account_context(account):
        acted = representation.of_id(account, row.id, now=clock.now())[1]
        representation.start_acting(session, acted, now=clock.now())
    answer = client.get(PAGE)
    assert len(rows(answer)) == 1 and "Rendez-vous de Léo Dupont" in soup(answer).h1.get_text()
    assert client.get(f"{PAGE}/{theirs.id}").status_code == 303


def test_five_hundred_of_before_cost_as_many_statements_as_one(client, account, file_at, practice, clock):
    mine = file_at(practice)
    appointment_of(practice, mine, clock, days=5)
    appointment_of(practice, mine, clock, days=-5, status="fulfilled")
    sign_in_as(client, account, clock=clock)
    client.get(PAGE)
    with counted() as few:
        client.get(PAGE)
    for number in range(500):
        appointment_of(practice, mine, clock, days=-6 - number, status="fulfilled")
    with counted() as many:
        answer = client.get(PAGE)
    assert many == few and len(rows(answer)) == 21
    last = client.get(f"{PAGE}?page=25")
    assert len(rows(last)) == 1
    assert client.get(f"{PAGE}?page=-1").status_code == 200


def test_the_empty_page_says_what_will_stand_there(client, account, clock):
    sign_in_as(client, account, clock=clock)
    assert "pas encore réservé chez Cabinet Lavande" in client.get(PAGE).get_data(as_text=True)
    sign_in_as(client, account, clock=clock, host=HOST)
    answer = client.get(PAGE, base_url=PORTAL)
    assert soup(answer).select_one(".empty") and answer.status_code == 200


def test_what_is_left_of_a_prescription_stands_there_with_the_way_to_book_it(
    client, account, file_at, practice, neighbour, clock
):
    from datetime import date

    from app.booking import prescriptions

    for there in (practice, neighbour):
        mine = file_at(there)
        appointment_of(there, mine, clock, days=3)
        with practice_context(there):
            prescriptions.note(
                mine, by="member", now=clock.now(), prescribed_on=date(2026, 11, 18), sessions=9
            )
    sign_in_as(client, account, clock=clock)
    (one,) = soup(client.get(PAGE)).select(".budget")
    assert one.find("meter")["value"] == "1"
    assert "restantes : 8" in one.get_text(" ", strip=True).replace("\u00a0", " ").replace("\u202f", " ")
    way = soup(client.get(PAGE)).find("a", string=lambda t: t and "séances restantes" in t) or soup(
        client.get(PAGE)
    ).select_one("a[href*='/series?']")
    assert client.get(way["href"]).status_code == 200
