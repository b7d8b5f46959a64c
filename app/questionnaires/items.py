"""The questions of a questionnaire and the rules of their answers: no database, no web."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

KINDS = ("short", "long", "one", "several", "scale", "date", "yes-no")
MOST_ITEMS, MOST_OPTIONS = 40, 20
LENGTHS = {"short": 200, "long": 2000}
Texts = dict[str, str]
Answer = str | list[str]


@dataclass(frozen=True)
class Item:
    """One question; texts per language. `options` are known by their place, for a published version never changes."""

    key: str
    kind: str
    text: Texts
    required: bool = False
    options: list[Texts] = field(default_factory=list)
    low: int = 0
    high: int = 10
    low_text: Texts = field(default_factory=dict)
    high_text: Texts = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of its field on the page."""
        return f"q-{self.key}"

    @property
    def steps(self) -> list[str]:
        return [str(number) for number in range(self.low, self.high + 1)]

    @property
    def places(self) -> list[str]:
        return [str(number) for number in range(len(self.options))]

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def read(stored: Sequence[Mapping[str, Any]]) -> list[Item]:
    return [Item(**one) for one in stored]


def moved(items: Sequence[Item], key: str, step: int) -> list[Item]:
    """One place up (-1) or down (1); at the end of the list nothing happens."""
    found = list(items)
    at = next(place for place, one in enumerate(found) if one.key == key)
    to = at + step
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found


# ---- answers ----------------------------------------------------------------------------------------------------


def typed(items: Sequence[Item], form: Mapping[str, str]) -> dict[str, Answer]:
    """What stands in a sent page, as it was typed; what no question asks for is left out, what is too long is cut."""
    given: dict[str, Answer] = {}
    for one in items:
        if one.kind == "several":
            chosen = [place for place in one.places if form.get(f"{one.name}-{place}")]
            if chosen:
                given[one.key] = chosen
        elif text := form.get(one.name, "")[: LENGTHS["long"] * 2]:
            given[one.key] = text
    return given


def check(items: Sequence[Item], given: Mapping[str, Answer]) -> tuple[dict[str, Answer], dict[str, str]]:
    """(answers, {key of an item: what is wrong, a key of questionnaires.labels.PROBLEMS})."""
    answers: dict[str, Answer] = {}
    wrong: dict[str, str] = {}
    for one in items:
        value = given.get(one.key)
        if isinstance(value, str):
            value = _tidy(value, lines=one.kind == "long")
        if not value:
            if one.required:
                wrong[one.key] = "missing"
            continue
        problem = _problem(one, value)
        if problem:
            wrong[one.key] = problem
        else:
            answers[one.key] = value
    return answers, wrong


def _problem(one: Item, value: Answer) -> str:
    match one.kind:
        case "short" | "long":
            return _text_problem(one.kind, str(value))
        case "one":
            return "" if value in one.places else "choice"
        case "several":
            known = isinstance(value, list) and set(value) <= set(one.places)
            return "" if known else "choice"
        case "scale":
            return "" if value in one.steps else "choice"
        case "yes-no":
            return "" if value in ("yes", "no") else "choice"
        case _:
            return "" if _day(str(value)) else "date"


def _text_problem(kind: str, text: str) -> str:
    if len(text) > LENGTHS[kind]:
        return f"too-long-{kind}"
    plain = text.replace("\n", " ") if kind == "long" else text
    strange = any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or c == "\ufffd" for c in plain)
    return "letters" if strange else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _tidy(text: str, *, lines: bool) -> str:
    """Composed accents, nothing around; single spaces, and line breaks where lines are asked for."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
