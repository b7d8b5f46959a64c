"""People, sites and agendas begin and end on a day: what loses its place is seen first, and the public follows."""

from datetime import date, timedelta

import pytest

from app.booking import catalogue, impact, queries, upkeep
from app.booking.models import Appointment, WorkingHours
from app.booking.plans import agendas, elsewhere, endings, offers, people, sites, weeks
from app.booking.plans.agendas import Agenda, Given
from app.booking.plans.endings import Spell
from app.booking.plans.shelving import LastDayPassed
from app.booking.plans.typed import Week, Window
from app.directory import listing
from app.directory.models import HealthcareService, Listing, Location, Practitioner, Schedule
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice import folder
from app.settings import exporting, opening
from tests.integration.booking.agenda import BY, DAY, agenda, at, book, see


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def make(here, services, clock):
    return lambda *args, **more: book(here, *args, services=services, clock=clock, **more)


def seen_by_patients(here, clock):
    return catalogue.of(Practice.get_by_id(here.id), now=clock.now())


@pytest.mark.parametrize("what", [Practitioner, Location, Schedule])
def test_a_last_day_costs_what_comes_after_it_and_taking_it_back_gives_it_again(here, make, clock, what):
    aline = agenda()
    make(aline, 9, day=DAY)
    make(aline, 9, day=DAY + timedelta(days=7))
    row = {
        Practitioner: aline.practitioner,
        Location: Location.get_by_id(aline.location_id),
        Schedule: aline,
    }[what]
    found = see(lambda seen: endings.end(here, row, DAY, by=BY, now=clock.now(), seen=seen))
    assert len(found.lost) == 1 and impact.waiting() == 1
    public = seen_by_patients(here, clock)
    mine = [offer for offer in public.offers if offer.schedule.id == aline.id]
    assert mine and queries.first_free(mine, now=clock.now()) is not None  # until then, people book
    fresh = what.get_by_id(row.id)
    see(lambda seen: endings.resume(here, fresh, by=BY, now=clock.now(), seen=seen))
    assert impact.waiting() == 0 and what.get_by_id(row.id).ends_on is None


def test_whoever_left_is_on_no_public_page_and_in_no_search_and_time_alone_does_it(here, app, clock):
    aline = agenda()
    endings.end(here, aline.practitioner, clock.now().date(), by=BY, now=clock.now())
    assert Listing.get_or_none(Listing.schedule_id == aline.id) is not None
    upkeep.refresh(Practice.get_by_id(here.id), aline.id, now=clock.now())
    clock.move(days=1)
    public = seen_by_patients(here, clock)
    assert aline.practitioner_id not in {offer.practitioner.id for offer in public.offers}
    assert aline.practitioner_id not in {one.id for one in public.practitioners}
    upkeep.refresh(Practice.get_by_id(here.id), aline.id, now=clock.now())
    assert Listing.get_or_none(Listing.schedule_id == aline.id) is None
    listing.rebuild(Practice.get_by_id(here.id), now=clock.now())
    assert Listing.get_or_none(Listing.schedule_id == aline.id) is None


def test_a_day_before_yesterday_is_no_last_day(here, clock):
    with pytest.raises(LastDayPassed):
        endings.end(here, agenda(), clock.now().date() - timedelta(days=2), by=BY, now=clock.now())


def test_a_later_first_day_costs_what_was_booked_before_it(here, make, clock):
    aline = agenda()
    make(aline, 9)
    row = people.practitioner(aline.practitioner_id)
    later = people.Who(**{**vars(people.of(row)), "starts_on": DAY + timedelta(days=1)})
    before = people.mark(row)
    change = {"before": before, "by": BY, "now": clock.now()}
    found = see(lambda seen: people.change(here, row, later, **change, seen=seen))
    assert len(found.lost) == 1
    assert endings.difference(here, row, Spell()).added == ()


def test_a_site_on_another_clock_moves_its_hours(here, make, clock):
    aline = agenda()
    make(aline, 8)  # the first hour of the day
    row = sites.site(aline.location_id)
    moved = sites.Site(**{**vars(sites.of(row)), "timezone": "Europe/Athens"})
    before = sites.mark(row)
    found = see(lambda seen: sites.change(here, row, moved, before=before, by=BY, now=clock.now(), seen=seen))
    assert found.lost or found.stays
    offer = next(o for o in seen_by_patients(here, clock).offers if o.schedule.id == aline.id)
    assert offer.agenda.zone == "Europe/Athens"


def test_a_new_person_is_bookable_and_found_by_the_search_once_they_have_hours(here, app, clock):
    who = people.Who("", "Zoé", "Wauters", here.discipline, ("fr",), "", {})
    person = people.practitioner(people.add(here, who, by=BY, now=clock.now()))
    site = Location.select().order_by(Location.position).first()
    seance = HealthcareService.get(HealthcareService.key == "seance")
    given = Agenda(True, {seance.id: Given(price_cents=5000)})
    made = weeks.schedule(agendas.add(here, person, site, given, by=BY, now=clock.now()))
    assert Listing.get(Listing.schedule_id == made.id).card["name"] == "Zoé Wauters"
    week = Week(clock.now().date(), tuple(Window(0, day, 0, 1440) for day in range(7)))  # night hours too
    fresh = Practice.get_by_id(here.id)
    weeks.begin(fresh, made, week, before=weeks.mark(made.id), by=BY, now=clock.now())
    mine = [offer for offer in seen_by_patients(here, clock).offers if offer.schedule.id == made.id]
    assert [offer.price_cents for offer in mine] == [5000]
    assert upkeep.refresh(Practice.get_by_id(here.id), made.id, now=clock.now()) is not None


def test_hours_for_a_period_give_way_to_those_of_before(here, make, clock):
    aline = agenda()
    make(aline, 9, day=DAY + timedelta(days=7))  # within the period
    make(aline, 9, day=DAY + timedelta(days=14))  # after it
    period = Week(DAY, (Window(0, 2, 540, 720),), 1, DAY + timedelta(days=8))
    before, was = weeks.mark(aline.id), {plan.windows for plan in weeks.plans(aline.id)}
    asked = {"before": before, "by": BY, "now": clock.now()}
    found = see(lambda seen: weeks.begin(here, aline, period, **asked, seen=seen))
    assert len(found.lost) == 1
    first, second, third = weeks.plans(aline.id)[-3:]
    assert (first.valid_to, second.valid_from, second.valid_to) == (
        DAY - timedelta(days=1),
        DAY,
        period.valid_to,
    )
    assert third.valid_from == period.valid_to + timedelta(days=1) and third.windows in was
    withdrawn = {"by": BY, "now": clock.now()}
    see(lambda seen: weeks.withdraw(here, aline, DAY, **withdrawn, seen=seen))
    assert impact.waiting() == 0 and WorkingHours.select().where(WorkingHours.valid_from == DAY).count() == 0


def test_one_person_at_two_sites_at_once_is_told_before_it_is_saved(here, clock):
    aline = agenda()
    site = sites.Site(
        {"fr": "Annexe"}, "Rue 1", "5000", {"fr": "Namur"}, 50.46, 4.86, "", {}, "Europe/Brussels"
    )
    other = sites.site(sites.add(here, site, by=BY, now=clock.now()))
    seance = HealthcareService.get(HealthcareService.key == "seance")
    offered = Agenda(True, {seance.id: Given()})
    made = weeks.schedule(agendas.add(here, aline.practitioner, other, offered, by=BY, now=clock.now()))
    fresh = Practice.get_by_id(here.id)
    week = Week(DAY, (Window(0, DAY.weekday(), 17 * 60, 19 * 60), Window(0, 6, 600, 660)))
    (met,) = elsewhere.meetings(fresh, made, week, now=clock.now())
    assert (met.day, met.start, met.end) == (DAY, 17 * 60, 17 * 60 + 30)
    free = Week(DAY, (Window(0, 6, 600, 660),))
    assert elsewhere.meetings(fresh, made, free, now=clock.now()) == []


def test_the_folder_of_a_practice_says_all_of_it_and_opens_again_the_same(here, clock, tmp_path):
    aline = agenda()
    service = offers.About(dict.fromkeys(here.languages, "Ondes"), {}, {}, 4550, "violet", True, False)
    row = HealthcareService.select().order_by(HealthcareService.position).first()
    given = offers.Service(service, offers.of(row).lengths, frozenset({aline.id}))
    offers.add(here, given, by=BY, now=clock.now())
    endings.end(here, aline, date(2027, 6, 30), by=BY, now=clock.now())
    endings.end(here, aline.practitioner, date(2027, 7, 31), by=BY, now=clock.now())
    endings.end(here, sites.site(aline.location_id), date(2027, 8, 31), by=BY, now=clock.now())
    Practitioner.update(starts_on=date(2026, 1, 1)).where(Practitioner.id == aline.practitioner_id).execute()
    source = exporting.folder_of(Practice.get_by_id(here.id))
    path = tmp_path / here.slug
    folder.write(source, path)
    assert folder.check(path) == [] and folder.files_of(folder.read(path)) == folder.files_of(source)
    text = (path / "services.toml").read_text() + (path / "agendas.toml").read_text()
    for words in (
        'color = "violet"',
        "prescription_required = true",
        "ends_on = 2027-06-30",
        "starts_on = 2026-01-01",
    ):
        assert words in text
    moved = folder.read(path)
    twin = type(moved)(**{**vars(moved), "slug": "twin", "hosts": ()})
    made = opening.open_practice(twin, hosts=["twin.example.be"], now=clock.now())
    again = exporting.folder_of(made)
    assert folder.files_of(again)["agendas.toml"] == folder.files_of(source)["agendas.toml"]
    assert folder.files_of(again)["services.toml"] == folder.files_of(source)["services.toml"]


def test_an_appointment_in_an_agenda_that_ended_keeps_its_row(here, make, clock):
    aline = agenda()
    make(aline, 9)
    see(lambda seen: endings.end(here, aline, clock.now().date(), by=BY, now=clock.now(), seen=seen))
    assert Appointment.get().fit == "orphaned" and Appointment.get().starts == at(9)
