"""What a text says otherwise than an older version of it, word by word; pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST_PAIRS = 400_000  # of words to compare in one passage: beyond, it is shown as written anew

Piece = tuple[str, str]  # ("same" | "gone" | "new", words)


def compared(old: str, new: str) -> list[Piece]:
    """The new text in pieces, with what is gone where it stood; neighbours of one kind are one piece."""
    pieces: list[Piece] = []
    for kind, words in _passages(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if not words:
            continue
        if pieces and pieces[-1][0] == kind:
            pieces[-1] = (kind, pieces[-1][1] + words)
        else:
            pieces.append((kind, words))
    return pieces


def _passages(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Line by line first: most of a text stays as it was."""
    for change, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if change == "equal":
            yield "same", after
        else:
            yield from _words(WORD.findall(before), WORD.findall(after))


def _words(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) * len(new) > MOST_PAIRS:
        yield "gone", "".join(old)
        yield "new", "".join(new)
        return
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            yield "same", "".join(new[c:d])
        else:
            yield "gone", "".join(old[a:b])
            yield "new", "".join(new[c:d])
