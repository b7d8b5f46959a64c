"""Words in each language of the practice: one field a language, an empty one reads as the first."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.kernel.i18n import NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.web.forms import BaseForm, Lines, PlainText, tidy, tidy_lines

Build = Callable[[bool], Any]  # is it the first language -> a field


class SpokenForm(BaseForm):
    """`SPOKEN` names what is said in each language; `spoken` makes the form of a practice of it."""

    SPOKEN: ClassVar[dict[str, tuple[Any, Build]]] = {}
    languages: tuple[str, ...] = ()

    def words(self, name: str) -> dict[str, str]:
        """As they are kept: in every language or in none, for the folder of a practice leaves no gap."""
        typed = {code: self[f"{name}_{code}"].data or "" for code in self.languages}
        first = next((text for text in typed.values() if text), "")
        return {code: text or first for code, text in typed.items()} if first else {}

    def in_languages(self, name: str) -> list[Field]:
        return [self[f"{name}_{code}"] for code in self.languages]

    def said(self, name: str) -> Any:
        return self.SPOKEN[name][0]


@lru_cache(maxsize=128)
def spoken(base: type[SpokenForm], languages: tuple[str, ...]) -> Any:
    made: dict[str, Any] = {"languages": languages}
    for name, (words, build) in base.SPOKEN.items():
        for code in languages:
            unbound = build(code == languages[0])
            unbound.kwargs["label"] = _l("%(what)s (%(language)s)", what=words, language=NATIVE[code])
            unbound.kwargs["render_kw"] = {"lang": code, **unbound.kwargs.get("render_kw", {})}
            made[f"{name}_{code}"] = unbound
    return type(base.__name__, (base,), made)


def typed_words(**words: Mapping[str, str]) -> dict[str, str]:
    """{field: text} of what is kept, for a form to begin with."""
    return {f"{name}_{code}": text for name, texts in words.items() for code, text in texts.items()}


def line(most: int, *, missing: Any = None) -> Build:
    """One line; `missing` is what is said when the first language is empty."""
    too_long = _l("At most %(number)s letters.", number=most)

    def build(first: bool) -> Any:
        begin = [DataRequired(missing)] if first and missing else [Optional()]
        checks = [*begin, Length(max=most, message=too_long), PlainText()]
        return StringField(filters=[tidy], validators=checks, render_kw={"autocomplete": "off"})

    return build


def lines(most: int) -> Build:
    too_long = _l("At most %(number)s letters.", number=most)

    def build(_first: bool) -> Any:
        checks = [Optional(), Length(max=most, message=too_long), Lines()]
        return TextAreaField(filters=[tidy_lines], validators=checks, render_kw={"rows": 3})

    return build


def names_of(fields: Iterable[str], languages: Iterable[str]) -> list[str]:
    """The order on the page, for the summary of mistakes."""
    return [f"{name}_{code}" for name in fields for code in languages]
