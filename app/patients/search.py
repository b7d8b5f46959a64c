"""Finding a patient of the open practice: by name, mail, phone or birth date, from three letters on.

A name is looked up in an index of its letters without accents (`words`), and what is found there is compared letter by
letter. Of letters that many people have the index is read only as far as a list has room (docs/adr/0034). A national
number is no question: addresses end up in logs.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import peewee as pw

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import is_sqlite
from app.kernel.ids import hexed
from app.kernel.sealing import Sealer, folded
from app.kernel.tenancy import current_practice_id
from app.patients import niss
from app.patients.actions.records import Person
from app.patients.models import Patient, PatientWord
from app.patients.number_form import read_date
from app.patients.words import LETTERS, beyond

LEAST = 3
MOST = 10
DIGITS = 6  # of a phone number, at least
ENOUGH = 60  # words read first: where more begin so, whoever types is asked for more letters anyway
ALL = 1_000_000_000


class Known(NamedTuple):
    """A file as a list shows it, each value as the driver gave it: two are the same when they look the same."""

    id: Any  # see `key`
    given_name: str
    family_name: str
    phone: str | None
    email: str | None
    merged_into: Any
    birth_date: Any
    niss_sealed: Any

    @property
    def key(self) -> str:
        return hexed(self.id)

    @property
    def file(self) -> Patient:
        """With these columns alone."""
        made = Patient(__no_default__=1)
        read = {"practice": current_practice_id(), "id": UUID(self.key)}
        made.__data__ = (
            self._asdict() | read | {"birth_date": Patient.birth_date.python_value(self.birth_date)}
        )
        return made


COLUMNS = tuple(getattr(Patient, name) for name in Known._fields)


@dataclass(frozen=True)
class Listed:
    """`problem` is "" or why nothing was looked for: short, number. `more`: there are others, type more."""

    rows: list[Known] = field(default_factory=list)
    more: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Found:
    """The same with whole files."""

    rows: list[Patient] = field(default_factory=list)
    more: bool = False
    problem: str = ""


def find(text: str, *, today: date) -> Found:
    listed = look_up(text, today=today)
    return Found(_files(listed.rows), listed.more, listed.problem)


def look_up(text: str, *, today: date) -> Listed:
    printable = text if text.isprintable() else "".join(sign for sign in text if sign.isprintable())
    text = " ".join(printable.split())[:100]
    if not text:
        return Listed()
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    if digits and _is_national_number(text, today):
        return Listed(problem="number")
    born = read_date(text) if digits else None
    if born is not None:
        return _firsts(BORN.run(born=born.isoformat()))
    if len(digits) >= DIGITS and not any(c.isalpha() for c in text):
        core = digits.removeprefix("00").removeprefix("32").lstrip("0")
        return _firsts(PHONED.run(like=_loosely(core)), lambda one: core in _digits(one[3]))
    if "@" in text and len(text) > LEAST:
        return _firsts(MAILED.run(like=_within(text)))
    words = [folded(word) for word in LETTERS.findall(text)]
    if sum(map(len, words)) < LEAST:
        return Listed(problem="short")
    return _named(words)


def _is_national_number(text: str, today: date) -> bool:
    """A phone number may have eleven digits too; it begins with a plus sign, or fails the checksum."""
    try:
        return not text.startswith("+") and bool(niss.parse(text, today=today))
    except niss.WrongNiss:
        return False


def _named(words: list[str]) -> Listed:
    """By the index of words alone; a mail that holds the letters elsewhere is looked for when nobody is called so."""
    first, second = words[0], ""
    if (
        len(words) > 1
    ):  # in any order: whoever is called so has a turn that begins with the longest and holds the others
        first, second = sorted(words, key=len, reverse=True)[:2]
    for most in (ENOUGH, ALL):
        rows = _beginning(first, most, holding=second)
        found = _firsts(_by_name(rows), lambda one: _is_called(one, words))
        if found.more or len(rows) < most:
            break
    if not found.rows and len(words) == 1:
        return _firsts(MAILED.run(like=_within(first)), lambda one: _is_called(one, words))
    return found


def _beginning(letters: str, most: int, *, holding: str = "") -> list[tuple[Any, ...]]:
    """Of the first `most` words that begin so, and hold other letters: whose they are, once for each word."""
    given = {"from": letters, "to": beyond(letters), "most": most}
    return list(HOLDING.rows(**given, holding=holding) if holding else BEGINNING.rows(**given))


def _by_word(holding: bool) -> Any:
    W, P = PatientWord, Patient
    asked = (W.word >= param("from")) & (W.word < param("to"))
    if holding:
        within = pw.fn.INSTR if is_sqlite() else pw.fn.STRPOS  # nothing to fold: words are folded already
        asked &= within(W.word, param("holding")) > 0
    # the words alone, in the order of their index: a file is looked up for those that are left
    words = W.select(W.patient).where(asked).order_by(W.word, W.patient).limit(param("most")).alias("w")
    return P.select(*COLUMNS).join(words, on=words.c.patient_id == P.id)


def _where(condition: Any) -> Any:
    P = Patient
    wanted = P.select(*COLUMNS).where(condition, P.merged_into.is_null())
    return wanted.order_by(P.family_name, P.given_name, P.id)


BEGINNING = ConstantSQL(lambda: _by_word(False))
HOLDING = ConstantSQL(lambda: _by_word(True))
BORN = ConstantSQL(lambda: _where(Patient.birth_date == param("born")))
PHONED = ConstantSQL(lambda: _where(Patient.phone ** param("like")))
NUMBERED = ConstantSQL(lambda: _where(Patient.niss_index == param("index")))
MAILED = ConstantSQL(lambda: _where(Patient.email ** pw.NodeList((param("like"), pw.SQL("ESCAPE '!'")))))


def _by_name(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each file once, in the order of names as people look them up: without accents."""
    files = {row[0]: row for row in rows}.values()
    return sorted(files, key=lambda row: (plain(row[2]), plain(row[1]), hexed(row[0])))


def _is_called(row: tuple[Any, ...], words: list[str]) -> bool:
    _id, given, family, _phone, email, merged_into, *_rest = row
    if merged_into is not None:
        return False
    asked, first, last = "".join(words), plain(given), plain(family)
    if asked in first + last or asked in last + first:
        return True
    parts = [folded(part) for part in LETTERS.findall(f"{given} {family}")]
    if all(any(part.startswith(word) for part in parts) for word in words):
        return True
    return len(words) == 1 and words[0] in (email or "").casefold()


plain = lru_cache(maxsize=8192)(folded)  # the same few names are compared at every letter typed


def _loosely(signs: str) -> str:
    """A pattern that holds the signs in their order, whatever stands between them."""
    return "%" + "".join(f"{sign}%" for sign in signs)


def _within(text: str) -> str:
    """A pattern that holds the text as it is written."""
    return "%" + re.sub("[!%_]", r"!\g<0>", text) + "%"


def _digits(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isdigit())


def _firsts(
    rows: Iterable[tuple[Any, ...]], is_meant: Callable[[tuple[Any, ...]], bool] = lambda _row: True
) -> Listed:
    """Of rows in their order, each file once."""
    found = list(islice(filter(is_meant, rows), MOST + 1))
    return Listed([Known._make(row) for row in found[:MOST]], more=len(found) > MOST)


def _files(rows: Sequence[Known]) -> list[Patient]:
    """The whole files, in the same order."""
    if not rows:
        return []
    keys = [one.key for one in rows]
    given = {f"one{at}": keys[min(at, len(keys) - 1)] for at in range(MOST)}
    files = {hexed(one.id): one for one in FILES.every(Patient, **given)}
    return [files[key] for key in keys if key in files]


# no order here: SQLite would walk through everybody by name to keep it
FILES = ConstantSQL(lambda: Patient.select().where(Patient.id.in_([param(f"one{at}") for at in range(MOST)])))


def alike(person: Person, *, sealer: Sealer) -> list[Patient]:
    """Files that may be of somebody who is about to get one: same number, or same names. Who has another birth date is
    another person."""
    found: dict[Any, Patient] = {}
    if person.niss:
        index = sealer.blind_index(current_practice_id(), "niss", person.niss)
        found = {one.id: one for one in _files(_firsts(NUMBERED.run(index=index)).rows)}
    names = folded(person.given_name) + folded(person.family_name)
    rows = _by_name(_beginning(names, ALL)) if names else ()
    twins = _firsts(rows, lambda row: row[5] is None and plain(row[1]) + plain(row[2]) == names)
    for one in _files(twins.rows):
        both = person.birth_date is not None and one.birth_date is not None
        if not both or person.birth_date == one.birth_date:
            found.setdefault(one.id, one)
    return list(found.values())
