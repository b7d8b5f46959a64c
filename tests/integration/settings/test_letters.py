"""A practice's own words in its messages: filled once, in the right language, and never a program."""

import pytest

from app.booking import letters
from app.kernel.db import connection
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.messaging import texts
from app.practice import wordings
from app.practice.models import MessageWording
from tests.factories import make_appointment, make_patient
from tests.integration.settings.pages import opened, posted
from tests.journey import form_of, soup
from tests.people import make_account

HERE = "/settings/letters/booked"


@pytest.fixture
def engine():
    return "sqlite"  # one row by its key


def letter(app, practice, *, language="fr", given_name="Alice", starts=29_925_000):
    with app.test_request_context("/"), practice_context(practice):
        appointment = make_appointment(
            patient=make_patient(given_name=given_name), language=language, starts=starts
        )
        return letters.booked({"appointment": appointment.id}, "<x@example>")


def test_the_mail_says_what_the_practice_says(aline, app, practice):
    typed = {
        "subject-fr": "{practice} : {day} à {hour}",
        "paragraph-fr": "Bonjour {patient},\nsonnez deux fois au {place}. {practitioner} <3",
    }
    assert posted(aline, HERE, **typed).status_code == 303
    found = letter(app, practice)
    assert found.subject.startswith("Cabinet Lavande : ") and "{" not in found.subject
    assert "Bonjour Alice,\nsonnez deux fois au " in found.text
    assert "&lt;3</p>" in found.html and "Bonjour Alice,</p>" in found.html
    assert (
        "sonnez" not in letter(app, practice, language="nl", starts=29_930_000).text
    )  # in its own language alone


def test_what_a_patient_is_called_stays_text(aline, app, practice):
    posted(aline, HERE, **{"paragraph-fr": "Bonjour {patient}"})
    name = "{day} {{ 7*7 }} {% for x in y %} %(when)s <img src=x>"
    found = letter(app, practice, given_name=name)
    assert f"Bonjour {name}" in found.text
    assert "<img src=x>" not in found.html and "{day} {{ 7*7 }}" in found.html


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("subject-fr", "{diagnosis}", "{diagnosis}"),
        ("subject-fr", "{day.__class__.__mro__}", "{day.__class__.__mro__}"),
        ("paragraph-fr", "{pra{day}ctice}", "{practice}"),
        ("paragraph-fr", "{{ config.SECRET_KEY }}", "{ config.SECRET_KEY }"),
        ("paragraph-fr", "{% include 'x' %}", "{% include 'x' %}"),
        ("paragraph-fr", "${day}", "HTML"),
        ("paragraph-fr", "<a href=x>", "HTML"),
        ("paragraph-fr", "x" * 1001, "1000"),
        ("subject-fr", "x" * 121, "120"),
    ],
)
def test_an_unknown_place_is_refused_by_its_name_and_nothing_typed_is_lost(
    aline, practice, field, typed, said
):
    answer = posted(aline, HERE, **{field: typed, "paragraph-nl": "Tot dan"})
    page = soup(answer)
    assert answer.status_code == 422 and said in page.select_one(".error-summary").get_text()
    shown = page.find(id=field)
    assert (shown.get("value") or shown.get_text().strip()) == typed
    assert page.find(id="paragraph-nl").get_text().strip() == "Tot dan"
    with practice_context(practice):
        assert MessageWording.select().count() == 0


def test_an_sms_has_fewer_places_and_its_length_is_shown(aline, app, practice):
    reminder = "/settings/letters/reminder"
    assert posted(aline, reminder, **{"sms-fr": "{place}"}).status_code == 422
    looked = soup(posted(aline, reminder, look="1", **{"sms-fr": "Sonnez 2x, 100 % {hour}"}))
    assert "caractères" in looked.select_one("article[lang=fr]").get_text()
    assert posted(aline, reminder, **{"sms-fr": "Sonnez 2x, 100 % {hour}"}).status_code == 303
    account = make_account(language="fr", email="sms@example.be")
    with connection(), app.test_request_context("/"), practice_context(practice):
        sent = texts.text_of(make_appointment(), "reminder", account)
    assert "Sonnez 2x, 100 % " in sent and len(sent) <= 306


def test_reset_says_again_what_parvis_says(aline, app, practice):
    posted(aline, HERE, **{"subject-fr": "Coucou"})
    page = soup(aline.get(HERE))
    token = page.select_one("form[action$=reset] [name=csrf_token]")["value"]
    assert aline.post(f"{HERE}/reset", data={"csrf_token": token}).status_code == 303
    assert "Coucou" not in letter(app, practice).subject
    assert opened(aline, HERE)[1]["subject-fr"] == ""


def test_of_two_owners_the_second_sees_the_difference(aline, thomas, practice):
    action, mine = opened(thomas, HERE)
    posted(aline, HERE, **{"subject-fr": "A", "subject-nl": "B"})
    answer = thomas.post(action, data={**mine, "subject-fr": "C"})
    assert answer.status_code == 409
    _action, fields = form_of(soup(answer), holding="version")
    assert thomas.post(action, data=fields).status_code == 303
    with practice_context(practice):
        said = wordings.values(Practice.get_by_id(practice.id), "booked")
    assert (said["subject-fr"], said["subject-nl"]) == ("C", "B")


def test_the_neighbour_says_nothing_of_it(aline, app, practice, neighbour):
    posted(aline, HERE, **{"paragraph-fr": "chez nous"})
    assert "chez nous" in letter(app, practice).text
    assert "chez nous" not in letter(app, neighbour).text
