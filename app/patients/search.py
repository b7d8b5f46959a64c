"""Finding a patient of the open practice: by name, mail, phone or birth date, from three letters on.

A name is looked up in an index of its letters without accents (`words`), and what is found there is compared letter by
letter. Of letters that many people have the index is read only as far as a list has room (docs/adr/0034). A national
number is no question: addresses end up in logs.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed
from app.kernel.sealing import Sealer, folded
from app.kernel.tenancy import current_practice_id
from app.patients import niss
from app.patients.actions.records import Person
from app.patients.models import Patient, PatientWord
from app.patients.number_form import read_date
from app.patients.words import beyond

LEAST = 3
MOST = 10
DIGITS = 6  # of a phone number, at least
ENOUGH = 60  # words read first: where more begin so, whoever types is asked for more letters anyway
ALL = 1_000_000_000


@dataclass(frozen=True)
class Found:
    """`problem` is "" or why nothing was looked for: short, number. `more`: there are others, type more."""

    rows: list[Patient] = field(default_factory=list)
    more: bool = False
    problem: str = ""


def find(text: str, *, today: date) -> Found:
    text = " ".join("".join(sign for sign in text if sign.isprintable()).split())[:100]
    if not text:
        return Found()
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    if _is_national_number(text, today):
        return Found(problem="number")
    born = read_date(text)
    if born is not None:
        return _limited(Patient.select().where(Patient.birth_date == born))
    if len(digits) >= DIGITS and not any(c.isalpha() for c in text):
        core = digits.removeprefix("00").removeprefix("32").lstrip("0")
        return _matching(Patient.phone ** _loosely(core), lambda one: core in _digits(one[3]))
    if "@" in text and len(text) > LEAST:
        return _limited(Patient.select().where(Patient.email.contains(text)))
    words = [folded(word) for word in re.findall(r"[^\W\d_]+", text)]
    if sum(map(len, words)) < LEAST:
        return Found(problem="short")
    return _named(words)


def _is_national_number(text: str, today: date) -> bool:
    """A phone number may have eleven digits too; it begins with a plus sign, or fails the checksum."""
    try:
        return not text.startswith("+") and bool(niss.parse(text, today=today))
    except niss.WrongNiss:
        return False


def _named(words: list[str]) -> Found:
    """By the index of words alone; a mail that holds the letters elsewhere is looked for when nobody is called so."""
    joined = "".join(words)
    for most in (ENOUGH, ALL):
        rows = _beginning(joined, most)
        if (
            len(words) > 1
        ):  # in any order: each word begins a part of the name, so the longest begins a turn of it
            longest, second = sorted(words, key=len, reverse=True)[:2]
            rows += _beginning(longest, most, holding=second)
        found = _firsts(_by_name(rows), lambda one: _is_called(one, words))
        if found.more or len(rows) < most:
            break
    if not found.rows and len(words) == 1:
        return _matching(Patient.email.contains(joined), lambda one: _is_called(one, words))
    return found


def _beginning(letters: str, most: int, *, holding: str = "") -> list[tuple[Any, ...]]:
    """Of the first `most` words that begin so, and hold other letters: whose they are, once for each word."""
    given = {"from": letters, "to": beyond(letters), "most": most}
    return list(HOLDING.rows(**given, like=f"%{holding}%") if holding else BEGINNING.rows(**given))


def _by_word(holding: bool) -> Any:
    W, P = PatientWord, Patient
    asked = (W.word >= param("from")) & (W.word < param("to"))
    if holding:
        asked &= W.word ** param("like")
    # the words alone, in the order of their index: a file is looked up for those that are left
    words = W.select(W.patient).where(asked).order_by(W.word, W.patient).limit(param("most")).alias("w")
    return P.select(P.id, P.given_name, P.family_name, P.phone, P.email, P.merged_into).join(
        words, on=words.c.patient_id == P.id
    )


BEGINNING = ConstantSQL(lambda: _by_word(False))
HOLDING = ConstantSQL(lambda: _by_word(True))


def _by_name(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Each file once, in the order of names as people look them up: without accents."""
    files = {row[0]: row for row in rows}.values()
    return sorted(files, key=lambda row: (folded(row[2]), folded(row[1]), hexed(row[0])))


def _is_called(row: tuple[Any, ...], words: list[str]) -> bool:
    _id, given, family, _phone, email, merged_into = row
    if merged_into is not None:
        return False
    asked = "".join(words)
    if asked in folded(given) + folded(family) or asked in folded(family) + folded(given):
        return True
    parts = [folded(part) for part in re.findall(r"[^\W\d_]+", f"{given} {family}")]
    if all(any(part.startswith(word) for part in parts) for word in words):
        return True
    return len(words) == 1 and words[0] in (email or "").casefold()


def _loosely(signs: str) -> str:
    """A pattern that holds the signs in their order, whatever stands between them."""
    return "%" + "".join(f"{sign}%" for sign in signs)


def _digits(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isdigit())


def _matching(narrowed: Any, is_meant: Callable[[tuple[Any, ...]], bool]) -> Found:
    P = Patient
    columns = (P.id, P.given_name, P.family_name, P.phone, P.email, P.merged_into)
    rows = P.select(*columns).where(narrowed, P.merged_into.is_null()).order_by(*_order()).tuples()
    return _firsts(rows.iterator(), is_meant)


def _firsts(rows: Iterable[tuple[Any, ...]], is_meant: Callable[[tuple[Any, ...]], bool]) -> Found:
    """Of rows in their order, where one may stand more than once."""
    ids: dict[str, None] = {}
    for row in rows:
        if hexed(row[0]) not in ids and is_meant(row):
            ids[hexed(row[0])] = None
            if len(ids) > MOST:
                break
    if not ids:
        return Found()
    first = list(ids)[:MOST]
    given = {f"one{at}": first[min(at, len(first) - 1)] for at in range(MOST)}
    files = {hexed(one.id): one for one in FILES.every(Patient, **given)}
    return Found([files[one] for one in first if one in files], more=len(ids) > MOST)


# no order here: SQLite would walk through everybody by name to keep it
FILES = ConstantSQL(lambda: Patient.select().where(Patient.id.in_([param(f"one{at}") for at in range(MOST)])))


def _limited(query: Any) -> Found:
    rows = list(query.where(Patient.merged_into.is_null()).order_by(*_order()).limit(MOST + 1))
    return Found(rows[:MOST], more=len(rows) > MOST)


def _order() -> tuple[Any, ...]:
    return Patient.family_name, Patient.given_name, Patient.id


def alike(person: Person, *, sealer: Sealer) -> list[Patient]:
    """Files that may be of somebody who is about to get one: same number, or same names. Who has another birth date is
    another person."""
    found: dict[Any, Patient] = {}
    if person.niss:
        index = sealer.blind_index(current_practice_id(), "niss", person.niss)
        found = {one.id: one for one in _limited(Patient.select().where(Patient.niss_index == index)).rows}
    names = folded(person.given_name) + folded(person.family_name)
    rows = _by_name(_beginning(names, ALL)) if names else ()
    for one in _firsts(rows, lambda row: row[5] is None and folded(row[1]) + folded(row[2]) == names).rows:
        both = person.birth_date is not None and one.birth_date is not None
        if not both or person.birth_date == one.birth_date:
            found.setdefault(one.id, one)
    return list(found.values())
