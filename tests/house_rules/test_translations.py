"""Four complete languages: nothing missing, nothing fuzzy, every placeholder in its place."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"%\((\w+)\)[sd0-9]|%%|%s|%d")


def catalogue(code):
    with open(ROOT / "app" / "locales" / code / "LC_MESSAGES" / "messages.po", "rb") as file:
        return read_po(file)


@pytest.mark.parametrize("code", ["fr", "nl", "de"])
def test_every_sentence_is_translated_with_its_placeholders(code):
    for message in catalogue(code):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), f"{code}: {ids[0]!r} is not translated"
        assert not message.fuzzy, f"{code}: {ids[0]!r} is fuzzy"
        wanted = {name for text in ids for name in PLACE.findall(text)}
        for text in strings:
            assert set(PLACE.findall(text)) <= wanted, f"{code}: {text!r}"
        assert set(PLACE.findall(strings[-1])) == set(PLACE.findall(ids[-1])), f"{code}: {strings[-1]!r}"


@pytest.mark.parametrize("code", ["fr", "nl", "de", "en"])
def test_the_catalogue_holds_what_the_code_says(code):
    keywords = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    python = extract_from_dir(ROOT / "app", [("**.py", "python")], keywords=keywords)
    html = extract_from_dir(
        ROOT / "templates",
        [("**.html", "jinja2"), ("**.txt", "jinja2")],
        {"**": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords=keywords,
    )
    said = {m if isinstance(m, str) else m[0] for _f, _l, m, _c, _x in [*python, *html]}
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(code) if m.id}
    assert said - known == set()
