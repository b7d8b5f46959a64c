"""Reads one TOML table value by value and notes what is wrong instead of raising."""

import difflib
import re
from datetime import date, datetime

from app.practice.folder.contents import LANGUAGES
from app.practice.folder.files import shown
from app.practice.folder.problems import Problem
from app.practice.folder.suspicious import has_invisible

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
ABSENT = object()
FIRST_YEAR, LAST_YEAR = 2000, 2199
MOST_WORDS = 200

_PEOPLE = {"patient", "patients", "niss", "insz", "birth_date", "birthdate", "ssin", "appointments"}
_SECRETS = {"password", "secret", "token", "api_key", "secret_key", "private_key", "database_url"}


class Table:
    """One table of a file. A wrong value becomes a problem and a harmless stand-in, so that reading goes on."""

    def __init__(self, values: dict, *, file: str, path: str = "", problems: list[Problem]):
        self.values, self.file, self.path, self.problems = values, file, path, problems
        self._asked: list[str] = []

    def wrong(self, key: str, message: str) -> None:
        where = f"{self.path}.{key}" if self.path and key else self.path or key
        self.problems.append(Problem(self.file, where, message))

    def has(self, key: str) -> bool:
        return key in self.values

    def text(self, key, *, default=ABSENT, most=120, lines=False, pattern=None, hint=""):
        value = self._get(key, str, "must be text in quotes", default, stand_in="")
        if not isinstance(value, str) or value is default:
            return value
        complaint = _text_complaint(value, most=most, lines=lines)
        if not complaint and pattern and not pattern.fullmatch(value):
            complaint = f"{shown(value)} {hint}"
        if complaint:
            self.wrong(key, complaint)
        return value

    def choice(self, key, allowed, *, default=ABSENT):
        value = self.text(key, default=default)
        if value is not default and value and value not in allowed:
            self.wrong(key, f"{shown(value)} is not known here{_nearest(value, allowed)}")
        return value

    def whole(self, key, low, high, *, default=ABSENT):
        value = self._get(key, int, "must be a whole number", default, stand_in=low)
        if value is not default and isinstance(value, int) and not low <= value <= high:
            self.wrong(key, f"must be a whole number from {low} to {high}")
            return low
        return value

    def degrees(self, key, low, high):
        value = self._get(key, int | float, "must be a number such as 50.4669", ABSENT, stand_in=low)
        if not low <= value <= high:
            self.wrong(key, f"is not in Belgium (from {low} to {high}); are lat and lon exchanged?")
            return low
        return float(value)

    def flag(self, key, *, default=ABSENT):
        return self._get(key, bool, "must be true or false", default, stand_in=False)

    def day(self, key, *, default=ABSENT):
        value = self._get(
            key, date, "must be a date such as 2026-01-05, without quotes", default, stand_in=None
        )
        if value is None or (value is not default and not self._likely(key, value)):
            return date.min if default is ABSENT else default
        return value

    def moment(self, key):
        """A local date and hour, or None when it was wrong."""
        value = self._get(
            key, datetime, "must be a date and hour such as 2026-12-24T12:00:00", ABSENT, stand_in=None
        )
        if value is None or not self._likely(key, value):
            return None
        if value.tzinfo or value.second or value.microsecond:
            self.wrong(key, "must be a local date and hour to the minute, without time zone")
            return None
        return value

    def days(self, key):
        value = self._get(key, list, "must be a list such as [2026-11-11]", (), stand_in=[])
        if not all(type(day) is date for day in value):
            self.wrong(key, "must be a list of dates such as [2026-11-11], without quotes")
            return ()
        if len(set(value)) < len(value):
            self.wrong(key, "names a day twice")
        return tuple(day for day in value if self._likely(key, day))

    def clock(self, key):
        """Minutes after local midnight."""
        value = self._get(key, str, 'must be an hour such as "08:30"', ABSENT, stand_in="")
        if not value:
            return None
        if not CLOCK.fullmatch(value):
            self.wrong(key, f'{shown(value)} is not an hour such as "08:30"')
            return None
        return int(value[:2]) * 60 + int(value[3:])

    def words(self, key, *, allowed=None, default=ABSENT, pattern=None, hint=""):
        """A list of different words."""
        value = self._get(key, list, 'must be a list such as ["fr", "nl"]', default, stand_in=[])
        if value is default:
            return tuple(value) if value else ()
        if len(value) > MOST_WORDS:
            self.wrong(key, f"has {len(value)} entries; at most {MOST_WORDS}")
            return ()
        seen: list[str] = []
        for word in value:
            if not isinstance(word, str):
                self.wrong(key, "must be a list of words in quotes")
                break
            if word in seen:
                self.wrong(key, f"{shown(word)} is there twice")
            elif allowed is not None and word not in allowed:
                self.wrong(key, f"{shown(word)} is not known here{_nearest(word, allowed)}")
            elif pattern and not pattern.fullmatch(word):
                self.wrong(key, f"{shown(word)} {hint}")
            else:
                seen.append(word)
        return tuple(seen)

    def per_language(self, key, languages, *, required=True, most=120, lines=False):
        """A table with one sentence for each of the practice's languages, in their order."""
        table = self.table(key, required=required)
        if table is None or not languages:
            return {}
        for language in table.values:
            if language in LANGUAGES and language not in languages:
                table.wrong(language, f"this practice does not speak this language ({', '.join(languages)})")
                table.values = {k: v for k, v in table.values.items() if k != language}
        later = getattr(languages, "unfinished", ())
        sentences = {
            language: table.text(language, most=most, lines=lines)
            for language in languages
            if language in table.values or language not in later
        }
        table.done()
        return sentences

    def table(self, key, *, required=True) -> "Table | None":
        value = self._get(key, dict, "must be a table", ABSENT if required else None, stand_in=None)
        if value is None:
            return None
        return Table(value, file=self.file, path=f"{self.path}.{key}".lstrip("."), problems=self.problems)

    def tables(self, key, *, required=False, most=200) -> "list[Table]":
        """A list of tables; each is called by its own key where it has one, else by its number."""
        value = self._get(key, list, "must be a list of tables", ABSENT if required else [], stand_in=[])
        if len(value) > most:
            self.wrong(key, f"has {len(value)} entries; at most {most}")
            return []
        found = []
        for number, item in enumerate(value, start=1):
            path = f"{self.path}.{key}".lstrip(".")
            if not isinstance(item, dict):
                self.wrong(key, f"no. {number} must be a table")
                continue
            name = item.get("key")
            path += f".{name}" if isinstance(name, str) and KEY.fullmatch(name) else f" no. {number}"
            found.append(Table(item, file=self.file, path=path, problems=self.problems))
        return found

    def key(self, taken: set[str]) -> str:
        """The entry's own stable name, by which it is recognised for ever."""
        value = self.text("key", most=40, pattern=KEY, hint="must be small letters, digits and single dashes")
        if value in taken and value:
            self.wrong("key", f"{shown(value)} is used twice; every key must be different")
        taken.add(value)
        return value

    def known(self, key) -> None:
        """This key was read by hand."""
        self._asked.append(key)

    def done(self) -> None:
        """Complains about every key nobody asked for."""
        for key in self.values:
            if key in self._asked:
                continue
            if key.lower() in _PEOPLE:
                self.wrong(shown(key), "data of patients never live in this folder")
            elif key.lower() in _SECRETS:
                self.wrong(shown(key), "secrets never live in this folder")
            else:
                self.wrong(shown(key), f"this key is not known{_nearest(key, self._asked)}")

    def _get(self, key, kind, complaint, default, *, stand_in):
        self._asked.append(key)
        if key not in self.values:
            if default is ABSENT:
                self.wrong(key, "is missing")
                return stand_in
            return default
        value = self.values[key]
        # True is an int and a datetime is a date in Python; neither is what an owner means.
        confused = type(value) is bool and kind is not bool or type(value) is datetime and kind is date
        if not isinstance(value, kind) or confused:
            self.wrong(key, complaint)
            return stand_in
        return value

    def _likely(self, key, value: date) -> bool:
        if FIRST_YEAR <= value.year <= LAST_YEAR:
            return True
        self.wrong(key, f"{value.year} is not a likely year")
        return False


def as_clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _text_complaint(value: str, *, most: int, lines: bool) -> str | None:
    if not value.strip():
        return "must not be empty"
    if value != value.strip():
        return "must not begin or end with a space"
    if len(value) > most:
        return f"is {len(value)} characters long; at most {most}"
    if has_invisible(value):
        return "holds an invisible control character"
    if "\n" in value and not lines:
        return "must be one line"
    return None


def _nearest(word: str, known) -> str:
    close = difflib.get_close_matches(word[:60], list(known), n=1)
    if close:
        return f"; do you mean {close[0]}?"
    return f"; known are: {', '.join(known)}" if 0 < len(known) <= 12 else ""
