"""Opening and closing: everything at once, once, and no address twice."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import peewee as pw
import pytest

from app.booking import catalogue
from app.booking.models import Appointment, TimeOff, WorkingHours
from app.booking.policy import Standing
from app.consent.models import PolicyText
from app.directory.models import HealthcareService, Listing, Location, Schedule
from app.kernel import clock as time
from app.kernel.audit import AuditEvent
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices, practice_context
from app.patients.models import Patient
from app.practice import folder
from app.practice.folder import BadFolder
from app.practice.models import PracticeHost
from app.practice.queries import at_host
from app.settings import demo
from app.settings.closing import close
from app.settings.opening import CannotOpen, open_practice

TENANTS = Path(__file__).resolve().parents[3] / "tenants"
TENANT_TABLES = (Location, HealthcareService, Schedule, WorkingHours, PolicyText, AuditEvent)


@pytest.fixture
def source():
    return replace(folder.read(TENANTS / "sablon"), slug="zavel", name="Zavel")


def count_everything():
    with across_practices(reason="a test counts rows"):
        tables = (Practice, PracticeHost, Listing, *TENANT_TABLES)
        return {model.__name__: model.select().count() for model in tables}


def test_an_opened_practice_lives_at_its_hosts(inside, source, clock):
    practice = open_practice(source, hosts=["RDV.zavel.example", "zavel.example"], now=clock.now())
    assert at_host("rdv.zavel.example") == at_host("zavel.example") == practice
    assert (
        PracticeHost.get(PracticeHost.primary, PracticeHost.practice == practice).host == "rdv.zavel.example"
    )


def test_the_journal_says_who_opened_it(inside, source, clock):
    practice = open_practice(source, hosts=["zavel.example"], now=clock.now())
    with practice_context(practice):
        event = AuditEvent.get()
    assert (event.actor, event.verb, event.target) == ("operator", "practice.open", f"practice:{practice.id}")


def test_every_public_agenda_is_in_the_search(inside, source, clock):
    hidden = replace(source.schedules[0], public=False)
    source = replace(source, schedules=(hidden, *source.schedules[1:]))
    practice = open_practice(source, hosts=["zavel.example"], now=clock.now())
    assert Listing.select().where(Listing.practice == practice.id).count() == len(source.schedules) - 1


def test_opening_again_leaves_what_the_owner_changed(inside, source, clock):
    practice = open_practice(source, hosts=["zavel.example"], now=clock.now())
    with practice_context(practice):
        HealthcareService.update(price_cents=1).execute()
        WorkingHours.delete().execute()
    before = count_everything()
    again = open_practice(replace(source, name="Other"), hosts=["other.example"], now=clock.now())
    assert (again.id, again.name) == (practice.id, "Zavel")
    assert count_everything() == before
    with practice_context(practice):
        assert {row.price_cents for row in HealthcareService.select()} == {1}


@pytest.mark.parametrize(
    "hosts", [["zavel.example", "lavande.parvis.test"], [], ["zavel.example", "zavel.example"]]
)
def test_an_address_that_is_not_to_be_had_leaves_nothing_behind(inside, source, clock, hosts):
    before = count_everything()
    with pytest.raises(CannotOpen):
        open_practice(source, hosts=hosts, now=clock.now())
    assert count_everything() == before


def test_a_failure_halfway_leaves_nothing_behind(inside, source, clock):
    before = count_everything()
    twice = replace(source, services=(*source.services, source.services[0]))
    with pytest.raises(pw.IntegrityError):
        open_practice(twice, hosts=["zavel.example"], now=clock.now())
    assert count_everything() == before


def test_a_colour_nobody_can_read_on_is_refused(inside, source, clock, monkeypatch):
    unreadable = replace(source, brand=replace(source.brand, color="purple"))
    with pytest.raises(BadFolder, match="brand.toml"):
        open_practice(unreadable, hosts=["zavel.example"], now=clock.now())


def test_an_hour_that_the_clocks_skip_is_refused(inside, source, clock):
    """On 28 March 2027 it is never half past two in Brussels."""
    away = replace(source.time_off[0], starts=datetime(2027, 3, 28, 2, 30), ends=datetime(2027, 3, 28, 3))
    with pytest.raises(BadFolder, match=r"time_off no\. 1\.starts: 02:30 does not exist on 2027-03-28"):
        open_practice(replace(source, time_off=(away,)), hosts=["zavel.example"], now=clock.now())
    assert Practice.get_or_none(slug="zavel") is None


def test_time_off_is_on_the_wall_of_its_site(inside, source, clock):
    uccle = next(site for site in source.sites if site.key == "uccle")
    sites = (*(site for site in source.sites if site is not uccle), replace(uccle, timezone="Europe/London"))
    noon = {"starts": datetime(2027, 7, 1, 12), "ends": datetime(2027, 12, 1, 12)}
    here = replace(source.time_off[0], site="uccle", **noon)
    everywhere = replace(here, site=None)
    practice = open_practice(
        replace(source, sites=sites, time_off=(here, everywhere)), hosts=["zavel.example"], now=clock.now()
    )
    with practice_context(practice):
        found = {
            row.location_id is not None: (
                time.local(row.starts, "UTC").hour,
                time.local(row.ends, "UTC").hour,
            )
            for row in TimeOff.select()
        }
    assert found == {True: (11, 12), False: (10, 11)}


def test_a_closed_practice_is_gone_from_its_addresses_and_from_the_search(inside, source, clock):
    practice = open_practice(source, hosts=["zavel.example"], now=clock.now())
    assert close(practice, now=clock.now()) is True
    assert at_host("zavel.example") is None
    assert PracticeHost.get(host="zavel.example").retired_at == clock.now()
    assert not Listing.select().where(Listing.practice == practice.id).exists()
    with practice_context(practice):
        assert [event.verb for event in AuditEvent.select().order_by(AuditEvent.id)] == [
            "practice.open",
            "practice.close",
        ]
    assert close(practice, now=clock.now()) is False


def test_closing_touches_neither_patients_nor_the_neighbour(inside, practice, neighbour, clock):
    demo.furnish(now=clock.now())
    with practice_context(practice):
        before = (Patient.select().count(), Appointment.select().count(), PolicyText.select().count())
        assert all(before)
    close(practice, now=clock.now())
    with practice_context(practice):
        assert (Patient.select().count(), Appointment.select().count(), PolicyText.select().count()) == before
    assert at_host("voisin.parvis.test") == neighbour
    assert Listing.select().where(Listing.practice == neighbour.id).exists()


def test_name_and_addresses_of_a_closed_practice_are_never_used_again(inside, source, clock):
    close(open_practice(source, hosts=["zavel.example"], now=clock.now()), now=clock.now())
    with pytest.raises(CannotOpen, match="zavel was closed"):
        open_practice(source, hosts=["new.example"], now=clock.now())
    with pytest.raises(CannotOpen, match="nobody inherits"):
        open_practice(replace(source, slug="heir"), hosts=["zavel.example"], now=clock.now())


def test_rules_limits_and_rooms_of_the_folder_are_what_is_offered(inside, clock):
    source = replace(folder.read(TENANTS / "sablon"), slug="zavel")
    pool = folder.Pool(
        key="rx", name={"fr": "Radio"}, resources=(folder.Resource(key="a", name={"fr": "A"}),)
    )
    source = replace(
        source,
        sites=(replace(source.sites[0], pools=(pool,)), *source.sites[1:]),
        services=tuple(replace(it, needs=("rx",)) if it.key == "controle" else it for it in source.services),
    )
    practice = open_practice(source, hosts=["zavel.example"], now=clock.now())
    with practice_context(practice):
        found = catalogue.of(practice, now=clock.now())
        known = catalogue.of(practice, now=clock.now(), standing=Standing(1, known=True))
    outcomes = {offer.service.key: offer.policy.outcome for offer in found.offers}
    assert (outcomes["premiere-visite"], outcomes["carie"], outcomes["urgence"]) == (
        "request",
        "call",
        "call",
    )
    assert {offer.policy.outcome for offer in known.offers} == {"direct"}
    camille = [offer for offer in found.offers if offer.schedule.key == "camille-sablon"]
    assert {(it.period, it.most) for it in camille[0].limits} == {("day", 2), ("week", 360)}
    rooms = {offer.location.key: [unit.key for pool in offer.pools for unit in pool.units]
             for offer in found.offers if offer.service.key == "controle"}  # fmt: skip
    assert sorted(rooms.values()) == [[], ["a"]]  # the other site has none: nothing is free there
