"""A practice written back: the same practice gives the same bytes, here and in an empty database."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.directory.models import HealthcareService
from app.kernel.audit import AuditEvent
from app.kernel.db import database
from app.kernel.tenancy import practice_context
from app.practice import folder
from app.practice.models import PracticeHost
from app.settings import demo
from app.settings.exporting import export, folder_of
from app.settings.opening import open_practice
from tests.integration.settings.odd_folders import odd

TENANTS = Path(__file__).resolve().parents[3] / "tenants"
DEMOS = ("lavande", "de-linde", "bergweg", "sablon")


@contextmanager
def opened(source, clock):
    """The practice for as long as the block lasts: afterwards the database never heard of it."""
    with database.atomic() as all_of_it:
        yield open_practice(source, hosts=source.hosts or [f"{source.slug}.parvis.test"], now=clock.now())
        all_of_it.rollback()


def exported(source, clock):
    with opened(source, clock) as practice:
        return folder_of(practice)


@pytest.mark.parametrize("slug", DEMOS)
def test_a_demo_practice_is_exported_as_its_folder_stands(inside, clock, slug):
    source = replace(folder.read(TENANTS / slug), slug=f"{slug}-again", hosts=("www.again.example",))
    first = exported(source, clock)
    assert folder.files_of(first) == folder.files_of(source)
    assert folder.files_of(exported(first, clock)) == folder.files_of(first)


def test_export_writes_the_bytes_of_the_folder(practice, clock, tmp_path):
    export(practice, tmp_path / "lavande", now=clock.now())
    for file in (TENANTS / "lavande").rglob("*.*"):
        assert (
            tmp_path / "lavande" / file.relative_to(TENANTS / "lavande")
        ).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_an_odd_practice_survives_export_and_opening(inside, clock, tmp_path, seed):
    source = odd(folder.read(TENANTS / DEMOS[seed % 4]), seed)
    with opened(source, clock) as practice:
        export(practice, tmp_path / source.slug, now=clock.now())
        first = folder_of(practice)
    assert lines(source) == lines(first)  # another order perhaps, but nothing lost and nothing made up
    assert folder.check(tmp_path / source.slug) == []
    assert folder.read(tmp_path / source.slug) == first
    assert folder.files_of(exported(first, clock)) == folder.files_of(first)


def lines(source):
    """Every line of every file, whatever the order."""
    return {name: sorted(content.split(b"\n")) for name, content in folder.files_of(source).items()}


def test_the_address_on_the_portal_is_not_exported(practice):
    assert folder_of(practice).hosts == ()


def test_the_main_address_comes_first_and_a_retired_one_not_at_all(practice, clock):
    for host, primary, retired in (
        ("a.example", False, None),
        ("main.example", True, None),
        ("old.example", False, clock.now()),
        ("lavande.localhost:8000", False, None),
    ):
        PracticeHost.create(host=host, practice=practice, primary=primary, retired_at=retired)
    PracticeHost.update(primary=False).where(PracticeHost.host == "lavande.parvis.test").execute()
    assert folder_of(practice).hosts == ("main.example", "a.example")


def test_what_the_owner_changed_is_exported(practice):
    with practice_context(practice):
        HealthcareService.update(price_cents=1234).where(HealthcareService.key == "bilan").execute()
    (changed,) = (service for service in folder_of(practice).services if service.key == "bilan")
    assert changed.price_cents == 1234


def test_the_neighbour_is_not_in_it(practice, neighbour):
    with practice_context(neighbour):
        HealthcareService.update(name={"fr": "Chez le voisin"}).execute()
    assert not any(
        "voisin" in str(content).lower() for content in folder.files_of(folder_of(practice)).values()
    )


def test_no_patient_is_in_it(inside, practice, clock):
    before = folder.files_of(folder_of(practice))
    demo.furnish(now=clock.now())
    assert folder.files_of(folder_of(practice)) == before


def test_the_journal_knows_of_an_export(practice, clock, tmp_path):
    export(practice, tmp_path / "lavande", now=clock.now())
    with practice_context(practice):
        event = AuditEvent.get(verb="practice.export")
    assert (event.actor, event.target) == ("operator", f"practice:{practice.id}")
