"""Fold what people type into the letters and digits that a name is looked up by."""

import unicodedata
from functools import lru_cache

# What no decomposition takes apart but a keyboard without that letter writes differently.
LETTERS = {
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
}


def fold(text: str) -> str:
    """Lower case, no accents, everything that is not a letter or a digit as one space."""
    return " ".join(text.translate(_FOLDED).split())


class _Folded(dict[int, str]):
    # One character at a time: normalising whole texts sorts runs of combining marks by insertion,
    # which is quadratic on a text made of nothing else.
    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if code < 0x250:  # Latin only, so that odd input cannot make the table grow
            self[code] = folded
        return folded


@lru_cache(maxsize=512)
def _fold_character(character: str) -> str:
    kept = []
    # Twice: taking a letter apart can give a capital, and a small letter can come apart.
    plain = unicodedata.normalize("NFKD", character).casefold()
    for part in unicodedata.normalize("NFKD", plain):
        if part in LETTERS:
            kept.append(LETTERS[part])
        elif part.isalnum():
            kept.append(part)
        elif not unicodedata.category(part).startswith("M"):
            kept.append(" ")
    return "".join(kept)


_FOLDED = _Folded()
