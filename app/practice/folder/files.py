"""Takes the files of a practice's folder from the disk, trusting nothing it finds there."""

import os
import re
import stat
import tomllib
from pathlib import Path

from app.practice.folder.contents import LANGUAGES, LOGO, TEXT_KINDS
from app.practice.folder.problems import Problem

TOML_FILES = ("practice.toml", "brand.toml", "services.toml", "agendas.toml", "policy.toml")
OPTIONAL_FILES = ("sessions.toml", "messages.toml", "questionnaires.toml", "exercises.toml")
PHOTO_NAME = re.compile(r"photo-([a-z0-9]+(?:-[a-z0-9]+)*)\.jpg")
TEXT_NAME = re.compile(r"([a-z]{1,20})\.([1-9][0-9]{0,3})\.([a-z]{2})\.md")
MAX_BYTES = {".toml": 256 * 1024, ".md": 32 * 1024, ".png": 64 * 1024, ".jpg": 64 * 1024}
MAX_ENTRIES = 500
MAX_LINE = 4000
# The TOML parser needs quadratic time for a key of very many dotted parts; nobody writes more than a handful.
ENDLESS_KEY = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){20}""")
CODE_SUFFIXES = {".py", ".js", ".html", ".jinja", ".jinja2", ".j2", ".sh", ".php", ".exe", ".so", ".bat"}
SECRET_SUFFIXES = {".pem", ".key", ".p12", ".pfx", ".env", ".kdbx"}


def load(path: Path, problems: list[Problem]) -> dict[str, bytes]:
    """Every expected file by its name inside the folder; whatever else lies there becomes a problem."""
    found: dict[str, bytes] = {}
    names = _list(path, "", problems)
    for name in names:
        if name == "texts":
            for text_name in _list(path / name, "texts/", problems):
                _take(path, f"texts/{text_name}", found, problems)
        else:
            _take(path, name, found, problems)
    if names:
        for name in TOML_FILES:
            if name not in names:
                problems.append(Problem(name, "", "this file is missing"))
        if "texts" not in names:
            problems.append(Problem("texts", "", "this folder is missing"))
    return found


def text_of(name: str, content: bytes, problems: list[Problem]) -> str | None:
    """The file as text with plain line ends, or None when it is not text."""
    try:
        # Windows editors put a byte-order mark in front and \r\n at line ends; no fault of the owner's.
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, f"line {line}", "this is not UTF-8 text; save the file as UTF-8"))
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            problems.append(
                Problem(name, f"line {number}", f"this line is longer than {MAX_LINE} characters")
            )
            return None
    return text


def toml_of(name: str, text: str, problems: list[Problem]) -> dict | None:
    if match := ENDLESS_KEY.search(text):
        line = text.count("\n", 0, match.start()) + 1
        problems.append(Problem(name, f"line {line}", "too many words joined by dots"))
        return None
    try:
        return tomllib.loads(text)
    except RecursionError:
        problems.append(Problem(name, "", "brackets are nested too deeply"))
    except ValueError as error:
        what, _, where = str(error).partition(" (at ")
        problems.append(Problem(name, where.rstrip(")"), f"this is not valid TOML: {what[:200]}"))
    return None


def shown(text: str) -> str:
    """A text as it may appear in a message: short, on one line, printable anywhere."""
    text = text if len(text) <= 40 else text[:39] + "…"
    return "".join(char if char.isprintable() else "?" for char in text)


def _list(folder: Path, prefix: str, problems: list[Problem]) -> list[str]:
    label = prefix.rstrip("/") or "."
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            problems.append(Problem(label, "", "this must be a real folder, not a file or a link"))
            return []
        with os.scandir(folder) as entries:
            names = [entry.name for _, entry in zip(range(MAX_ENTRIES + 1), entries, strict=False)]
    except (OSError, ValueError) as error:
        problems.append(Problem(label, "", f"this folder cannot be read ({_reason(error)})"))
        return []
    if len(names) > MAX_ENTRIES:
        problems.append(Problem(label, "", f"there are more than {MAX_ENTRIES} files here"))
        return []
    if not names:
        problems.append(Problem(label, "", "this folder is empty"))
    return sorted(names)


def _take(folder: Path, name: str, found: dict[str, bytes], problems: list[Problem]) -> None:
    complaint = _unwelcome(name)
    try:
        status = os.lstat(folder / name)
        if stat.S_ISLNK(status.st_mode):
            complaint = "links are not allowed; put the file itself here"
        elif not stat.S_ISREG(status.st_mode):
            complaint = "only plain files may live here, and one folder called texts"
        elif not complaint and status.st_size > MAX_BYTES[Path(name).suffix]:
            complaint = f"this file is too large; at most {MAX_BYTES[Path(name).suffix] // 1024} kB"
        if not complaint:
            found[name] = _bytes(folder / name, MAX_BYTES[Path(name).suffix])
    except (OSError, ValueError) as error:
        complaint = f"this file cannot be read ({_reason(error)})"
    if complaint:
        problems.append(Problem(shown(name), "", complaint))


def _unwelcome(name: str) -> str | None:
    """Why a file of this name has no place in the folder."""
    if name.startswith("texts/"):
        return _unwelcome_text(name.removeprefix("texts/"))
    if name in (*TOML_FILES, *OPTIONAL_FILES, LOGO) or PHOTO_NAME.fullmatch(name):
        return None
    suffix = Path(name).suffix.lower()
    if suffix in CODE_SUFFIXES:
        return "programs and templates are not allowed in a practice's folder"
    if suffix in SECRET_SUFFIXES or name.lower() == ".env":
        return "keys and passwords never live in a practice's folder"
    if suffix in (".svg", ".jpg", ".jpeg", ".gif", ".webp", ".png"):
        return (
            f"the only pictures here are the logo, a PNG file named {LOGO}, and photos named photo-<key>.jpg"
        )
    names = ", ".join((*TOML_FILES, *OPTIONAL_FILES))
    return f"this file is not expected; a practice's folder holds {names}, {LOGO} and texts"


def _unwelcome_text(name: str) -> str | None:
    match = TEXT_NAME.fullmatch(name)
    if not match:
        return "this file is not expected; texts are named <kind>.<version>.<language>.md"
    if match[1] not in TEXT_KINDS:
        return f"{shown(match[1])} is not a kind of text; the kinds are {', '.join(TEXT_KINDS)}"
    if match[3] not in LANGUAGES:
        return f"{shown(match[3])} is not a language Parvis speaks; the languages are {', '.join(LANGUAGES)}"
    return None


def _bytes(path: Path, limit: int) -> bytes:
    # O_NOFOLLOW and O_NONBLOCK: the file may have been exchanged for a link or a pipe since it was listed.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(0, "it grew while it was read")
    return content


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
