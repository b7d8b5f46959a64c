"""What a good password is: long, and not one of those that are tried first. No rule asks for signs or digits."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence

from app.identity.common_words import COMMON
from app.kernel.i18n import _

SHORTEST = 12
SHORTEST_STAFF = 15
LONGEST = 128
LONGEST_BYTES = 1024  # beyond, nobody typed it: refused before any work is done
ESTIMATED = 72  # characters looked at for guessing; the time grows with their square
# As many guesses as zxcvbn's best grade. A stolen hash of argon2id takes a machine some 10,000 guesses a second at the
# very best, so that this many are twelve days for one password; the grade below, 100 times fewer, is three hours.
GUESSES = 10**10
_JOINT = re.compile(r"(?<=[^\W\d_]{3})[\s\-_.,;:'’+&/]+(?=[^\W_])")
_WORD = re.compile(r"[^\W_]+")
_one_at_a_time = threading.Lock()  # zxcvbn keeps the words it is given in a place all threads share


def prepared(password: str) -> str:
    """As it is hashed: NFKC, so that «é» is one letter whichever keyboard wrote it, and a full-width A is an A."""
    return unicodedata.normalize("NFKC", password)


def is_readable(password: str) -> bool:
    """Short enough to look at, and made of characters that can be stored."""
    if len(password) > LONGEST_BYTES:
        return False
    try:
        if len(password.encode()) > LONGEST_BYTES:
            return False
    except UnicodeEncodeError:  # half of a character
        return False
    return len(prepared(password)) <= LONGEST


def problems(password: str, *, staff: bool, about: Sequence[str] = ()) -> list[str]:
    """Sentences in the reader's language, none when it is fine. `about` holds names, mail, user name, practice."""
    shortest = SHORTEST_STAFF if staff else SHORTEST
    if not is_readable(password):
        return [_("Use at most %(count)s characters, all of them ordinary ones.", count=LONGEST)]
    plain = prepared(password)
    if any(unicodedata.category(character) == "Cc" for character in plain):
        return [_("Use at most %(count)s characters, all of them ordinary ones.", count=LONGEST)]
    if len(plain) < shortest:
        return [_("Use at least %(count)s characters. A few words are easy to remember.", count=shortest)]
    guesses, personal = _estimate(plain, about)
    if guesses >= GUESSES:
        return []
    if personal:
        return [
            _("This password is easy to guess. Leave out your name, your e-mail address and your practice.")
        ]
    return [_("This password is easy to guess. Use a few words that have nothing to do with each other.")]


def _estimate(password: str, about: Sequence[str]) -> tuple[float, bool]:
    """(guesses, whether something of the person is in it). What stands between words hides nothing from a guesser."""
    from zxcvbn import matching, zxcvbn  # word lists of 13 MB, which only workers that set passwords hold

    own = _words(about)
    plain = _folded(password)[:ESTIMATED]
    with _one_at_a_time:
        results = [
            zxcvbn(text, user_inputs=[*own, *COMMON], max_length=ESTIMATED)
            for text in dict.fromkeys((plain, _JOINT.sub("", plain)))
        ]
        matching.RANKED_DICTIONARIES.pop("user_inputs", None)
    flat = "".join(_WORD.findall(plain.casefold()))
    return float(min(result["guesses"] for result in results)), any(word in flat for word in own)


def _words(about: Iterable[str]) -> list[str]:
    """Each text whole and each of its words, without accents; shorter than three letters they mean nothing."""
    found: dict[str, None] = {}
    for text in about:
        plain = _folded(text or "").casefold()[:200]
        for word in (*_WORD.findall(plain), "".join(_WORD.findall(plain))):
            if 3 <= len(word) <= ESTIMATED and len(found) < 100:
                found[word] = None
    return list(found)


def _folded(text: str) -> str:
    """Without accents, as the lists of words are."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
