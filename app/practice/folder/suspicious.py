"""Finds what must never lie in a practice's folder: patients' numbers, secrets, code, invisible characters."""

import re
import unicodedata

from app.practice.folder.problems import Problem

# Eleven digits as people write a national number; the care provider's own number is not a patient's.
NATIONAL_NUMBER = re.compile(
    r"(?<![\d+])(\d{2})[\s./–-]?(\d{2})[\s./–-]?(\d{2})[\s./–-]?(\d{3})[\s./–-]?(\d{2})(?!\d)"
)
PROVIDER_NUMBER = re.compile(r"""(inami\s*=\s*["'])[0-9 ./-]*(?=["'])""")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:password|passwd|secret|api[_-]?key|access[_-]?token|private[_-]?key)\b[\"']?\s*[:=]\s*\S",
    re.IGNORECASE,
)
TEMPLATE = re.compile(r"\{\{|\{%|\{#|<%|<\?|\$\{")
HTML = re.compile(r"<[a-zA-Z/!]")
PICTURE = re.compile(r"!\[")
LINK = re.compile(r"\]\(\s*([^)\s]*)")
GOOD_LINK = re.compile(r"(?:https?://|mailto:|tel:|/)[^\s]*", re.IGNORECASE)
# Characters that turn the reading direction or do not show: a text could say something else than it seems to.
INVISIBLE = frozenset("\u200b\u2028\u2029\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def search(file: str, text: str, problems: list[Problem]) -> None:
    """Notes every suspicious line of a file, TOML comments included."""
    for number, line in enumerate(text.split("\n"), start=1):
        for complaint in _complaints(PROVIDER_NUMBER.sub(r"\1", line)):
            problems.append(Problem(file, f"line {number}", complaint))


def has_invisible(text: str) -> bool:
    return any(
        (char != "\n" and unicodedata.category(char) in ("Cc", "Cs")) or char in INVISIBLE for char in text
    )


def _complaints(line: str):
    if has_invisible(line.replace("\t", " ")):
        yield "there is an invisible control character here"
    if any(_is_national_number("".join(match.groups())) for match in NATIONAL_NUMBER.finditer(line)):
        yield "this looks like somebody's national number (NISS); data of patients never live in this folder"
    if SECRET.search(line):
        yield "this looks like a password or a key; secrets never live in this folder"
    if TEMPLATE.search(line):
        yield "this looks like template code; only plain text is allowed"
    elif HTML.search(line):
        yield "HTML is not allowed; write plain text"
    if PICTURE.search(line):
        yield "pictures are not allowed in texts"
    for match in LINK.finditer(line):
        if not GOOD_LINK.fullmatch(match[1]):
            yield "a link must begin with https://, mailto:, tel: or /"


def _is_national_number(digits: str) -> bool:
    month, day, serial, check = int(digits[2:4]) % 20, int(digits[4:6]), int(digits[6:9]), int(digits[9:])
    # BIS numbers add 20 or 40 to the month.
    if int(digits[2:4]) > 52 or month > 12 or day > 31 or not 1 <= serial <= 998:
        return False
    return check in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)
