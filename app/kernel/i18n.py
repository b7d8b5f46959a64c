"""Four languages: the sentences of the portal, and how each language writes days, hours and money."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency
from babel.support import LazyProxy, NullTranslations, Translations

__all__ = ["LANGUAGES", "NATIVE", "_", "lazy_gettext", "ngettext"]

CATALOGUES = Path(__file__).resolve().parents[1] / "locales"
LANGUAGES = ("fr", "nl", "de", "en")
NATIVE = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
NBSP = "\u00a0"  # an hour is never cut at the end of a line
LOCALES = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_GB"}  # how Belgium writes dates and money


@lru_cache(maxsize=512)
def negotiate(header: str | None, offered: tuple[str, ...] = LANGUAGES) -> str | None:
    """The best offered language of an Accept-Language header, or None."""
    from werkzeug.datastructures import LanguageAccept
    from werkzeug.http import parse_accept_header

    accepted = parse_accept_header((header or "")[:400], LanguageAccept)
    for wanted, quality in accepted:
        code = wanted.replace("_", "-").split("-")[0].lower()
        if quality > 0 and code in offered:
            return code
    return None


_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def language() -> str:
    """The language of the answer being written."""
    return _spoken.get()


def speak(code: str) -> Token[str]:
    """From here on, until `hush`: what the door does for a request."""
    return _spoken.set(code)


def hush(token: Token[str]) -> None:
    _spoken.reset(token)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in another person's language: mails use the recipient's."""
    token = speak(code)
    try:
        yield
    finally:
        hush(token)


@lru_cache(maxsize=8)
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [code])  # without a compiled catalogue: the English sentences


def gettext(sentence: str, **values: Any) -> str:
    """A sentence in the language of the answer, with its named placeholders filled."""
    found = _catalogue(_spoken.get()).gettext(sentence)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """As gettext, in the form that `num` asks for; %(num)s is filled too."""
    return _catalogue(_spoken.get()).ngettext(one, many, num) % {"num": num, **values}


def lazy_gettext(sentence: str, **values: Any) -> LazyProxy:
    """A sentence whose language is decided when it is shown: for labels of forms and classes."""
    return LazyProxy(gettext, sentence, enable_cache=False, **values)


_ = gettext


@lru_cache(maxsize=8)
def locale_of(code: str) -> Locale:
    return Locale.parse(LOCALES[code])


@lru_cache(maxsize=4096)
def day_label(day: date, code: str) -> str:
    """«mardi 24 novembre»; the year only when it is not obvious is the caller's affair."""
    pattern = {"fr": "EEEE d MMMM", "nl": "EEEE d MMMM", "de": "EEEE, d. MMMM", "en": "EEEE d MMMM"}[code]
    text = format_date(day, pattern, locale=locale_of(code))
    return text.replace(" 1 ", " 1er ", 1) if code == "fr" and day.day == 1 else text


@lru_cache(maxsize=4096)
def short_day(day: date, code: str) -> tuple[str, str, str]:
    """(weekday, number, month) in short: («mar.», «24», «nov.»)."""
    locale = locale_of(code)
    return (format_date(day, "EEE", locale=locale), str(day.day), format_date(day, "MMM", locale=locale))


@lru_cache(maxsize=512)
def weekday_label(day: date, code: str) -> str:
    return format_date(day, "EEEE", locale=locale_of(code))


@lru_cache(maxsize=1500 * 4)
def wall_label(minutes: int, code: str) -> str:
    """Minutes after midnight as people say them: «14 h 30», «14.30 u.», «14:30»."""
    hour, minute = divmod(minutes, 60)
    if code == "fr":
        return f"{hour}{NBSP}h{NBSP}{minute:02d}" if minute else f"{hour}{NBSP}h"
    return f"{hour:02d}:{minute:02d}" if code != "nl" else f"{hour}.{minute:02d}{NBSP}u."


def hours_label(start: int, end: int, code: str) -> str:
    """«8 h – 12 h 30», of two walls; Dutch says «u.» once."""
    return f"{wall_label(start, code).removesuffix(f'{NBSP}u.')} – {wall_label(end, code)}"


def clock_label(moment: datetime, code: str) -> str:
    """The hour of a local moment, as people say it."""
    return wall_label(moment.hour * 60 + moment.minute, code)


def when_label(moment: datetime, code: str) -> str:
    """«mardi 24 novembre à 14 h 30» in the language's own order; `moment` is already local."""
    day, hour = day_label(moment.date(), code), clock_label(moment, code)
    joint = {"fr": "{0} à {1}", "nl": "{0} om {1}", "de": "{0} um {1}\u00a0Uhr", "en": "{0} at {1}"}[code]
    return joint.format(day, hour)


def instant_label(moment: datetime, code: str) -> str:
    """«20 novembre 2026 à 14 h 30»; `moment` is already local."""
    day, hour = date_label(moment.date(), code), clock_label(moment, code)
    joint = {"fr": "{0} à {1}", "nl": "{0} om {1}", "de": "{0} um {1}\u00a0Uhr", "en": "{0} at {1}"}[code]
    return joint.format(day, hour)


def month_label(first: date, code: str, last: date | None = None) -> str:
    """«novembre 2026», or «novembre – décembre 2026» for days of both."""
    return _months_label(first.replace(day=1), (last or first).replace(day=1), code)


@lru_cache(maxsize=512)
def _months_label(first: date, last: date, code: str) -> str:
    locale = locale_of(code)
    until = format_date(last, "LLLL yyyy", locale=locale)
    if first == last:
        return until
    return (
        f"{format_date(first, 'LLLL' if first.year == last.year else 'LLLL yyyy', locale=locale)} – {until}"
    )


@lru_cache(maxsize=1024)
def languages_label(codes: tuple[str, ...], code: str) -> str:
    """«français, néerlandais et anglais»; a code without a name is left out."""
    locale = locale_of(code)
    return format_list([name for name in map(locale.languages.get, codes) if name], locale=locale)


@lru_cache(maxsize=4096)
def date_label(day: date, code: str) -> str:
    """With the year: «24 novembre 2026»."""
    return format_date(day, "d MMMM yyyy" if code != "de" else "d. MMMM yyyy", locale=locale_of(code))


@lru_cache(maxsize=4096)
def brief_date_label(day: date, code: str) -> str:
    """With the year, for a column of a telephone's table: «24 nov. 2026»."""
    return format_date(day, "d MMM yyyy" if code != "de" else "d. MMM yyyy", locale=locale_of(code))


@lru_cache(maxsize=1024)
def money_label(cents: int, code: str) -> str:
    return format_currency(cents / 100, "EUR", locale=locale_of(code))
