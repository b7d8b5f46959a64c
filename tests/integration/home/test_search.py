"""The central search over HTTP: any mix of name, discipline and place, in four languages, and every odd question."""

from itertools import count
from urllib.parse import urlencode

import pytest

from app.booking.upkeep import refresh_listings
from app.directory import listing
from app.directory import search as directory
from app.directory.disciplines import DISCIPLINES, practitioner_label, subject_label
from app.directory.models import HealthcareService, Listing, Location, Practitioner, Schedule, ScheduleService
from app.directory.vocabulary import understand
from app.home import cards
from app.kernel.clock import to_minutes
from app.kernel.db import database, write_tx
from app.kernel.i18n import LANGUAGES, speaking
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice import folder
from app.practice.models import PracticeHost
from app.settings.closing import close
from app.settings.opening import open_practice
from tests.conftest import HOST, ROOT
from tests.factories import make_appointment
from tests.journey import soup

GENT, NAMUR, EUPEN = (51.0543, 3.7174), (50.4669, 4.8675), (50.6280, 6.0363)
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
_numbers = count(1)


class Portal:
    """A browser at the central portal, speaking French."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **more):
        return self.client.get(path, base_url=f"http://{HOST}", **more)


@pytest.fixture
def portal(client, inside):
    return Portal(client)


@pytest.fixture
def search(portal):
    def _search(**asked):
        response = portal.get(f"/search?{urlencode(asked)}")
        assert response.status_code == 200, response.status
        return soup(response)

    return _search


@pytest.fixture
def town(inside, clock):
    """The three other demo practices beside Lavande and its neighbour."""
    for slug in ("de-linde", "bergweg", "sablon"):
        open_practice(folder.read(ROOT / "tenants" / slug), hosts=[f"{slug}.{HOST}"], now=clock.now())


@pytest.fixture
def add(inside, clock):
    """An agenda in the shop window, with the first free time one wants it to show."""

    def _add(
        *,
        at,
        free=60,
        name="Ada Verne",
        discipline="persmidwife",
        practice="Chez Ada",
        online=True,
        **profile,
    ):
        number = next(_numbers)
        with write_tx():
            owner = Practice.create(
                slug=f"added-{number}",
                name=practice,
                discipline=discipline,
                profile=profile,
                created_at=clock.now(),
            )
            PracticeHost.create(host=f"added-{number}.{HOST}", practice=owner, primary=True)
            with practice_context(owner):
                given, _, family = name.partition(" ")
                person = Practitioner.create(
                    key="p", given_name=given, family_name=family, discipline=discipline
                )
                place = {"street": "Rue Haute 1", "postcode": "5000", "town": {"fr": "Namur"}}
                site = Location.create(key="s", lat=at[0], lon=at[1], **place)
                schedule = Schedule.create(key="a", practitioner=person, location=site)
                service = HealthcareService.create(key="v", duration_minutes=30, online=online)
                ScheduleService.create(schedule=schedule, service=service)
                listing.rebuild(owner, now=clock.now())
            show(schedule, free)
        return owner

    def show(schedule, free):
        now = to_minutes(clock.now())
        Listing.update(
            next_free=None if free is None else now + free, next_free_until=now + 99_999, next_free_version=1
        ).where(Listing.schedule_id == schedule.id).execute()

    return _add


def names(page):
    return [heading.get_text() for heading in page.select(".result h2")]


def practices(page):
    return {line.get_text().rpartition(" · ")[2] for line in page.select(".result-who div > p")}


# --- any mix


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"discipline": "persphysiotherapist"}, {"Cabinet Lavande", "Cabinet Voisin"}),
        ({"who": "kinesist"}, {"Cabinet Lavande", "Cabinet Voisin"}),
        ({"who": "lavande"}, {"Cabinet Lavande"}),
        ({"who": "LAV"}, {"Cabinet Lavande"}),
        ({"who": "avande"}, set()),
        ({"who": "kiné lavande"}, {"Cabinet Lavande"}),
        ({"who": "kiné lavande", "where": "5000"}, {"Cabinet Lavande"}),
        ({"who": "lavande", "discipline": "persdentist"}, set()),
        ({"who": "lavande", "where": "Eupen"}, set()),
        ({"who": "dentiste Bruxelles"}, {"Sablon"}),
        ({"where": "1000"}, {"Sablon"}),
        ({"where": "Gand"}, {"De Linde"}),
        ({"where": "Gent"}, {"De Linde"}),
        ({"where": "Ghent"}, {"De Linde"}),
        ({"where": "B-9000"}, {"De Linde"}),
        ({"where": "Namen", "who": "kine"}, {"Cabinet Lavande", "Cabinet Voisin"}),
        ({"where": "Namur", "discipline": "persphysiotherapist"}, {"Cabinet Lavande", "Cabinet Voisin"}),
        ({"who": "Podologie", "where": "Eupen"}, {"Bergweg"}),
        ({"lat": "50.63", "lon": "6.03"}, {"Bergweg"}),
        ({"who": "zzz"}, set()),
        ({"who": "!!!"}, set()),
        ({}, set()),
    ],
)
def test_any_mix_finds_who_was_meant(search, town, asked, found):
    shown = practices(search(**asked))
    assert len(shown) == len(found)
    assert all(any(name in practice for practice in shown) for name in found), shown


def test_people_are_found_by_the_beginning_of_their_names(search, practice):
    with practice_context(practice):
        person = Practitioner.select().first()
    page = search(who=f"{person.family_name[:4]} {person.given_name[:3].upper()}")
    assert person.name in names(page)


def test_the_box_keeps_what_was_asked(search):
    page = search(who="kiné", where="Namen")
    assert page.find("input", id="who")["value"] == "kiné"
    assert page.find("input", id="where")["value"] == "Namen"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_words_of_a_chosen_discipline_are_understood_when_sent_back(app, inside, code):
    from app.directory.places import fold

    with app.test_request_context(), speaking(code):
        for discipline in DISCIPLINES:
            for label in (subject_label(discipline), practitioner_label(discipline)):
                assert understand(fold(label).split()) == (discipline, []), (code, label)


def test_the_town_is_named_in_the_language_of_the_page(portal, town):
    page = soup(portal.get("/search?where=9000&lang=fr"))
    assert "Gand" in page.h1.get_text()
    assert any("Gand" in line.get_text() for line in page.select(".result-where"))


# --- a result


def test_a_result_says_how_to_come_to_call_to_write_and_to_book(search, practice):
    card = search(who="lavande", where="5000").select_one(".result")
    links = {link["href"] for link in card.find_all("a")}
    site = f"http://lavande.{HOST}/"
    assert {site, f"{site}book", "tel:+3281001234", "mailto:accueil@lavande.example"} <= links
    where = next(link for link in card.find_all("a") if "openstreetmap.org" in link["href"])
    assert "mlat=50.46610&mlon=4.86390#map=17/" in where["href"] and where["rel"] == ["noopener"]
    assert "Rue des Carmes 18" in where.get_text() and "5000 Namur" in where.get_text()
    assert card.select_one("b").get_text().endswith("km")
    assert card.select_one("time.free-time")["datetime"].startswith("2026-11-")


def test_who_takes_no_bookings_online_is_shown_with_a_telephone(search, add):
    add(at=GENT, online=False, phone="09 123 45 67")
    card = search(who="sage-femme").select_one(".result")
    assert "/book" not in str(card)
    assert card.select_one(".result-free a")["href"] == "tel:091234567"


def test_who_is_full_has_no_time_but_a_way_in(search, add):
    add(at=GENT, free=None)
    card = search(who="sage-femme").select_one(".result")
    assert card.select_one("time") is None
    assert card.select_one(".result-free a")["href"].endswith("/book")


def test_names_are_text_and_never_markup(search, add):
    add(at=GENT, name='<b>Eve</b> "x" onload=alert(1)', practice="A\x1f&B", email='"><script>@x.example')
    page = search(who="eve")
    assert names(page) == ['<b>Eve</b> "x" onload=alert(1)']
    assert practices(page) == {"A &B"}
    assert not page.select(".results script, .results [onload]")


# --- order and pages


def test_the_soonest_stands_first_unless_the_nearest_is_wanted(search, add):
    for name, north, free in (("Near Late", 0.0, 3000), ("Far Soon", 0.05, 60), ("Middle Never", 0.02, None)):
        add(at=(GENT[0] + north, GENT[1]), name=name, free=free)
    soonest = search(who="midwife", where="9000")
    assert names(soonest) == ["Far Soon", "Near Late", "Middle Never"]
    nearest = search(who="midwife", where="9000", by="nearest")
    assert names(nearest) == ["Near Late", "Middle Never", "Far Soon"]
    assert nearest.find(id="by-nearest")["aria-current"] == "true"
    assert not search(who="midwife").select(".orders")


def test_of_equal_times_the_nearer_stands_first(search, add):
    for name, north in (("Far Away", 0.06), ("Next Door", 0.001)):
        add(at=(GENT[0] + north, GENT[1]), name=name)
    assert names(search(who="midwife", where="9000")) == ["Next Door", "Far Away"]


@pytest.mark.parametrize(
    ("away", "km", "shown"), [(0.08, 10, 1), (0.15, 25, 1), (0.35, 50, 1), (0.5, None, 0)]
)
def test_the_circle_widens_until_somebody_is_found(search, add, away, km, shown):
    add(at=(EUPEN[0] - away, EUPEN[1]))
    page = search(who="midwife", lat=EUPEN[0], lon=EUPEN[1])
    assert len(names(page)) == shown
    if km:
        assert f"{km} km" in " ".join(page.select_one(".page-head p").get_text().split())
    else:
        assert page.select_one(".empty .ways-out a")["href"] == "/search?who=midwife"


def test_the_circle_can_be_widened_by_hand(search, add):
    add(at=EUPEN, name="At Eupen")
    add(at=(EUPEN[0] - 0.15, EUPEN[1]), name="Further Away", free=10)
    page = search(who="midwife", lat=EUPEN[0], lon=EUPEN[1])
    assert names(page) == ["At Eupen"]
    wider = page.find(id="more")["href"]
    assert "within=25" in wider
    assert names(search(**dict(pair.split("=") for pair in wider.partition("?")[2].split("&")))) == [
        "Further Away",
        "At Eupen",
    ]


def test_more_results_come_ten_at_a_time(search, add):
    for number in range(25):
        add(at=GENT, name=f"Number {number:02}", free=number * 15)
    everyone = [f"Number {number:02}" for number in range(25)]
    first = search(who="midwife", where="9000")
    assert names(first) == everyone[:10]
    assert first.find(id="more")["href"] == first.find(id="more")["hx-get"]
    second = search(who="midwife", where="9000", page=2)
    assert names(second) == everyone[:20]
    assert second.select_one("[data-focus]").get_text() == "Number 10"
    last = search(who="midwife", where="9000", page=3)
    assert names(last) == everyone
    assert "page=" not in str(last.select_one(".results-end"))


def test_the_part_that_is_swapped_is_the_part_of_the_page(portal, town):
    for path in ("/search?where=5000", "/search?where=5000&by=nearest", "/search?who=zzz", "/search"):
        fragment, page = soup(portal.get(path, headers=PARTIAL)), soup(portal.get(path))
        assert [tag["id"] for tag in fragment.find_all(recursive=False)] == ["results"]
        assert str(fragment.find(id="results")) == str(page.find(id="results"))


# --- what cannot be understood


def test_an_unknown_place_is_said_and_nothing_else_is_lost(search, town):
    page = search(who="lavande", where="Xyzzy")
    assert "Xyzzy" in page.select_one(".notice").get_text()
    assert practices(page) == {"Cabinet Lavande"}
    assert page.find("input", id="where")["value"] == "Xyzzy"


@pytest.mark.parametrize(
    "position", [("nan", "4"), ("48.85", "2.35"), ("50.4", ""), ("1e400", "4"), ("a", "b")]
)
def test_an_odd_position_is_said_and_nothing_else_is_lost(search, town, position):
    page = search(who="lavande", lat=position[0], lon=position[1])
    assert page.select_one(".notice")
    assert practices(page) == {"Cabinet Lavande"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("who=" + "x" * 10_000, 200),
        ("where=" + "1" * 10_000, 200),
        ("who=" + "%CC%81" * 3000, 200),
        ("who=a%00b&where=%00", 200),
        ("who=%ED%A0%80&where=%FF%FE", 200),
        ("who=%25&where=_", 200),
        ("who=" + "+a" * 100, 200),
        ("who='%3B+DROP+TABLE+listing%3B--", 200),
        ("discipline=persastrologer", 200),
        ("discipline=" + "x" * 10_000, 200),
        ("where=5000&within=-1&by=worst", 200),
        ("lat=99999999999999999999&lon=-0", 200),
        ("who[]=a&where[0]=b", 200),
        ("who=a&who=b", 400),
        ("page=0", 404),
        ("page=9223372036854775808", 404),
        ("page=11", 404),
        ("page=%00", 404),
    ],
)
@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_no_question_breaks_the_search(portal, query, status, headers):
    response = portal.get(f"/search?{query}", headers=headers)
    assert response.status_code == status
    assert soup(response).h1.get_text().strip()


def test_it_answers_get_alone_and_on_the_portal_alone(portal, client):
    assert client.post("/search", json={"who": "x"}, base_url=f"http://{HOST}").status_code in (400, 405)
    assert client.get("/search?who=lavande").status_code == 404


# --- staying true


def test_a_closed_practice_is_gone(search, practice, clock):
    assert practices(search(who="lavande")) == {"Cabinet Lavande"}
    close(practice, now=clock.now())
    assert practices(search(who="lavande")) == set()


def test_a_practice_that_closes_between_two_statements_breaks_nothing(app, practice, clock):
    found = directory.search(directory.read({"who": "lavande"}), now=clock.now(), recompute=lambda *ids: None)
    assert found.entries
    close(practice, now=clock.now())
    forget_cards()
    with app.test_request_context():
        assert cards.html(found.entries, "fr", now=clock.now(), first_new=None) == b""


def test_a_time_that_was_just_taken_is_not_shown(search, practice, clock):
    while refresh_listings():
        pass
    before = first_time(search(who="lavande"))
    with practice_context(practice):
        taken = Listing.select().where(Listing.practice == practice.id).order_by(Listing.next_free).first()
        schedule = Schedule.get_by_id(taken.schedule_id)
        make_appointment(like=booked_in(schedule), starts=taken.next_free, ends=taken.next_free + 60)
        bump(taken.practitioner_id)
    page = search(who="lavande")
    assert str(taken.next_free) not in stamps(page)
    assert first_time(page) >= before


def test_a_time_that_has_passed_is_not_shown(search, clock):
    while refresh_listings():
        pass
    before = first_time(search(who="lavande"))
    clock.move(days=3)
    assert first_time(search(who="lavande")) > before


def test_a_changed_practice_shows_its_new_card(search, practice, clock):
    assert names(search(who="lavande"))
    with write_tx(), practice_context(practice):
        Practice.update(name="Cabinet Romarin").where(Practice.id == practice.id).execute()
        Location.update(street="Rue Neuve 2").execute()
        listing.rebuild(Practice.get_by_id(practice.id), now=clock.now())
    assert not names(search(who="lavande"))
    page = search(who="romarin")
    assert practices(page) == {"Cabinet Romarin"}
    assert "Rue Neuve 2" in page.select_one(".result-where").get_text()


def test_rebuilding_twice_changes_nothing_and_what_is_no_longer_public_goes(practice, clock):
    def rows():
        return sorted(
            (row.id, row.card_hash) for row in Listing.select().where(Listing.practice == practice.id)
        )

    before = rows()
    with write_tx(), practice_context(practice):
        listing.rebuild(practice, now=clock.now())
        assert rows() == before
        Schedule.update(public=False).where(Schedule.id == Schedule.select().first().id).execute()
        listing.rebuild(practice, now=clock.now())
    assert len(rows()) == len(before) - 1


def test_a_search_is_one_statement_and_the_cards_another_the_first_time(portal, town, clock):
    while refresh_listings():
        pass
    forget_cards()
    costs = []
    for _ in range(2):
        before = database.obj.statements
        portal.get("/search?where=5000&who=kine", headers=PARTIAL)
        costs.append(database.obj.statements - before)
    assert costs == [2, 1]


def forget_cards():
    cards._cards.clear()
    cards._faces.clear()


def first_time(page):
    return min(stamp for stamp in stamps(page))


def stamps(page):
    return [time["datetime"] for time in page.select(".result time")]


def booked_in(schedule):
    service = HealthcareService.select().order_by(HealthcareService.position).first()
    return type("Like", (), {"__data__": {
        "patient": make_appointment(starts=29_000_000).patient_id, "practitioner": schedule.practitioner_id,
        "schedule": schedule.id, "service": service.id, "location": schedule.location_id,
    }})  # fmt: skip


def bump(practitioner_id):
    Practitioner.update(availability_version=Practitioner.availability_version + 1).where(
        Practitioner.id == practitioner_id
    ).execute()
