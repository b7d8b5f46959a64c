"""The words of questionnaires: kinds, states, what is wrong with an answer, and answers as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kernel.i18n import _, date_label, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice, pick
from app.questionnaires import items
from app.questionnaires.items import LENGTHS, Answer, Item
from app.questionnaires.models import QuestionnaireAuthor, QuestionnaireVersion

# kind: (word, what it is for)
KINDS: dict[str, tuple[Any, Any]] = {
    "short": (_l("Short text"), _l("A word or a line.")),
    "long": (_l("Long text"), _l("Several lines.")),
    "one": (_l("One choice"), _l("One answer of a list.")),
    "several": (_l("Several choices"), _l("As many answers of a list as apply.")),
    "scale": (_l("Scale"), _l("A number between two ends, for instance how strong a pain is.")),
    "date": (_l("Date"), _l("A day of the calendar.")),
    "yes-no": (_l("Yes or no"), _l("Two answers.")),
}
# status: (word, kind of badge, icon)
STATES: dict[str, tuple[Any, str, str]] = {
    "in-progress": (_l("Waits for an answer"), "warning", "hourglass"),
    "completed": (_l("Answered"), "ok", "circle-check"),
    "stopped": (_l("Taken back"), "", "circle-x"),
}
# way: how the answers were said, for whoever writes them down
HOW: dict[str, Any] = {"counter": _l("At the counter"), "telephone": _l("On the telephone")}
# way: what is said of it afterwards, to both sides
WRITTEN_DOWN: dict[str, Any] = {
    "counter": _l("Written down by %(name)s, as it was said at the counter"),
    "telephone": _l("Written down by %(name)s, as it was said on the telephone"),
}
PROBLEMS: dict[str, Any] = {
    "missing": _l("Please answer this question."),
    "choice": _l("Please choose one of the answers shown."),
    "date": _l("This is no date of the calendar. Please choose it again."),
    "letters": _l("Please use ordinary letters and signs only."),
    "too-long-short": _l("At most %(most)s letters.", most=LENGTHS["short"]),
    "too-long-long": _l("At most %(most)s letters.", most=LENGTHS["long"]),
}


@dataclass(frozen=True)
class Said:
    """A text of the practice in the reader's language; `lang` where it is in another."""

    words: str
    lang: str | None


@dataclass(frozen=True)
class Asked:
    """One question as a page shows it: its words, its choices, and what was answered."""

    item: Item
    text: Said
    options: list[tuple[str, Said]]  # (value, words)
    low: Said
    high: Said
    given: Answer | None
    answer: str  # in words; "" without one


def written_down(author: QuestionnaireAuthor | None) -> str:
    """The sentence that answers were not typed by the patient; "" where they were."""
    return str(WRITTEN_DOWN[author.way]) % {"name": author.member.name} if author is not None else ""


def names(questions: Sequence[Asked]) -> dict[str, str]:
    """Field -> what it asks, for a summary of what is wrong."""
    return {one.item.name: one.text.words for one in questions}


def said(texts: dict[str, str], practice: Practice) -> Said:
    here = language()
    other = None if texts.get(here) else next((code for code in practice.languages if texts.get(code)), None)
    return Said(pick(texts, here, practice.languages), other)


def asked(version: QuestionnaireVersion, given: dict[str, Answer], practice: Practice) -> list[Asked]:
    return [_asked(one, given.get(one.key), practice) for one in items.read(version.items)]


def _asked(one: Item, given: Answer | None, practice: Practice) -> Asked:
    options = _options(one, practice)
    return Asked(
        item=one,
        text=said(one.text, practice),
        options=options,
        low=said(one.low_text, practice),
        high=said(one.high_text, practice),
        given=given,
        answer=_in_words(one, given, dict(options)) if given else "",
    )


def _options(one: Item, practice: Practice) -> list[tuple[str, Said]]:
    if one.kind in ("one", "several"):
        return [(str(place), said(texts, practice)) for place, texts in enumerate(one.options)]
    if one.kind == "yes-no":
        return [("yes", Said(_("Yes"), None)), ("no", Said(_("No"), None))]
    if one.kind == "scale":
        return [(step, Said(step, None)) for step in one.steps]
    return []


def _in_words(one: Item, given: Answer, options: dict[str, Said]) -> str:
    if one.kind == "several":
        return ", ".join(options[value].words for value in given if value in options)
    text = str(given)
    if one.kind in ("one", "yes-no"):
        return options[text].words if text in options else ""
    if one.kind == "scale":
        return _("%(number)s out of %(most)s", number=text, most=one.high)
    if one.kind == "date":
        try:
            return date_label(date.fromisoformat(text), language())
        except ValueError:
            return text
    return text
