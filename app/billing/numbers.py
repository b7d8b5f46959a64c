"""Numbers of invoices, structured communications and amounts as people type them: pure rules."""

import re
from dataclasses import dataclass

MOST_CENTS = 1_000_000  # ten thousand euros on one line: more is a slip of the finger
BLANK = "[ \u00a0\u202f]"  # the last two as programs write them between thousands
AMOUNT = re.compile(
    rf"(?:€{BLANK}*)?([0-9]{{1,3}}(?:(?:{BLANK}|\.)?[0-9]{{3}})*|[0-9]{{1,7}})(?:[.,]([0-9]{{2}}))?(?:{BLANK}*(?:€|euros?))?"
)


@dataclass(frozen=True)
class Item:
    """A line to be billed; cents of one piece."""

    words: str
    unit_cents: int
    quantity: int = 1

    @property
    def cents(self) -> int:
        return self.quantity * self.unit_cents


def shown_number(year: int, number: int) -> str:
    """«2026-0042», as people say it."""
    return f"{year}-{number:04d}"


def reference(year: int, number: int) -> str:
    """The structured communication of a Belgian transfer: ten digits, and their remainder by 97 (97 for nought)."""
    base = year % 10_000 * 1_000_000 + number
    return f"{base:010d}{base % 97 or 97:02d}"


def shown_reference(digits: str) -> str:
    """«+++202/6000/04246+++», as banks print it (Febelfin)."""
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def is_reference(text: str) -> bool:
    """Whether the remainder is right, with or without the signs around the digits."""
    digits = re.sub(r"[+*/\s]", "", text)
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    return int(digits[10:]) == (int(digits[:10]) % 97 or 97)


LONGEST = 20  # signs of an amount somebody types


def cents_of(text: str) -> int | None:
    """«45», «45,50», «1 250,00 €» in cents; None for what is no amount, nothing at all or far too much."""
    found = AMOUNT.fullmatch(text.strip())
    if found is None or len(text) > LONGEST:
        return None
    cents = int(re.sub(r"\D", "", found[1])) * 100 + int(found[2] or 0)
    return cents if 0 < cents <= MOST_CENTS else None
