"""questionnaires.toml and exercises.toml: what is sound is read, what is not is said."""

import shutil
from pathlib import Path

import pytest

from app.practice import folder as folders

LAVANDE = Path(__file__).parents[3] / "tenants" / "lavande"
ASKS = """
[[questionnaires]]
[questionnaires.title]
fr = "Avant"
[[questionnaires.questions]]
kind = "scale"
low = 1
high = 5
[questionnaires.questions.text]
fr = "Douleur"
[[questionnaires.services]]
service = "bilan"
months = 12
"""


@pytest.fixture
def lavande(tmp_path):
    shutil.copytree(LAVANDE, tmp_path / "lavande")
    return tmp_path / "lavande"


def test_a_questionnaire_in_one_language_is_enough(lavande):
    (lavande / "questionnaires.toml").write_text(ASKS)
    (one,) = folders.read(lavande).questionnaires
    assert one.title == {"fr": "Avant"} and one.services == (folders.Tie(service="bilan", months=12),)
    assert (one.questions[0].low, one.questions[0].high) == (1, 5)
    folders.write(folders.read(lavande), lavande)
    assert folders.read(lavande).questionnaires == (one,)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('kind = "scale"', 'kind = "slider"', "is not known here"),
        ("months = 12", "months = 99", "from 0 to 36"),
        ('service = "bilan"', 'service = "massage"', "is not known here"),
        ("high = 5", "high = 11", "from 2 to 10"),
        ('fr = "Avant"', 'xx = "Avant"', "one language of the practice"),
        ('kind = "scale"\nlow = 1\nhigh = 5', 'kind = "one"', "options"),
        ("[questionnaires.title]", "colour = 1\n[questionnaires.title]", "colour"),
        (ASKS[ASKS.index("[[questionnaires.questions") :], "", "draft = true"),
    ],
)
def test_what_is_wrong_is_said(lavande, old, new, complaint):
    assert old in ASKS
    (lavande / "questionnaires.toml").write_text(ASKS.replace(old, new))
    problems = [str(one) for one in folders.check(lavande)]
    assert problems and any(complaint in one for one in problems)


def test_days_of_a_template_are_names(lavande):
    text = '[[templates]]\ntitle = "Dos"\n[[templates.activities]]\ndays = ["monday", "{day}"]\n'
    text += '[templates.activities.name]\nfr = "Pont"\n'
    (lavande / "exercises.toml").write_text(text.replace("{day}", "friday"))
    (template,) = folders.read(lavande).templates
    assert template.activities[0].weekdays == 0b10001
    (lavande / "exercises.toml").write_text(text.replace("{day}", "freitag"))
    assert folders.check(lavande)
