"""The text of an SMS: in the alphabet that costs least, and no more than two of them; pure."""

import unicodedata

# GSM 03.38: what fits 160 to an SMS. One letter outside it halves the room of the whole message.
BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("^{}\\[~]|€")  # two places each
ONE, TWO = 160, 306  # a message of two has a head in each
INSTEAD = {"\u00a0": " ", "\u202f": " ", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"',
           "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE", "ç": "c"}  # fmt: skip


def plain(text: str) -> str:
    """The same words in the basic alphabet: ê becomes e, and what has no likeness there becomes a question mark."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    letter = INSTEAD.get(letter, letter)
    if all(sign in BASIC or sign in EXTENDED for sign in letter):
        return letter
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base in BASIC else "?"


def places(text: str) -> int:
    """How much room a plain text takes."""
    return sum(2 if letter in EXTENDED else 1 for letter in text)


def parts(text: str) -> int:
    """How many SMS it costs."""
    taken = places(text)
    return 1 if taken <= ONE else -(-taken // 153)


def fitted(sentence: str, own: str = "", *, practice: str, **words: str) -> str:
    """The sentence with its words, plain, in two SMS at most: of everything in it, only a practice's name is long.

    `own` is a sentence of the practice after it, cut where there is no more room; nothing in it is filled here.
    """
    room = TWO - places(plain(sentence % {"practice": "", **words}))
    text = plain(sentence % {"practice": _cut(plain(practice), room), **words})
    return f"{text} {_cut(plain(own), TWO - places(text) - 1)}" if own else text


def _cut(name: str, room: int) -> str:
    if places(name) <= room:
        return name
    while name and places(name) > room - 3:
        name = name[:-1]
    return f"{name.rstrip()}..."
