"""Finding a patient of the open practice: by name, mail, phone or birth date, from three letters on.

SQL narrows the table down without regard for accents, and what is left is compared letter by letter. A national number
is no question: addresses end up in logs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.kernel.sealing import Sealer, folded
from app.kernel.tenancy import current_practice_id
from app.patients import niss
from app.patients.actions.records import Person
from app.patients.models import Patient
from app.patients.number_form import read_date

LEAST = 3
MOST = 10
DIGITS = 6  # of a phone number, at least
# letters that no accent changes: the others may be written otherwise in the table than in the question
FIRM = frozenset("bfhjkmpqvwx")


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
    letters = "".join(words)
    name = Patient.given_name.concat(" ").concat(Patient.family_name)
    narrowed = Patient.email.contains(letters)
    backwards = Patient.family_name.concat(" ").concat(Patient.given_name)
    for way in (name, backwards):
        narrowed |= way ** _loosely("".join(c for c in letters if c in FIRM))
    if len(words) > 1:  # in any order, so the letters stand in none
        narrowed |= _each(name, words)
    return _matching(narrowed, lambda one: _is_called(one, words))


def _each(name: Any, words: list[str]) -> Any:
    found = None
    for word in words:
        one = name ** _loosely("".join(c for c in word if c in FIRM))
        found = one if found is None else found & one
    return found


def _is_called(row: tuple[Any, ...], words: list[str]) -> bool:
    _id, given, family, _phone, email = row
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
    columns = (Patient.id, Patient.given_name, Patient.family_name, Patient.phone, Patient.email)
    rows = (
        Patient.select(*columns).where(narrowed, Patient.merged_into.is_null()).order_by(*_order()).tuples()
    )
    ids = []
    for row in rows.iterator():
        if is_meant(row):
            ids.append(row[0])
            if len(ids) > MOST:
                break
    return _limited(Patient.select().where(Patient.id.in_(ids))) if ids else Found()


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
    narrowed = _each(Patient.family_name, [folded(person.family_name)])
    for one in _matching(narrowed, lambda row: folded(row[1]) + folded(row[2]) == names).rows:
        both = person.birth_date is not None and one.birth_date is not None
        if not both or person.birth_date == one.birth_date:
            found.setdefault(one.id, one)
    return list(found.values())
