"""Writes plain data as TOML text, always the same bytes for the same data.

Python reads TOML but does not write it. The writers one can install choose their own layout, which may change
with their version, while an exported practice must give the same bytes for ever; so these few lines are ours.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
# Everything a reader could mistake for a line end or not see at all is written as an escape.
UNSAFE = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')


class Rows(list):
    """A list of small tables written one a line, for things people read as a grid (hours, for instance)."""


def dumps(table: Mapping, *, path: tuple[str, ...] = ()) -> str:
    """The table as TOML: plain values first, then tables, then lists of tables, each in the order given."""
    plain = {key: value for key, value in table.items() if not _is_section(value)}
    sections = {key: value for key, value in table.items() if _is_section(value)}
    blocks = ["".join(f"{_key(key)} = {_value(value)}\n" for key, value in plain.items())] if plain else []
    for key, value in sections.items():
        inner = (*path, key)
        header = ".".join(_key(part) for part in inner)
        if isinstance(value, Mapping):
            blocks.append(f"[{header}]\n" + dumps(value, path=inner))
        else:
            blocks.extend(f"[[{header}]]\n" + dumps(item, path=inner) for item in value)
    return "\n".join(blocks)


def _is_section(value: object) -> bool:
    if isinstance(value, Rows):
        return False
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
    )


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _quoted(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _paragraph(value) if "\n" in value else _quoted(value)
        case date() | datetime():
            return value.isoformat()
        case Rows():
            return "[\n" + "".join(f"  {_row(row)},\n" for row in value) + "]"
        case list() | tuple():
            return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"TOML has no place for {type(value).__name__}")


def _row(row: Mapping) -> str:
    pairs: Iterable[str] = (f"{_key(key)} = {_one_line(value)}" for key, value in row.items())
    return "{ " + ", ".join(pairs) + " }"


def _one_line(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else _value(value)


def _quoted(text: str) -> str:
    return '"' + UNSAFE.sub(_escape, text) + '"'


def _paragraph(text: str) -> str:
    return '"""\n' + "\n".join(UNSAFE.sub(_escape, line) for line in text.split("\n")) + '"""'


def _escape(match: re.Match) -> str:
    return SHORT_ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
