"""What a category of an export looks like, whatever file it ends up in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Column:
    """`key` is the name in the JSON and never changes; `title` heads the column, in the person's language."""

    key: str
    title: str


@dataclass(frozen=True)
class Sheet:
    """One category: a sheet of the workbook, a list of the JSON."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: list[tuple[Value, ...]] = field(default_factory=list)

    def records(self) -> list[dict[str, Any]]:
        names = [column.key for column in self.columns]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in self.rows]


def sheet(key: str, title: str, **columns: str) -> Sheet:
    """An empty one: columns as key=title."""
    return Sheet(key, title, tuple(Column(name, words) for name, words in columns.items()))


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value
