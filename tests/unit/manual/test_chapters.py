"""The chapters of the manual and the search through them."""

import re

import pytest

from app.kernel.i18n import LANGUAGES
from app.manual import chapters


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", [one.slug for one in chapters.CHAPTERS])
def test_every_chapter_is_there_in_every_language_with_the_same_parts(slug, language):
    one = chapters.chapter(slug, language)
    assert one.shown.title and one.summary and len(one.summary) < 160
    own, reference = (text.count("\n## ") for text in (one.source, chapters.chapter(slug, "fr").source))
    assert own == reference


def test_no_file_of_the_folder_is_without_a_place_in_the_contents():
    known = {one.slug for one in chapters.CHAPTERS}
    assert {path.stem for path in chapters.FOLDER.rglob("*.md")} == known


@pytest.mark.parametrize("slug", ["../../README", "desk.md", "", "fr/desk", "DESK"])
def test_nothing_else_is_read_from_the_folder(slug):
    assert chapters.chapter("desk", "fr") is not None  # the control
    assert chapters.chapter(slug, "fr") is None


def test_the_search_forgives_accents_capitals_and_spaces():
    assert [one.chapter.slug for one in chapters.search("DEUXIEME MOYEN", "fr")] == ["sign-in"]
    (passage,) = chapters.search("deuxieme moyen", "fr")
    assert passage.found == "deuxième moyen"
    assert passage.after and passage.before.endswith(("un ", "Un "))


@pytest.mark.parametrize("asked", ["", "  ", "a", "ab", "zzzzqq", "<script>", "%" * 60])
def test_what_cannot_be_found_finds_nothing(asked):
    assert chapters.search("CSAM", "de")  # the control
    assert chapters.search(asked, "de") == []


def test_plain_text_keeps_the_words_and_drops_the_marks():
    assert chapters.plain("# A *b*\n\n- [link](/there)\n1. **one**") == "A b link one"
    assert not re.search(r"[*#`]", chapters.plain(chapters.chapter("desk", "nl").source))
