"""A practice written back: the same practice gives the same bytes, here and in an empty database."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.booking import prescriptions
from app.consent import drafts
from app.directory.models import HealthcareService
from app.exercises.actions import Terms, make_plan
from app.exercises.models import CareActivity
from app.kernel import edits
from app.kernel.audit import AuditEvent
from app.kernel.db import database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.models import Patient
from app.practice import folder, wordings
from app.practice.models import MessageWording, PracticeHost
from app.questionnaires.actions import archive, create
from app.questionnaires.queries import known as known_of
from app.questionnaires.queries import overview
from app.settings import actions, demo
from app.settings.exporting import export, folder_of
from app.settings.opening import open_practice
from tests.integration.settings.odd_folders import odd
from tests.pictures import picture

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
    after = folder.files_of(folder_of(practice))
    care = {name: after.pop(name) for name in ("questionnaires.toml", "exercises.toml")}
    assert after == before
    with practice_context(practice):
        words = {getattr(one, name) for one in Patient.select() for name in ("family_name", "email")} - {None}
    assert words and not [word for word in words if any(word.encode() in one for one in care.values())]


def test_what_was_written_for_patients_moves_with_the_practice(inside, practice, clock):
    demo.furnish(now=clock.now())
    first = folder_of(practice)
    with practice_context(practice):
        plan = make_plan(Terms("Genou", "Doucement."), patient=None, by="x", now=clock.now())
        CareActivity.create(plan=plan.id, position=0, name={"fr": "Pont"}, drawing="bridge", weekdays=5)
        known = overview()[0]
        archived = create({"fr": "Vieux"}, by="x", now=clock.now())
        archive(known_of(archived), by="x", now=clock.now())
    source = replace(folder_of(practice), slug="again", hosts=())
    assert len(source.questionnaires) == len(first.questionnaires) >= 1 and known.published is not None
    assert [one.title for one in source.templates] == ["Genou"]
    files = folder.files_of(source)
    assert b'days = ["monday", "wednesday"]' in files["exercises.toml"]
    with opened(source, clock) as again:
        assert folder.files_of(folder_of(again)) == files
        with practice_context(again):
            assert [one.published is not None for one in overview()] == [
                not one.draft for one in source.questionnaires
            ]


def test_a_drawing_nobody_drew_is_complained_about(inside, practice, clock):
    odd_one = folder.Exercise(drawing="flying", name={"fr": "Voler"})
    source = replace(folder_of(practice), slug="again", hosts=("again.example",), exercises=(odd_one,))
    with pytest.raises(folder.BadFolder, match="flying"):
        open_practice(source, hosts=source.hosts, now=clock.now())


def test_the_journal_knows_of_an_export(practice, clock, tmp_path):
    export(practice, tmp_path / "lavande", now=clock.now())
    with practice_context(practice):
        event = AuditEvent.get(verb="practice.export")
    assert (event.actor, event.target) == ("operator", f"practice:{practice.id}")


def test_what_the_pages_changed_survives_export_and_opening(inside, practice, clock, tmp_path):
    """Look, texts, own words, sessions of a year, and a language that is only being added."""
    who = {"by": "operator", "now": clock.now()}
    with practice_context(practice):
        values = actions.values(practice)
        wanted = {**values, "name": "Autre nom", "speaks-de": False, "speaks-en": False, "first": "nl"}
        actions.change(practice, wanted, seen=edits.stamp(values), names={}, **who)
        mine = Practice.get_by_id(practice.id)
        actions.paint(mine, "#a03a52", seen=edits.stamp({"color": mine.brand_color}), **who)
        actions.keep_logo(mine, picture("JPEG", size=(300, 90)), **who)
        said = {
            **wordings.values(mine, "moved"),
            "paragraph-nl": 'Regel «één»\n"twee" {day}',
            "sms-fr": "À bientôt",
        }
        wordings.keep(mine, "moved", said, seen=edits.stamp(wordings.values(mine, "moved")), **who)
        for kind in ("conditions", "fee"):
            body = {f"body-{code}": f"# T\n\n{kind} {code}" for code in mine.languages}
            drafts.keep(mine, kind, body, seen=edits.stamp(drafts.values(mine, kind)), **who)
            drafts.publish(mine, kind, **who)
        quota = {
            "discipline": "persphysiotherapist",
            "tiers": [3, 7],
            "per_year": 12,
            "start_within_days": None,
        }
        prescriptions.keep_quota(None, {"name": {"nl": "Eigen soort"}, **quota}, **who)
        Practice.update(languages=["nl", "fr", "de"]).where(Practice.id == practice.id).execute()
        HealthcareService.update(name={"fr": "Rien qu'en français"}).where(
            HealthcareService.key == "bilan"
        ).execute()
    export(practice, tmp_path / "lavande", now=clock.now())
    assert folder.check(tmp_path / "lavande") == []
    source = folder.read(tmp_path / "lavande")
    assert source.unfinished == ("nl", "fr", "de") or "de" in source.unfinished
    assert {one.key for one in source.quotas} > {"kine-common"} and source.wordings and source.brand.logo
    again = exported(replace(source, slug="elsewhere", hosts=("www.elsewhere.example",)), clock)
    written = folder.files_of(replace(again, slug="lavande", hosts=source.hosts))
    assert written == {
        file.relative_to(tmp_path / "lavande").as_posix(): file.read_bytes()
        for file in (tmp_path / "lavande").rglob("*.*")
    }


def test_files_a_practice_no_longer_needs_go(practice, clock, tmp_path):
    with practice_context(practice):
        MessageWording.create(kind="booked", language="fr", subject="Coucou")
    export(practice, tmp_path / "lavande", now=clock.now())
    assert (tmp_path / "lavande" / "messages.toml").exists()
    with practice_context(practice):
        MessageWording.delete().execute()
    export(practice, tmp_path / "lavande", now=clock.now())
    assert not (tmp_path / "lavande" / "messages.toml").exists()
