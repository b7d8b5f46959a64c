"""Belgian national numbers: NISS and BIS, read forgivingly and checked strictly.

Sources: Royal Decree of 3 April 1984 (number), law of 8 February 1991 (BIS); IBZ instruction IT000 (serials 001-998).
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Wrong(Enum):
    """What is the matter with a number, so that the notice can say it."""

    MISSING = "missing"
    LENGTH = "length"
    CHECKSUM = "checksum"
    SERIAL = "serial"
    DATE = "date"


class WrongNiss(ValueError):
    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)  # never the number itself
        self.wrong = wrong


@dataclass(frozen=True)
class Niss:
    """Eleven digits. The birth date is a hint for prefilling, never an authority; None when the number hides it."""

    digits: str
    birth_date: date | None
    is_bis: bool


def parse(text: str, *, today: date) -> Niss:
    """Accepts spaces, dots, dashes and slashes anywhere; raises WrongNiss."""
    digits = "".join(c for c in text if c.isdigit())
    strange = "".join(c for c in text if not c.isdigit() and c not in " .-/–—‐‑\u00a0\u202f\t")
    if not digits and not strange:
        raise WrongNiss(Wrong.MISSING)
    if strange or len(digits) != 11 or not digits.isascii():
        raise WrongNiss(Wrong.LENGTH)
    century = _century(digits, today)
    if not 1 <= int(digits[6:9]) <= 998:
        raise WrongNiss(Wrong.SERIAL)
    return Niss(digits, *_birth(digits, century, today))


def _century(digits: str, today: date) -> int:
    """Decided by the checksum alone: 97 minus the first nine digits modulo 97, with a 2 before them from 2000 on."""
    nine, check = digits[:9], int(digits[9:])
    if 97 - int(nine) % 97 == check:
        return 1900
    if 97 - int("2" + nine) % 97 == check:
        return 2000
    raise WrongNiss(Wrong.CHECKSUM)


def _birth(digits: str, century: int, today: date) -> tuple[date | None, bool]:
    year, month, day = century + int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    shift = next((step for step in (40, 20) if step <= month <= step + 12), 0)  # BIS: sex known, sex unknown
    month -= shift
    if month > 12 or year > today.year:
        raise WrongNiss(Wrong.DATE)
    if month == 0 or day == 0:  # unknown birth date, or a day whose serials ran out
        if day > 31:
            raise WrongNiss(Wrong.DATE)
        return None, bool(shift)
    try:
        born = date(year, month, day)
    except ValueError as impossible:
        raise WrongNiss(Wrong.DATE) from impossible
    if born > today:
        raise WrongNiss(Wrong.DATE)
    return born, bool(shift)


def grouped(digits: str) -> str:
    """As people write it: 85.07.30-994.37."""
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def masked(digits: str) -> str:
    return f"{digits[:2]}.{digits[2:4]}.**-***.**"
