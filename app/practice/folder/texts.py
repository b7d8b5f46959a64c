"""texts/: conditions, cancellation, privacy and welcome, by version and language."""

from app.practice.folder.contents import LANGUAGES, OPTIONAL_TEXTS, TEXT_KINDS
from app.practice.folder.files import TEXT_NAME
from app.practice.folder.problems import Problem
from app.practice.folder.written import Text


def read_texts(
    bodies: dict[str, str], languages: tuple[str, ...], problems: list[Problem]
) -> tuple[Text, ...]:
    """The texts in their canonical order: kind, version, language."""
    speaks = ", ".join(languages)
    texts = [_text(name, body, problems) for name, body in bodies.items()]
    versions: dict[str, set[int]] = {kind: set() for kind in TEXT_KINDS}
    for text in texts:
        versions[text.kind].add(text.version)
        if languages and text.language not in languages:
            message = f"this practice does not speak this language ({speaks})"
            problems.append(Problem(text.filename, "", message))
    present = {text.filename for text in texts}
    later = getattr(languages, "unfinished", ())
    for kind, numbers in versions.items():
        latest = max(numbers, default=0 if kind in OPTIONAL_TEXTS else 1)
        if latest > len(numbers) + 1 and not later:
            message = f"version {latest} is there, but not every version before it; versions are 1, 2, 3 …"
            problems.append(Problem("texts", kind, message))
            continue
        for version in range(1, latest + 1):
            for language in (one for one in languages if one not in later):
                name = f"texts/{kind}.{version}.{language}.md"
                if name not in present and name not in _unreadable(bodies, problems):
                    problems.append(Problem(name, "", "this text is missing"))
    return tuple(sorted(texts, key=place))


def place(text: Text) -> tuple[int, int, int]:
    return TEXT_KINDS.index(text.kind), text.version, LANGUAGES.index(text.language)


def _text(name: str, body: str, problems: list[Problem]) -> Text:
    kind, version, language = TEXT_NAME.fullmatch(name.removeprefix("texts/")).groups()
    body = body.rstrip() + "\n"
    title, _, rest = body.partition("\n")
    if not body.strip():
        problems.append(Problem(name, "", "this text is empty"))
    elif not (title.startswith("# ") and title[2:].strip()):
        problems.append(Problem(name, "line 1", "a text begins with its title, written as: # Title"))
    elif not rest.strip():
        problems.append(Problem(name, "", "this text has a title and nothing else"))
    return Text(kind=kind, version=int(version), language=language, body=body)


def _unreadable(bodies: dict[str, str], problems: list[Problem]) -> set[str]:
    return {problem.file for problem in problems} - set(bodies)
