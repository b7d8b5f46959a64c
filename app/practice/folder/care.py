"""questionnaires.toml and exercises.toml: what a practice asks its patients, and the exercises it gives them."""

from dataclasses import dataclass, field
from typing import Any

from app.practice.folder.contents import LANGUAGES, WEEKDAYS
from app.practice.folder.fields import Table
from app.practice.folder.written import PerLanguage

KINDS = (
    "short",
    "long",
    "one",
    "several",
    "scale",
    "date",
    "yes-no",
)  # as app/questionnaires/items.py has them
MOST_QUESTIONS, MOST_OPTIONS, MOST_ACTIVITIES = 40, 20, 200
EVERY_DAY = 127  # one bit a day, Monday first


@dataclass(frozen=True, kw_only=True)
class Tie:
    """A service the questionnaire is sent with by itself; `months` None: each version once."""

    service: str
    months: int | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    kind: str
    required: bool = False
    low: int = 0
    high: int = 10
    text: PerLanguage
    low_text: PerLanguage = field(default_factory=dict)
    high_text: PerLanguage = field(default_factory=dict)
    options: tuple[PerLanguage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """Its newest published version; `draft` where nothing is published yet."""

    draft: bool = False
    title: PerLanguage
    intro: PerLanguage = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    services: tuple[Tie, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """Of the library. Photographs of its own are no part of a folder; drawings are known by their name."""

    drawing: str | None = None
    name: PerLanguage
    text: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Activity(Exercise):
    """One exercise in a template, and how much of it."""

    series: int | None = None
    repetitions: int | None = None
    seconds: int | None = None
    weekdays: int = EVERY_DAY
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Template:
    """A programme to begin from."""

    title: str
    note: str | None = None
    activities: tuple[Activity, ...] = ()


# ---- read --------------------------------------------------------------------------------------------------------


def read_questionnaires(
    table: Table, languages: tuple[str, ...], services: tuple[str, ...] | None
) -> tuple[Questionnaire, ...]:
    found = tuple(
        _questionnaire(one, languages, services) for one in table.tables("questionnaires", required=True)
    )
    table.done()
    return found


def _questionnaire(
    table: Table, languages: tuple[str, ...], services: tuple[str, ...] | None
) -> Questionnaire:
    found = Questionnaire(
        draft=table.flag("draft", default=False),
        title=_said(table, "title", languages, most=120),
        intro=_said(table, "intro", languages, required=False, most=1000, lines=True),
        questions=tuple(_question(one, languages) for one in table.tables("questions", most=MOST_QUESTIONS)),
        services=tuple(_tie(one, services) for one in table.tables("services")),
    )
    if not found.draft and not found.questions:
        table.wrong("questions", "must be there, or draft = true")
    if len({one.service for one in found.services}) < len(found.services):
        table.wrong("services", "names a service twice")
    table.done()
    return found


def _question(table: Table, languages: tuple[str, ...]) -> Question:
    kind = table.choice("kind", KINDS)
    scale = kind == "scale"
    found = Question(
        kind=kind,
        required=table.flag("required", default=False),
        low=table.whole("low", 0, 1, default=0) if scale else 0,
        high=table.whole("high", 2, 10, default=10) if scale else 10,
        text=_said(table, "text", languages, most=300),
        low_text=_said(table, "low_text", languages, required=False, most=60) if scale else {},
        high_text=_said(table, "high_text", languages, required=False, most=60) if scale else {},
        options=_options(table, languages) if kind in ("one", "several") else (),
    )
    table.done()
    return found


def _options(table: Table, languages: tuple[str, ...]) -> tuple[PerLanguage, ...]:
    rows = table.tables("options", required=True, most=MOST_OPTIONS)
    if len(rows) < 2:
        table.wrong("options", "must be two at least")
    return tuple(_words(one, languages, most=3000) for one in rows)


def _tie(table: Table, services: tuple[str, ...] | None) -> Tie:
    service = table.choice("service", services) if services is not None else table.text("service")
    found = Tie(service=service, months=table.whole("months", 0, 36, default=None))
    table.done()
    return found


def read_exercises(table: Table, languages: tuple[str, ...]) -> dict[str, Any]:
    """`exercises` and `templates` of the folder."""
    found = {
        "exercises": tuple(Exercise(**_exercise(one, languages)) for one in table.tables("exercises")),
        "templates": tuple(_template(one, languages) for one in table.tables("templates")),
    }
    table.done()
    return found


def _exercise(
    table: Table, languages: tuple[str, ...], *, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    found = {
        "drawing": table.text("drawing", most=40, default=None),
        "name": _said(table, "name", languages, most=120),
        "text": _said(table, "text", languages, required=False, most=3000, lines=True),
        **(more or {}),
    }
    table.done()
    return found


def _template(table: Table, languages: tuple[str, ...]) -> Template:
    found = Template(
        title=table.text("title", most=120),
        note=table.text("note", most=1000, default=None, lines=True),
        activities=tuple(
            _activity(one, languages) for one in table.tables("activities", most=MOST_ACTIVITIES)
        ),
    )
    table.done()
    return found


def _activity(table: Table, languages: tuple[str, ...]) -> Activity:
    days = table.words("days", allowed=WEEKDAYS, default=())
    more = {
        "series": table.whole("series", 1, 50, default=None),
        "repetitions": table.whole("repetitions", 1, 500, default=None),
        "seconds": table.whole("seconds", 1, 7200, default=None),
        "weekdays": sum(1 << WEEKDAYS.index(day) for day in days if day in WEEKDAYS) or EVERY_DAY,
        "note": table.text("note", most=300, default=None),
    }
    return Activity(**_exercise(table, languages, more=more))


def _said(
    table: Table,
    key: str,
    languages: tuple[str, ...],
    *,
    required: bool = True,
    most: int,
    lines: bool = False,
) -> PerLanguage:
    """In some of the practice's languages: what a practice writes for patients need not be in all of them."""
    found = table.table(key, required=required)
    return _words(found, languages, most=most, lines=lines) if found is not None else {}


def _words(table: Table, languages: tuple[str, ...], *, most: int, lines: bool = False) -> PerLanguage:
    found = {
        code: table.text(code, most=most, lines=lines)
        for code in languages or LANGUAGES
        if code in table.values
    }
    if not found:
        table.wrong("", "must be there in one language of the practice at least")
    table.done()
    return found


# ---- written -----------------------------------------------------------------------------------------------------


def tables_of(folder: Any) -> dict[str, dict[str, Any]]:
    """The files by name; none where there is nothing to say."""
    found: dict[str, dict[str, Any]] = {}
    speak = folder.languages
    if folder.questionnaires:
        rows = [_lean(_as_table(one, speak)) for one in folder.questionnaires]
        found["questionnaires.toml"] = {"questionnaires": rows}
    if folder.exercises or folder.templates:
        found["exercises.toml"] = {
            "exercises": [_lean(_as_table(one, speak)) for one in folder.exercises],
            "templates": [_lean(_as_table(one, speak)) for one in folder.templates],
        }
    return found


def _as_table(value: Any, speak: tuple[str, ...]) -> dict[str, Any]:
    """What differs from its default, plain words before tables."""
    table: dict[str, Any] = {}
    for name, spec in type(value).__dataclass_fields__.items():
        content = getattr(value, name)
        if content == spec.default:
            continue
        if name == "weekdays":
            name, content = "days", [day for at, day in enumerate(WEEKDAYS) if content >> at & 1]
        elif isinstance(content, dict):
            content = spoken(content, speak)
        elif isinstance(content, tuple):
            content = [
                spoken(one, speak) if isinstance(one, dict) else _as_table(one, speak) for one in content
            ]
        table[name] = content
    return table


def spoken(texts: PerLanguage, speak: tuple[str, ...]) -> PerLanguage:
    """Those the practice speaks, in its order; where it speaks none any more, one in its first language."""
    found = {code: texts[code] for code in speak if texts.get(code)}
    other = next((one for one in texts.values() if one), "")
    return found or ({speak[0]: other} if other else {})


def _lean(table: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in table.items() if value not in (None, [], {})}
    return dict(sorted(found.items(), key=lambda item: isinstance(item[1], dict | list)))
