"""Texts of the practice: drafts, versions that stand, differences in words, published now, on a day, or again."""

from datetime import timedelta

import peewee as pw
import pytest

from app.consent import drafts
from app.consent.models import PolicyText, TextDraft
from app.consent.upkeep import publish_texts
from app.kernel import edits
from app.kernel.db import database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from tests.integration.settings.pages import opened, posted
from tests.journey import form_of, soup

HERE = "/settings/texts/conditions"
WORDS = {code: f"# Title {code}\n\nA new sentence in {code}.\n" for code in ("fr", "nl", "de", "en")}


def bodies(**more):
    return {f"body-{code}": more.get(code, words) for code, words in WORDS.items()}


def newest(practice, kind="conditions"):
    with practice_context(practice):
        return drafts.versions(kind)[0]


def test_a_draft_is_read_by_nobody_until_it_is_published(aline, client, practice):
    assert posted(aline, HERE, **bodies()).status_code == 303
    assert "A new sentence" not in client.get("/texts/conditions").get_data(as_text=True)
    assert opened(aline, HERE)[1]["body-fr"].strip() == WORDS["fr"].strip()
    assert posted(aline, HERE, publish="1").status_code == 303
    page = client.get("/texts/conditions").get_data(as_text=True)
    assert "A new sentence in fr" in page and newest(practice).number == 2
    assert "A new sentence" not in client.get("/texts/conditions/1/fr").get_data(as_text=True)
    with practice_context(practice):
        assert drafts.draft("conditions") is None


def test_a_published_version_never_changes_whatever_a_program_asks(inside, practice):
    row = {"kind": "conditions", "version": 1}
    with practice_context(practice):
        found = PolicyText.get(**row, language="fr")
        for act in (PolicyText.update(body="other"), PolicyText.delete()):
            with pytest.raises(pw.DatabaseError), database.atomic():
                act.where(PolicyText.id == found.id).execute()
        with pytest.raises(ValueError):
            drafts.actions.publish("conditions", 1, "fr", "other", now=practice.created_at)
        assert PolicyText.get_by_id(found.id).body == found.body


def test_of_two_who_write_the_second_loses_nothing(aline, thomas, practice):
    action, mine = opened(thomas, HERE)
    posted(aline, HERE, **bodies(fr="# Conditions\n\nAline.\n"))
    answer = thomas.post(action, data={**mine, "body-fr": "# Conditions\n\nThomas.\n"})
    assert answer.status_code == 409
    _action, fields = form_of(soup(answer), holding="version")
    assert "Thomas." in soup(answer).find(id="body-fr").get_text()
    assert (fields["keep-body-fr"], fields["keep-body-nl"]) == ("mine", "theirs")
    fields["body-fr"] = "# Conditions\n\nThomas.\n"
    assert thomas.post(action, data=fields).status_code == 303
    with practice_context(practice):
        kept = drafts.draft("conditions").bodies
    assert "Thomas." in kept["fr"] and kept["nl"] == WORDS["nl"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("fr", "said"),
    [
        ("", "manque"),
        ("no title\n\ntext", "titre"),
        ("# Only a title\n", "titre"),
        ("# T\n\n" + "x" * 4001, "deux"),
        ("# T\n\n<script>alert(1)</script>", "HTML"),
        ("# T\n\n![x](https://x.example/y.png)", "images"),
        ("# T\n\n[x](javascript:alert(1))", "liens"),
    ],
)
def test_what_cannot_be_published_is_said_and_kept_as_a_draft(aline, client, practice, fr, said):
    answer = posted(aline, HERE, publish="1", **bodies(fr=fr))
    page = soup(answer)
    assert answer.status_code == 422 and said in page.select_one(".error-summary").get_text()
    assert page.find(id="body-fr").get_text().strip() == fr.strip()
    assert newest(practice).number == 1
    assert "<script>alert" not in str(page.select_one(".beside section"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_text_of_ten_thousand_letters_is_taken_and_a_longer_one_than_any_is_not(aline, practice):
    long = "# Conditions\n\n" + "\n\n".join("mot " * 100 for _ in range(25))
    assert len(long) > 10_000
    assert posted(aline, HERE, publish="1", **bodies(fr=long)).status_code == 303
    assert newest(practice).bodies["fr"].count("mot") == 2500
    assert posted(aline, HERE, **bodies(fr="# T\n\n" + "mot\n" * 10_000)).status_code == 422


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_looking_saves_nothing_and_shows_html_as_text(aline, practice):
    answer = posted(aline, HERE, look="1", **bodies(fr="# Bonjour\n\n<b>gras</b> **gras**"))
    article = soup(answer).select_one("article[lang=fr]")
    assert answer.status_code == 200 and article.b is None and "<b>gras</b>" in article.get_text()
    assert article.strong.get_text() == "gras"
    with practice_context(practice):
        assert TextDraft.select().count() == 0


def test_on_its_day_a_text_is_published_by_itself_once(aline, client, practice, clock):
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    assert posted(aline, HERE, publish_on=day, **bodies()).headers["Location"].endswith("done=date")
    assert publish_texts() == 0 and newest(practice).number == 1
    clock.at += timedelta(days=3)
    assert publish_texts() == 1 and publish_texts() == 0
    assert newest(practice).number == 2
    assert "A new sentence in fr" in client.get("/texts/conditions").get_data(as_text=True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("day", ["2020-01-01", "2999-01-01", "tomorrow"])
def test_a_day_that_is_none_is_refused(aline, day):
    assert posted(aline, HERE, publish_on=day, **bodies()).status_code == 422


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_day_is_only_taken_for_a_text_that_is_complete(aline, practice, clock):
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    assert posted(aline, HERE, publish_on=day, **bodies(nl="")).status_code == 422
    with practice_context(practice):
        assert drafts.draft("conditions") is None


def test_versions_are_compared_in_words_and_an_older_one_is_published_again(aline, client, practice):
    first = newest(practice).bodies
    assert posted(aline, HERE, publish="1", **bodies()).status_code == 303
    page = soup(aline.get(f"{HERE}/versions/1"))
    assert "Title" in page.select_one(".compared ins").get_text() and page.select_one(".compared del")
    token = page.select_one("form[action$=again] [name=csrf_token]")["value"]
    assert aline.post(f"{HERE}/versions/1/again", data={"csrf_token": token}).status_code == 303
    found = newest(practice)
    assert found.number == 3 and found.bodies == first
    assert "republiée" in soup(aline.get(HERE)).find(class_="last-changed").get_text()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_language_that_is_missing_is_said(aline, practice):
    page = soup(aline.get("/settings/texts"))
    assert page.find(class_="warn") is None
    with practice_context(practice):
        Practice.update(languages=["fr"], catalogue_version=50).where(Practice.id == practice.id).execute()
        only = Practice.get_by_id(practice.id)
        drafts.keep(
            only,
            "fee",
            {"body-fr": WORDS["fr"]},
            seen=edits.stamp(drafts.values(only, "fee")),
            by="operator",
            now=practice.created_at,
        )
        drafts.publish(only, "fee", by="operator", now=practice.created_at)
        Practice.update(languages=["fr", "nl"], catalogue_version=51).where(
            Practice.id == practice.id
        ).execute()
    page = soup(aline.get("/settings/texts"))
    assert "Nederlands" in page.find(class_="warn").get_text()


def test_the_neighbour_has_its_own_texts(aline, practice, neighbour):
    assert posted(aline, HERE, publish="1", **bodies()).status_code == 303
    assert newest(neighbour).number == 1
    assert aline.get(f"{HERE}/versions/3").status_code == 404
