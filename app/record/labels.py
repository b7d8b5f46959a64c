"""The words of what is measured: names, units, faces, moments, sources, goals, as each language writes them."""

from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal

from app.kernel.i18n import _, language, locale_of
from app.kernel.i18n import lazy_gettext as _l
from app.record.kinds import KINDS, Kind
from app.record.numbers import decimal

NBSP = "\u00a0"

NAMES: dict[str, Any] = {
    "weight": _l("Weight"),
    "height": _l("Height"),
    "bmi": _l("Body mass index (BMI)"),
    "metabolic-rate": _l("Basal metabolic rate"),
    "waist": _l("Waist size"),
    "mood": _l("State of mind"),
    "energy": _l("Energy level"),
    "pain": _l("Pain"),
    "blood-pressure": _l("Blood pressure"),
    "heart-rate": _l("Heart rate"),
    "glucose": _l("Blood glucose"),
    "steps": _l("Steps"),
    "distance": _l("Distance covered"),
    "calories": _l("Calories burned"),
    "fat-burn": _l("Fat burning"),
    "cardio": _l("Cardio training"),
    "floors": _l("Floors climbed"),
}
GROUPS: dict[str, Any] = {
    "body": _l("Body"),
    "heart": _l("Heart and blood"),
    "feeling": _l("How I feel"),
    "activity": _l("Activity of a day"),
}
UNITS: dict[str, Any] = {
    "kg": "kg",
    "cm": "cm",
    "kg/m2": "kg/m²",
    "kcal/d": "kcal",
    "mm[Hg]": "mmHg",
    "/min": _l("beats/min"),
    "mg/dL": "mg/dl",
    "km": "km",
    "min/d": "min",
    "{steps}/d": _l("steps"),
    "{floors}/d": _l("floors"),
    "{score}": "",
}
FACES: dict[str, dict[int, Any]] = {
    "mood": {
        1: _l("Very low"),
        2: _l("Low"),
        3: _l("So-so"),
        4: _l("Good"),
        5: _l("Very good"),
    },
    "energy": {
        1: _l("Exhausted"),
        2: _l("Tired"),
        3: _l("Neither tired nor fit"),
        4: _l("Fit"),
        5: _l("Full of energy"),
    },
    "pain": {
        0: _l("No pain"),
        2: _l("A little pain"),
        4: _l("Bothersome pain"),
        6: _l("Strong pain"),
        8: _l("Very strong pain"),
        10: _l("The worst pain"),
    },
}
FACE_ICONS: dict[str, dict[int, str]] = {
    "mood": {1: "angry", 2: "frown", 3: "meh", 4: "smile", 5: "laugh"},
    "energy": {1: "battery", 2: "battery-low", 3: "battery-medium", 4: "battery-full", 5: "zap"},
    "pain": {0: "laugh", 2: "smile", 4: "meh", 6: "frown", 8: "annoyed", 10: "angry"},
}
TAKEN: dict[str, Any] = {
    "fasting": _l("On an empty stomach"),
    "after-breakfast": _l("After breakfast"),
    "before-lunch": _l("Before lunch"),
    "after-lunch": _l("After lunch"),
    "before-dinner": _l("Before dinner"),
    "after-dinner": _l("After dinner"),
    "bedtime": _l("At bedtime"),
    "night": _l("During the night"),
    "other": _l("Another moment"),
}
MEALS: dict[str, Any] = {
    "none": _l("No meal"),
    "light": _l("Light meal"),
    "medium": _l("Ordinary meal"),
    "rich": _l("Rich meal"),
}
MEAL_ICONS = {"none": "circle-x", "light": "salad", "medium": "utensils", "rich": "cake-slice"}
SOURCES: dict[str, Any] = {
    "manual": _l("Typed in"),
    "file": _l("From a file"),
    "google_health": _l("From a device"),
    "staff": _l("By the practice"),
}
PERIODS: dict[str, Any] = {
    "week": _l("A week"),
    "month": _l("A month"),
    "quarter": _l("3 months"),
    "year": _l("A year"),
    "all": _l("Everything"),
}
DIRECTIONS: dict[str, Any] = {
    "at-least": _l("At least"),
    "at-most": _l("At most"),
    "between": _l("Between"),
}
MISSING: dict[str, Any] = {
    "weight": _l("your weight"),
    "height": _l("your height"),
    "birth-date": _l("your date of birth"),
    "sex": _l("your sex, female or male: the formula knows these two"),
}


def name(kind: str) -> str:
    return str(NAMES[kind])


def unit(kind: Kind | str) -> str:
    one = KINDS[kind] if isinstance(kind, str) else kind
    return str(UNITS[one.ucum])


def number(kind: Kind, value: int) -> str:
    """«72,4» or «6.250», as the language writes it."""
    return _number(value, kind.decimals, language())


@lru_cache(maxsize=8192)
def _number(value: int, decimals: int, code: str) -> str:
    """A page of years writes hundreds, and most of them again and again."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(decimal(value, decimals=decimals), format=pattern, locale=locale_of(code)))


def value(kind: Kind | str, first: int, second: int | None = None) -> str:
    """«72,4 kg», «128/82 mmHg», «Good»; a pain of 5 from a device has no face and is «5/10»."""
    one = KINDS[kind] if isinstance(kind, str) else kind
    if one.style == "faces":
        words = FACES[one.key].get(first)
        return str(words) if words is not None else f"{first}/{one.hard[1]}"
    written = number(one, first) if second is None else f"{number(one, first)}/{number(one, second)}"
    return f"{written}{NBSP}{unit(one)}".strip(NBSP)


def of(row: Any) -> str:
    """Of an Observation, or of what stayed at a practice."""
    return value(row.kind, row.value, row.second)


def details(row: Any) -> str:
    """What else is known of a value: moment of the day, meal, note."""
    parts = [TAKEN.get(row.taken), MEALS.get(row.meal), row.note]
    return " · ".join(str(one) for one in parts if one)


def target(kind: Kind | str, goal: Any) -> str:
    """«At most 140/90 mmHg», of a Goal or a Target."""
    one = KINDS[kind] if isinstance(kind, str) else kind
    if goal.direction == "at-least":
        return _("At least %(value)s", value=value(one, goal.low, goal.second_low))
    if goal.direction == "at-most":
        return _("At most %(value)s", value=value(one, goal.high, goal.second_high))
    return _(
        "Between %(low)s and %(high)s",
        low=value(one, goal.low, goal.second_low),
        high=value(one, goal.high, goal.second_high),
    )
