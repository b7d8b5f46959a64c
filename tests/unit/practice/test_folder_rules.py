"""The matrix, the limits and the rooms of a folder: what is taken, and what is said of everything else."""

import shutil
from pathlib import Path

import pytest

from app.practice import folder

TENANTS = Path(__file__).parents[3] / "tenants"


@pytest.fixture
def lavande(tmp_path):
    path = tmp_path / "lavande"
    shutil.copytree(TENANTS / "lavande", path)
    return path


def add(path, file, text):
    with (path / file).open("a") as open_file:
        open_file.write(f"\n{text}\n")


RULE = '[[rules]]\nservice = "seance"\nagenda = "aline-namur"\nlevel = 1\nknown = false\n'


def test_a_row_may_name_service_agenda_level_and_known_and_change_any_rule(lavande):
    values = """outcome = "request"
min_notice_minutes = 60
move_notice_minutes = 120
cancellation_notice_minutes = 180
horizon_days = 10
late_fee_cents = 0
conditions_required = false
sign_in_required = true
move_allowed = false
cancellation_allowed = false
cancel_reason = "required"
upcoming_most = 2
window_most = 3
window_days = 30
gap_days = 1
series_most = 0
waiting_list = false
answer_hours = 48"""
    add(lavande, "policy.toml", RULE + values)
    assert folder.check(lavande) == []
    rule = folder.read(lavande).policy.rules[-1]
    assert (rule.service, rule.agenda, rule.level, rule.known) == ("seance", "aline-namur", 1, False)
    assert (rule.outcome, rule.answer_hours, rule.series_most, rule.waiting_list) == ("request", 48, 0, False)


def test_the_keys_of_before_are_enough(lavande):
    (lavande / "policy.toml").write_text(
        "min_notice_minutes = 120\nhorizon_days = 90\ncancellation_notice_minutes = 1440\nlate_fee_cents = 2000\n"
        'conditions_required = true\n[[services]]\nservice = "bilan"\nmin_notice_minutes = 720\n'
    )
    assert folder.check(lavande) == []
    policy = folder.read(lavande).policy
    assert (policy.outcome, policy.rules, policy.limits) == (None, (), ())


WRONG = {
    "an outcome of no list": (RULE + 'outcome = "maybe"', "is not known here"),
    "a level of nobody": ("[[rules]]\nlevel = 5\nhorizon_days = 3", "from 0 to 4"),
    "a service of nobody": (
        '[[rules]]\nservice = "seanse"\nlevel = 1\nhorizon_days = 3',
        "do you mean seance",
    ),
    "an agenda of nobody": ('[[rules]]\nagenda = "aline"\nhorizon_days = 3', "is not known here"),
    "no more than a service": ('[[rules]]\nservice = "seance"\nhorizon_days = 3', "[[services]]"),
    "nobody and nothing": ("[[rules]]\nhorizon_days = 3", "first lines"),
    "no change": (RULE, "changes nothing"),
    "the same people twice": (RULE + "gap_days = 1\n" + RULE + "gap_days = 2", "one before it"),
    "a notice below zero": (RULE + "min_notice_minutes = -1", "whole number from 0"),
    "nobody to answer": (RULE + "answer_hours = 0", "from 1 to 240"),
    "a word for yes": (RULE + 'sign_in_required = "yes"', "true or false"),
    "an unknown key": (RULE + "gap_day = 1\nhorizon_days = 3", "do you mean gap_days"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_is_named_with_what_to_do(lavande, text, words):
    assert folder.check(lavande) == []  # the control
    add(lavande, "policy.toml", text)
    problems = folder.check(lavande)
    assert problems and {problem.file for problem in problems} == {"policy.toml"}
    assert any(words in str(problem) for problem in problems), [str(problem) for problem in problems]


LIMITS = {
    "a period of years": ('period = "year", most = 3', "is not known here"),
    "half an appointment": ('period = "day", most = 0.5', "whole number"),
    "no number": ('period = "day"', "is missing"),
    "a unit of hours": ('period = "day", unit = "hours", most = 3', "is not known here"),
}


@pytest.mark.parametrize(("text", "words"), LIMITS.values(), ids=LIMITS.keys())
def test_a_wrong_limit_is_named(lavande, text, words):
    policy = lavande / "policy.toml"
    sound = 'limits = [{ agenda = "aline-namur", period = "day", most = 3 }]\n'
    before = policy.read_text()
    policy.write_text(sound + before)
    assert folder.check(lavande) == []  # the control
    policy.write_text(f'limits = [{{ agenda = "aline-namur", {text} }}]\n' + before)
    assert any(words in str(problem) for problem in folder.check(lavande))


def test_a_service_needs_what_some_site_has(lavande):
    services = lavande / "services.toml"
    services.write_text(
        services.read_text().replace('needs = ["salle-de-groupe"]', 'needs = ["salle-de-group"]')
    )
    (problem,) = folder.check(lavande)
    assert (problem.file, "do you mean salle-de-groupe?" in problem.message) == ("services.toml", True)


def test_two_rooms_of_one_pool_have_different_keys(lavande):
    practice = lavande / "practice.toml"
    room = practice.read_text()[practice.read_text().index("[[sites.pools.resources]]") :].split(
        "\n[[sites]]"
    )[0]
    add(lavande, "practice.toml", room)
    assert any("used twice" in str(problem) for problem in folder.check(lavande))
