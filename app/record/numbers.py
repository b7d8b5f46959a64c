"""Numbers as people type them, with a comma or a point, to whole ones of the smallest decimal. No floats."""

import re
from decimal import ROUND_HALF_UP, Decimal

_BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009'")
_PLAIN = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,6})?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
LONGEST = 16


def read(text: str, *, decimals: int) -> int | None:
    """«72,4» with one decimal is 724; further decimals are rounded. None for everything else: NaN, 1e999, -3, «ten»."""
    typed = text[: LONGEST + 1].strip().translate(_BLANKS)
    if len(typed) > LONGEST:
        return None
    if decimals == 0 and _THOUSANDS.fullmatch(typed):  # «10.000» steps are ten thousand
        typed = typed.replace(".", "").replace(",", "")
    if not _PLAIN.fullmatch(typed):
        return None
    return rounded(Decimal(typed.replace(",", ".")).scaleb(decimals))


def rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def decimal(value: int, *, decimals: int) -> Decimal:
    return Decimal(value).scaleb(-decimals)


def plain(value: int, *, decimals: int) -> str:
    """As a number field wants it: «72.4»."""
    return f"{decimal(value, decimals=decimals):f}"


def average(total: int, count: int) -> int | None:
    """The mean in the smallest decimal, half up; None of nothing."""
    return rounded(Decimal(total) / count) if count else None
