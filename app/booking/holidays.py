"""Belgian public holidays: closed by default, opened one by one by the practice."""

from datetime import date
from functools import lru_cache

LANGUAGES = {"fr": "fr", "nl": "nl", "de": "de", "en": "en_US"}


@lru_cache(maxsize=64)
def named(year: int, language: str = "fr") -> dict[date, str]:
    """The ten legal days of a year (law of 4 January 1974) with their names."""
    from holidays.countries.belgium import Belgium  # 10 MB when the whole package is loaded

    return dict(Belgium(years=year, language=LANGUAGES[language]).items())


@lru_cache(maxsize=16)
def between(first_year: int, last_year: int) -> frozenset[date]:
    return frozenset(day for year in range(first_year, last_year + 1) for day in named(year))
