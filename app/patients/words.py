"""The words a patient is found by: pure, so that a migration and a measure make the same as the actions do.

Any run of letters within a name is looked for, over the gap of first and last name too and in either order. Written one
behind the other the two names make a ring, and each of its turns is a word: whatever is looked for begins one of them.
"""

import re

from app.kernel.sealing import folded

LONGEST = 200
LETTERS = re.compile(r"[^\W\d_]+")


def words_of(given_name: str, family_name: str, email: str | None) -> list[str]:
    """Folded and sorted: every turn of the ring of both names, and the parts of the mail."""
    ring = folded(given_name) + folded(family_name)
    found = {(ring[turn:] + ring[:turn])[:LONGEST] for turn in range(len(ring))}
    found |= {folded(part)[:LONGEST] for part in LETTERS.findall(email or "")}
    return sorted(found - {""})


def beyond(start: str) -> str:
    """Behind every word that begins so."""
    return start + "\U0010ffff"
