"""The demo practices are sound and canonical, and any practice survives being written and read."""

import dataclasses
import re
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.directory.disciplines import DISCIPLINES as DISCIPLINE_WORDS
from app.kernel import i18n
from app.practice import folder as folders

TENANTS = Path(__file__).parents[3] / "tenants"
DEMO = ("bergweg", "de-linde", "lavande", "sablon")
FIRST_LANGUAGE = {"lavande": "fr", "de-linde": "nl", "bergweg": "de", "sablon": "fr"}

demo = pytest.mark.parametrize("slug", DEMO)


def files_on_disk(path):
    return {
        file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()
    }


def test_every_practice_that_ships_checks_clean():
    found = sorted(path for path in TENANTS.iterdir() if path.is_dir())
    assert [path.name for path in found] == ["_template", *DEMO]
    assert [problem for path in found for problem in folders.check(path)] == []


@demo
def test_a_demo_practice_is_in_canonical_form(slug, tmp_path):
    practice = folders.read(TENANTS / slug)
    folders.write(practice, tmp_path / slug)
    assert files_on_disk(tmp_path / slug) == files_on_disk(TENANTS / slug)
    assert folders.read(tmp_path / slug) == practice


@demo
def test_a_demo_practice_speaks_four_languages_its_own_first(slug):
    practice = folders.read(TENANTS / slug)
    assert practice.languages[0] == FIRST_LANGUAGE[slug]
    assert set(practice.languages) == set(i18n.LANGUAGES)
    assert {(text.kind, text.language) for text in practice.texts} == {
        (kind, language)
        for kind in folders.TEXT_KINDS
        if kind not in folders.OPTIONAL_TEXTS
        for language in practice.languages
    }


@demo
def test_a_demo_practice_has_hours_for_ever(slug):
    practice = folders.read(TENANTS / slug)
    for schedule in practice.schedules:
        last = schedule.plans[-1]
        assert last.valid_to is None and last.valid_from == date(2026, 1, 5)
        for offer in schedule.services:
            service = next(service for service in practice.services if service.key == offer.service)
            minutes = offer.duration_minutes or service.duration_minutes
            windows = [
                window
                for window in last.hours
                if window.audience == "public" and (not window.services or service.key in window.services)
            ]
            assert any(window.end_minute - window.start_minute >= minutes for window in windows), offer


@demo
def test_nobody_in_a_demo_practice_works_at_two_places_at_once(slug):
    practice = folders.read(TENANTS / slug)
    for one, other in combinations(practice.schedules, 2):
        if one.practitioner == other.practitioner:
            days = [date(2026, 1, 5) + timedelta(days=n) for n in range(28)]
            assert not any(works_on(one, day) and works_on(other, day) for day in days)


def works_on(schedule, day):
    plan = schedule.plans[-1]
    week = (day - plan.valid_from).days // 7 % plan.cycle_weeks
    return any((hours.weekday, hours.week_in_cycle) == (day.weekday(), week) for hours in plan.hours)


@demo
def test_the_cancellation_text_says_what_the_policy_says(slug):
    practice = folders.read(TENANTS / slug)
    latest = max(text.version for text in practice.texts if text.kind == "cancellation")
    bodies = [text.body for text in practice.texts if (text.kind, text.version) == ("cancellation", latest)]
    rules = [practice.policy, *practice.policy.services]
    hours = {rule.cancellation_notice_minutes // 60 for rule in rules if rule.cancellation_notice_minutes}
    euros = {rule.late_fee_cents // 100 for rule in rules if rule.late_fee_cents}
    for body in bodies:
        said = re.sub(r"\[.*?\]\(.*?\)", "", body)
        assert {int(number) for number in re.findall(r"(\d+)\s(?:heures|uur|Stunden|hours)", said)} == hours
        assert {
            int(number)
            for number in re.findall(r"(\d+)\s(?:€|Euro)|€\s?(\d+)", said)
            for number in number
            if number
        } == euros


def test_the_demo_practices_show_what_the_portal_can_do():
    practices = {slug: folders.read(TENANTS / slug) for slug in DEMO}
    sablon = practices["sablon"]
    assert len(sablon.sites) == 2 and len(sablon.practitioners) == 3
    sites = {
        person.key: {s.site for s in sablon.schedules if s.practitioner == person.key}
        for person in sablon.practitioners
    }
    assert sorted(len(places) for places in sites.values()) == [1, 1, 2]
    panoramic = {s.site for s in sablon.schedules for offer in s.services if offer.service == "panoramique"}
    assert panoramic == {"sablon"}
    services = [service for practice in practices.values() for service in practice.services]
    assert any(service.capacity == 6 for service in practices["lavande"].services)
    assert any(service.buffer_before_minutes and service.buffer_after_minutes for service in services)
    assert all(practice.brand.logo for practice in practices.values())
    assert any(plan.cycle_weeks == 2 for p in practices.values() for s in p.schedules for plan in s.plans)
    numbers = [person.inami for practice in practices.values() for person in practice.practitioners]
    assert all(numbers) and len(set(numbers)) == len(numbers)


def test_the_folder_uses_the_words_of_the_house():
    assert folders.LANGUAGES == i18n.LANGUAGES
    assert set(folders.DISCIPLINES) == set(DISCIPLINE_WORDS)


def test_read_refuses_with_every_problem_at_once(tmp_path):
    with pytest.raises(folders.BadFolder) as refusal:
        folders.read(tmp_path / "nowhere")
    assert [problem.file for problem in refusal.value.problems] == ["."]


def test_writing_again_takes_away_what_is_gone_and_leaves_the_rest(tmp_path):
    sablon = folders.read(TENANTS / "sablon")
    folders.write(sablon, tmp_path)
    (tmp_path / "notes.txt").write_text("the operator's own")
    texts = tuple(text for text in sablon.texts if text.language == "fr")
    brand = dataclasses.replace(sablon.brand, logo=None)
    folders.write(dataclasses.replace(sablon, texts=texts, brand=brand), tmp_path)
    left = set(files_on_disk(tmp_path))
    assert "notes.txt" in left and "logo.png" not in left
    assert {name for name in left if name.startswith("texts/")} == {text.filename for text in texts}


def test_writing_does_not_follow_a_link_out_of_the_folder(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("mine")
    path = tmp_path / "lavande"
    path.mkdir()
    (path / "practice.toml").symlink_to(outside / "precious")
    folders.write(folders.read(TENANTS / "lavande"), path)
    assert (outside / "precious").read_text() == "mine" and not (path / "practice.toml").is_symlink()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "texts").symlink_to(outside)
    with pytest.raises(ValueError, match="link"):
        folders.write(folders.read(TENANTS / "lavande"), tmp_path / "other")


def test_a_text_cannot_be_written_outside_the_folder():
    lavande = folders.read(TENANTS / "lavande")
    stray = folders.Text(kind="../../privacy", version=1, language="fr", body="# A\n\nb\n")
    with pytest.raises(ValueError, match="not a name"):
        folders.files_of(dataclasses.replace(lavande, texts=(stray,)))


LETTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"), exclude_characters="<{!]$-0123456789"
)
LINE = st.text(LETTERS, min_size=1, max_size=30).filter(lambda text: text == text.strip())
LINES = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
KEY = st.from_regex(r"[a-z]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
DAYS = st.dates(date(2020, 1, 1), date(2060, 1, 1))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
NOTHING_OR = st.none() | st.integers(5, 200)


@st.composite
def practices(draw):
    """Any practice that the rules allow, with words that are hard on a TOML file."""
    languages = tuple(draw(st.permutations(folders.LANGUAGES))[: draw(st.integers(1, 4))])
    said = st.fixed_dictionaries(dict.fromkeys(languages, LINE))
    told = st.just({}) | st.fixed_dictionaries(dict.fromkeys(languages, LINES))
    services = [
        folders.Service(key=key, name=draw(said), description=draw(told), preparation=draw(told),
                        duration_minutes=draw(st.integers(5, 720)), grid_minutes=30,
                        grid_offset_minutes=draw(st.integers(0, 29)), capacity=draw(st.integers(2, 9)),
                        staff_reserved=draw(st.integers(0, 1)), price_cents=draw(NOTHING_OR),
                        online=draw(st.booleans()), archived=draw(st.booleans()))
        for key in draw(st.lists(KEY, unique=True, max_size=3))
    ]  # fmt: skip
    keys = [service.key for service in services]
    some = st.lists(st.sampled_from(keys), unique=True).map(tuple) if keys else st.just(())
    closing = folders.HoursException(
        kind="close", first_day=draw(DAYS), last_day=date(2070, 1, 1), services=draw(some)
    )
    people = [
        folders.Practitioner(key=key, title=draw(st.just("") | LINE), given_name=draw(LINE), family_name=draw(LINE),
                             discipline="persdentist", languages=draw(st.just(("fr", "ar")) | st.just(())),
                             presentation=draw(told))
        for key in draw(st.lists(KEY, unique=True, min_size=1, max_size=2))
    ]  # fmt: skip
    schedules = [
        folders.Schedule(key=key, practitioner=people[-1].key, site="here", public=draw(st.booleans()),
                         services=tuple(folders.Offer(service=name, price_cents=draw(NOTHING_OR)) for name in keys),
                         plans=(draw(plans(some)),), exceptions=draw(st.just(()) | st.just((closing,))))
        for key in draw(st.lists(KEY, unique=True, max_size=2))
    ]  # fmt: skip
    site = folders.Site(key="here", name=draw(said), street=draw(LINE), postcode="1000", town=draw(said),
                        lat=draw(st.floats(49.5, 51.5)), lon=draw(st.floats(2.5, 6.3)), access=draw(told),
                        timezone=draw(st.sampled_from(["Europe/Brussels", "Atlantic/Azores"])))  # fmt: skip
    starts = draw(MOMENTS)
    away = folders.TimeOff(kind="block", starts=starts, ends=starts + timedelta(hours=1), label=draw(said),
                           practitioner=draw(st.none() | st.just(people[0].key)))  # fmt: skip
    return folders.PracticeFolder(
        slug="any", name=draw(LINE), timezone="Europe/Brussels", languages=languages, discipline="persnurse",
        hosts=draw(st.just(()) | st.just(("rdv.example.be", "b.example"))), tagline=draw(said),
        contact=folders.Contact(email="a@example.be", phone="+32 81 00 00 00"), sites=(site,),
        brand=folders.Brand(color="#6b4fa0"), services=tuple(services), practitioners=tuple(people),
        schedules=tuple(schedules), time_off=(away,),
        opened_holidays=tuple(draw(st.lists(DAYS, unique=True, max_size=2))),
        policy=folders.Policy(min_notice_minutes=0, horizon_days=7, cancellation_notice_minutes=60, late_fee_cents=0,
                              conditions_required=draw(st.booleans()),
                              services=tuple(folders.ServicePolicy(service=key, late_fee_cents=5) for key in keys)),
        texts=tuple(
            folders.Text(kind=kind, version=1, language=language, body=f"# {draw(LINE)}\n\n{draw(LINES)}\n")
            for kind in folders.TEXT_KINDS for language in folders.LANGUAGES if language in languages
        ),
    )  # fmt: skip


@st.composite
def plans(draw, some):
    cycle = draw(st.integers(1, 3))
    hours = []
    for weekday in draw(st.lists(st.integers(0, 6), unique=True)):
        start = draw(st.integers(0, 1439))
        hours.append(
            folders.Hours(weekday=weekday, week_in_cycle=draw(st.integers(0, cycle - 1)), start_minute=start,
                          end_minute=draw(st.integers(start + 1, 1440)), services=draw(some),
                          audience=draw(st.sampled_from(folders.AUDIENCES)))
        )  # fmt: skip
    return folders.Plan(valid_from=draw(DAYS), valid_to=None, cycle_weeks=cycle, hours=tuple(hours))


@settings(max_examples=60, deadline=None)
@given(practices())
def test_writing_and_reading_gives_the_same_practice_and_the_same_bytes(practice):
    with TemporaryDirectory() as place:
        path = Path(place) / practice.slug
        folders.write(practice, path)
        assert folders.check(path) == []
        again = folders.read(path)
        assert again == practice
        assert folders.files_of(again) == files_on_disk(path)
