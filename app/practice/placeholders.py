"""The places in a practice's own sentences that Parvis fills: a fixed list, filled once, never a program; pure.

A value is put where its name stands and is not read again: a patient called «{day}» stays a patient called «{day}».
"""

import re
from collections.abc import Collection, Mapping

MAIL = ("practice", "patient", "day", "hour", "practitioner", "place", "phone")
SMS = ("practice", "day", "hour", "phone")  # short, and nothing a lock screen should not show
PLACE = re.compile(r"\{([^{}]*)\}")
LONGEST = 40  # of a name that is repeated in a complaint


def unknown(text: str, allowed: Collection[str] = MAIL) -> list[str]:
    """Names in braces that are none of ours, as they were typed; and what follows a brace without a partner."""
    found = [name for name in PLACE.findall(text) if name not in allowed]
    rest = PLACE.sub("", text)
    found += [rest[at : at + LONGEST] for at, sign in enumerate(rest) if sign in "{}"][:1]
    return [name[:LONGEST] for name in found]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A name without a value stays as it is."""
    return PLACE.sub(lambda match: values.get(match[1], match[0]), text)
