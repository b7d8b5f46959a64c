"""Whatever is wrong with a practice's folder is said in plain words, with the file and the key, and never raised."""

import copy
import json
import os
import shutil
import tomllib
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.practice import folder as folders

LAVANDE = Path(__file__).parents[3] / "tenants" / "lavande"
PRACTICE, BRAND, SERVICES, AGENDAS, POLICY = (
    f"{name}.toml" for name in ("practice", "brand", "services", "agendas", "policy")
)
NATIONAL_NUMBER = "85.07.30-994.37"  # invented; only its check digits are right


@pytest.fixture
def path(tmp_path):
    return Path(shutil.copytree(LAVANDE, tmp_path / "lavande"))


def swap(file, old, new):
    def spoil(path):
        text = (path / file).read_text()
        assert old in text
        (path / file).write_text(text.replace(old, new, 1))

    return spoil


def put(name, content=b"x"):
    return lambda path: (path / name).write_bytes(content)


ROW = '{ day = "monday", from = "08:00", to = "12:00", services = ["bilan", "seance", "drainage"] },'
LOGO = (LAVANDE / "logo.png").read_bytes()

BROKEN = {
    "an unknown key": (swap(PRACTICE, "timezone", "time_zone"), PRACTICE, "time_zone", "do you mean timezone"),
    "a missing key": (swap(PRACTICE, "timezone", "# timezone"), PRACTICE, "timezone", "is missing"),
    "a wrong type": (swap(SERVICES, "= 45", '= "45"'), SERVICES, "services.bilan.duration_minutes", "whole number"),
    "true for a number": (swap(POLICY, "= 120", "= true"), POLICY, "min_notice_minutes", "whole number"),
    "a negative price": (swap(SERVICES, "= 4800", "= -4800"), SERVICES, "services.bilan.price_cents", "from 0 to"),
    "a missing language": (swap(PRACTICE, 'nl = "Kine', '# "'), PRACTICE, "tagline.nl", "is missing"),
    "an unknown language": (swap(PRACTICE, '"en"]', '"es"]'), PRACTICE, "languages", "es is not known"),
    "a language nobody asked for": (
        swap(PRACTICE, '["fr", "nl", "de", "en"]', '["fr", "nl", "de"]'), PRACTICE, "tagline.en", "does not speak"),
    "a reminder at an odd time": (
        swap(PRACTICE, "[[sites]]", '[reminders]\nmail = ["5-days"]\n\n[[sites]]'),
        PRACTICE, "reminders.mail", "5-days"),
    "more reminders than are read": (
        swap(PRACTICE, "[[sites]]", '[reminders]\nsms = ["7-days", "3-days", "1-day"]\n\n[[sites]]'),
        PRACTICE, "reminders.sms", "at most 2"),
    "a bad slug": (swap(PRACTICE, '"lavande"', '"La Vande"'), PRACTICE, "slug", "small letters"),
    "the slug of another": (swap(PRACTICE, '"lavande"', '"sablon"'), PRACTICE, "slug", "name of the folder"),
    "a slug of the platform": (swap(PRACTICE, '"lavande"', '"www"'), PRACTICE, "slug", "kept for the platform"),
    "a bad time zone": (swap(PRACTICE, "Europe/Brussels", "Europe/Namur"), PRACTICE, "timezone", "time zone"),
    "a time zone that is a path": (
        swap(PRACTICE, "Europe/Brussels", "../../../etc/passwd"), PRACTICE, "timezone", "time zone"),
    "an unknown discipline": (
        swap(PRACTICE, "persphysiotherapist", "persphysio"), PRACTICE, "discipline", "do you mean persphysio"),
    "a host with a path": (swap(PRACTICE, "[]", '["rdv.be/x"]'), PRACTICE, "hosts", "rdv.be/x"),
    "a bad e-mail": (swap(PRACTICE, "accueil@", "accueil"), PRACTICE, "contact.email", "e-mail"),
    "a map point exchanged": (swap(PRACTICE, "50.4661", "4.8639"), PRACTICE, "sites.namur.lat", "exchanged"),
    "a map point that is no number": (swap(PRACTICE, "50.4661", "nan"), PRACTICE, "sites.namur.lat", "in Belgium"),
    "two lines in a name": (swap(PRACTICE, '"Cabinet L', '"Cabinet\\nL'), PRACTICE, "name", "one line"),
    "an invisible character": (swap(PRACTICE, '"Cabinet L', '"Cabinet\\u0000L'), PRACTICE, "name", "invisible"),
    "a bad colour": (swap(BRAND, "#6b4fa0", "purple"), BRAND, "color", "must be a colour"),
    "a colour nobody can read on": (swap(BRAND, "#6b4fa0", "#777777"), BRAND, "color", "#767676 would do"),
    "a key used twice": (swap(SERVICES, 'key = "seance"', 'key = "bilan"'), SERVICES, "services.bilan.key", "twice"),
    "more staff places than places": (
        swap(SERVICES, "staff_reserved = 1", "staff_reserved = 6"), SERVICES, "services.ecole-du-dos.staff_reserved",
        "less than capacity"),
    "an unknown site": (swap(AGENDAS, 'site = "namur"', 'site = "namurr"'), AGENDAS, "schedules.aline-namur.site",
                        "do you mean namur"),
    "an unknown practitioner": (swap(AGENDAS, 'practitioner = "aline-lambert"', 'practitioner = "x"'), AGENDAS,
                                "schedules.aline-namur.practitioner", "not known"),
    "an unknown service": (swap(AGENDAS, '{ service = "seance" }', '{ service = "seances" }'), AGENDAS,
                           "schedules.aline-namur.services no. 2.service", "do you mean seance"),
    "hours of a service that is not offered": (
        swap(AGENDAS, ROW, ROW.replace('"seance"', '"perinee"')), AGENDAS,
        "schedules.aline-namur.plans no. 1.hours no. 1.services", "perinee"),
    "hours that overlap": (swap(AGENDAS, ROW, ROW + "\n" + ROW.replace("08:00", "11:30").replace("12:00", "14:00")),
                           AGENDAS, "schedules.aline-namur.plans no. 1.hours", "overlap on monday at 11:30"),
    "hours after midnight": (swap(AGENDAS, '"08:00", to = "12:00"', '"08:00", to = "25:00"'), AGENDAS,
                             "schedules.aline-namur.plans no. 1.hours no. 1.to", "25:00"),
    "hours backwards": (swap(AGENDAS, '"08:00", to = "12:00"', '"12:00", to = "08:00"'), AGENDAS,
                        "schedules.aline-namur.plans no. 1.hours no. 1.to", "not after 12:00"),
    "an unknown day": (swap(AGENDAS, '"monday"', '"lundi"'), AGENDAS,
                       "schedules.aline-namur.plans no. 1.hours no. 1.day", "lundi"),
    "a week outside the cycle": (swap(AGENDAS, "week = 2", "week = 3"), AGENDAS,
                                 "schedules.thomas-namur.plans no. 1.hours no. 7.week", "from 1 to 2"),
    "a date in quotes": (swap(AGENDAS, "2026-01-05", '"2026-01-05"'), AGENDAS,
                         "schedules.aline-namur.plans no. 1.valid_from", "without quotes"),
    "a wrong INAMI number": (swap(AGENDAS, "53886171521", "53886172521"), AGENDAS,
                             "practitioners.aline-lambert.inami", "check digits"),
    "an absence of nobody": (swap(AGENDAS, 'ends = 2027-02-20T00:00:00\npractitioner = "nora-benali"',
                                  "ends = 2027-02-20T00:00:00"), AGENDAS, "time_off no. 2.practitioner", "missing"),
    "an absence that ends before it begins": (
        swap(AGENDAS, "2027-02-20T", "2027-02-10T"), AGENDAS, "time_off no. 2.ends", "not after"),
    "a rule for no service": (swap(POLICY, 'service = "bilan"', 'service = "bila"'), POLICY,
                              "services no. 1.service", "do you mean bilan"),
    "a password": (swap(BRAND, "color", 'password = "hunter22"\ncolor'), BRAND, "password", "secrets never"),
    "patients": (swap(PRACTICE, "hosts", "patients = []\nhosts"), PRACTICE, "patients", "data of patients"),
    "a national number in a comment": (
        swap(POLICY, "= 120", f"= 120 # {NATIONAL_NUMBER}"), POLICY, "line 4", "national number"),
    "a national number in a text": (
        swap("texts/welcome.1.fr.md", "Mal de dos", f"Mal {NATIONAL_NUMBER}"), "texts/welcome.1.fr.md", "line 3",
        "national number"),
    "HTML in a text": (swap("texts/welcome.1.fr.md", "Mal", "<b>Mal</b>"), "texts/welcome.1.fr.md", "line 3", "HTML"),
    "a template in a text": (
        swap("texts/welcome.1.fr.md", "Mal", "{{ config }}"), "texts/welcome.1.fr.md", "line 3", "template"),
    "a script in a link": (swap("texts/welcome.1.fr.md", "Mal", "[Mal](javascript:alert(1))"),
                           "texts/welcome.1.fr.md", "line 3", "link must begin"),
    "a private key in a text": (swap("texts/welcome.1.fr.md", "Mal", "-----BEGIN RSA PRIVATE KEY-----"),
                                "texts/welcome.1.fr.md", "line 3", "secrets never"),
    "a text without title": (
        swap("texts/welcome.1.fr.md", "# ", ""), "texts/welcome.1.fr.md", "line 1", "begins with its title"),
    "a missing text": (lambda path: (path / "texts/privacy.1.de.md").unlink(), "texts/privacy.1.de.md", "", "missing"),
    "a skipped version": (put("texts/privacy.3.fr.md", b"# A\n\nb\n"), "texts/privacy.2.fr.md", "", "missing"),
    "a far version": (put("texts/privacy.9999.fr.md", b"# A\n\nb\n"), "texts", "privacy", "not every version"),
    "an unknown kind of text": (put("texts/terms.1.fr.md"), "texts/terms.1.fr.md", "", "not a kind of text"),
    "a program": (put("setup.py"), "setup.py", "", "programs"),
    "a key file": (put("saml.pem"), "saml.pem", "", "passwords never"),
    "an unexpected file": (put("notes.txt"), "notes.txt", "", "not expected"),
    "a name that is not text": (lambda path: put(os.fsdecode(b"\xff\n.txt"))(path), "??.txt", "", "not expected"),
    "a link": (lambda path: ((path / BRAND).unlink(), (path / BRAND).symlink_to("/etc/passwd")), BRAND, "", "links"),
    "a linked folder": (lambda path: (os.rename(path / "texts", path / "../t"), (path / "texts").symlink_to("../t")),
                        "texts", "", "real folder"),
    "a pipe": (lambda path: ((path / BRAND).unlink(), os.mkfifo(path / BRAND)), BRAND, "", "only plain files"),
    "a folder as a file": (lambda path: ((path / BRAND).unlink(), (path / BRAND).mkdir()), BRAND, "", "plain files"),
    "a missing file": (lambda path: (path / BRAND).unlink(), BRAND, "", "missing"),
    "a huge file": (put(POLICY, b"#" * 300_000), POLICY, "", "too large"),
    "a huge line": (put(POLICY, b"#" * 5000), POLICY, "line 1", "longer than"),
    "not UTF-8": (put(POLICY, b"# ok\n# caf\xe9\n"), POLICY, "line 2", "UTF-8"),
    "not TOML": (put(POLICY, b"a = 1\nb =\n"), POLICY, "line 2, column 4", "not valid TOML"),
    "nested without end": (put(POLICY, b"a = " + b"[" * 3000), POLICY, "", "too deeply"),
    "dots without end": (put(POLICY, b"a." * 1900 + b"a = 1"), POLICY, "line 1", "joined by dots"),
    "a number without end": (swap(PRACTICE, "50.4661", "0x" + "f" * 3900), PRACTICE, "sites.namur.lat", "in Belgium"),
    "a date without end": (swap(AGENDAS, "2026-01-05", "0001-01-01"), AGENDAS,
                           "schedules.aline-namur.plans no. 1.valid_from", "likely year"),
    "a logo that is none": (put("logo.png", b"GIF89a"), "logo.png", "", "not a PNG"),
    "a damaged logo": (put("logo.png", LOGO[:200] + b"?" + LOGO[201:]), "logo.png", "", "damaged"),
    "half a logo": (put("logo.png", LOGO[:-20]), "logo.png", "", "cut off"),
    "a logo and more": (put("logo.png", LOGO + b"<?php"), "logo.png", "", "something follows"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_folder_names_the_file_the_key_and_the_reason(path, what):
    spoil, file, where, message = BROKEN[what]
    spoil(path)
    problems = folders.check(path)
    found = [problem for problem in problems if (problem.file, problem.where) == (file, where)]
    assert any(message in problem.message for problem in found), "\n".join(map(str, problems))
    assert all(str(problem).isprintable() for problem in problems)


def test_the_untouched_copy_has_no_problem(path):
    assert folders.check(path) == []


def test_one_mistake_is_told_once(path):
    swap(SERVICES, 'key = "seance"', 'key = "Séance"')(path)
    problems = folders.check(path)
    assert {problem.file for problem in problems} == {SERVICES, AGENDAS}
    put(SERVICES, b"services =")(path)
    assert [problem.file for problem in folders.check(path)] == [SERVICES]


def test_two_plans_may_not_be_valid_on_the_same_day(path):
    swap(
        AGENDAS, "[[schedules.plans]]", "[[schedules.plans]]\nvalid_from = 2027-01-01\n\n[[schedules.plans]]"
    )(path)
    assert [str(problem) for problem in folders.check(path)] == [
        "agendas.toml: schedules.aline-namur.plans: two are valid at once from 2027-01-01; end the first with valid_to"
    ]


def test_a_day_cannot_be_closed_and_open(path):
    swap(AGENDAS, "exceptions = [", 'exceptions = [\n  { kind = "close", first_day = 2026-12-24 },')(path)
    assert [str(problem) for problem in folders.check(path)] == [
        "agendas.toml: schedules.aline-namur.exceptions: 2026-12-24 is both closed all day and given hours"
    ]


def test_windows_for_different_services_may_lie_side_by_side(path):
    other = '{ day = "monday", from = "09:00", to = "10:00", services = ["ecole-du-dos"] },'
    swap(AGENDAS, ROW, ROW + "\n  " + other)(path)
    assert folders.check(path) == []


def test_windows_line_ends_and_a_byte_order_mark_are_forgiven(path):
    before = folders.read(path)
    for file in path.rglob("*.*"):
        if file.suffix in (".toml", ".md"):
            file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert folders.read(path) == before


def test_numbers_that_only_look_like_a_patient_are_let_through(path):
    harmless = "IBAN BE71 0961 2345 6769, BE 0899.999.949, +32 470 00 00 00, 5/38861/71/521, 85.07.30-994.38"
    swap("texts/welcome.1.fr.md", "Mal de dos", harmless)(path)
    assert folders.check(path) == []


def test_a_thousand_problems_are_cut_short(path):
    put("texts/welcome.1.fr.md", b"# A\n" + b"<b>\n" * 1000)(path)
    problems = folders.check(path)
    assert len(problems) == 201 and "more problems" in problems[-1].message


@pytest.mark.parametrize("path", ["/nowhere/at/all", "/dev/null", "/etc/hostname", "a\0b", "x" * 5000])
def test_a_path_that_is_no_folder_is_a_problem_too(path):
    assert [problem.file for problem in folders.check(path)] == ["."]


def leaves(value, path=()):
    """Every place in a TOML table."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from leaves(item, (*path, key))


SEEDS = {
    name: tomllib.loads((LAVANDE / name).read_text()) for name in (PRACTICE, BRAND, SERVICES, AGENDAS, POLICY)
}
ANYTHING = st.recursive(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
    | st.integers(-(2**70), 2**70) | st.floats() | st.booleans() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abckey ", max_size=6), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_content_whatever_makes_the_check_raise(data):
    with TemporaryDirectory() as place:
        path = Path(shutil.copytree(LAVANDE, Path(place) / "lavande"))
        name = data.draw(st.sampled_from(sorted(SEEDS)))
        (path / name).write_bytes(data.draw(spoiled(SEEDS[name]) | st.binary(max_size=60)))
        assert all(problem.file and problem.message for problem in folders.check(path))


@st.composite
def spoiled(draw, table):
    """The file with something else in one of its places."""
    whole = table = copy.deepcopy(table)
    *above, key = draw(st.sampled_from(list(leaves(table))))
    for step in above:
        table = table[step]
    table[key] = draw(ANYTHING)
    return "\n".join(f"{name} = {inline(value)}" for name, value in whole.items()).encode()


def inline(value):
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {inline(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case date():
            return value.isoformat()
        case str() | bool():
            return json.dumps(value, ensure_ascii=False)
    return repr(value)
