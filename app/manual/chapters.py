"""The chapters of the manual: Markdown under docs/manual, one file a language, and a search through them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.consent.rendering import Rendered, rendered

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "manual"
LEAST = 3  # letters a search begins with
AROUND = 70  # letters of the text shown on both sides of what was found


class Entry(NamedTuple):
    slug: str
    icon: str


PATIENTS = (
    Entry("find-and-book", "calendar-plus"),
    Entry("appointments", "calendar-check"),
    Entry("account", "user-round"),
    Entry("sign-in", "key-round"),
    Entry("identity-card", "id-card"),
    Entry("profile", "layout-dashboard"),
    Entry("messages", "mail"),
    Entry("exercises", "dumbbell"),
    Entry("health", "heart-pulse"),
    Entry("invoices", "receipt-euro"),
    Entry("people", "users-round"),
    Entry("privacy", "shield"),
)
PRACTICES = (
    Entry("desk", "calendar"),
    Entry("files", "folder-open"),
    Entry("settings", "settings"),
    Entry("keyboard", "keyboard"),
)
CHAPTERS = PATIENTS + PRACTICES


@dataclass(frozen=True)
class Chapter:
    slug: str
    icon: str
    shown: Rendered
    summary: str  # its first paragraph, as plain text
    source: str


@dataclass(frozen=True)
class Passage:
    """Where the words were found: what stands before them, they, and what follows."""

    chapter: Chapter
    before: str
    found: str
    after: str


@lru_cache(maxsize=128)
def chapter(slug: str, language: str) -> Chapter | None:
    """None for a slug that no chapter has: nothing else is ever read from the folder."""
    entry = next((one for one in CHAPTERS if one.slug == slug), None)
    if entry is None:
        return None
    source = (FOLDER / language / f"{slug}.md").read_text()
    paragraphs = source.split("\n\n")
    return Chapter(slug, entry.icon, rendered(source), plain(paragraphs[1]), source)


def part(entries: tuple[Entry, ...], language: str) -> list[Chapter]:
    return [found for one in entries if (found := chapter(one.slug, language))]


def neighbours(slug: str, language: str) -> tuple[Chapter | None, Chapter | None]:
    """The chapters before and after."""
    order = [one.slug for one in CHAPTERS]
    at = order.index(slug)
    before = chapter(order[at - 1], language) if at else None
    after = chapter(order[at + 1], language) if at + 1 < len(order) else None
    return before, after


def search(asked: str, language: str) -> list[Passage]:
    """One passage a chapter, in their order; accents and capitals do not count. None below LEAST letters."""
    wanted = _folded(" ".join(asked.split()))
    if len(wanted) < LEAST:
        return []
    found = []
    for entry in CHAPTERS:
        one = chapter(entry.slug, language)
        if one is not None and (passage := _passage(one, wanted)):
            found.append(passage)
    return found


def _passage(one: Chapter, wanted: str) -> Passage | None:
    text = plain(one.source)
    at = _folded(text).find(wanted)
    if at < 0:
        return None
    end = at + len(wanted)
    start, stop = max(0, at - AROUND), end + AROUND
    before = ("…" if start else "") + text[start:at]
    return Passage(one, before, text[at:end], text[end:stop] + ("…" if stop < len(text) else ""))


def plain(source: str) -> str:
    """Markdown as one line of text."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", source)
    return " ".join(re.sub(r"[*_`#>|]+|^[-–] |^\d+\. ", " ", text, flags=re.M).split())


def _folded(text: str) -> str:
    """Letter for letter as long as the text itself, so that places in one are places in the other."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text).lower()
