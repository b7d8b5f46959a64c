"""The workbook: text is text. A cell that could be read as a formula is none, whoever typed it."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.account.export.sheets import Sheet, Value

LONGEST_TITLE, LONGEST_CELL = 31, 32_767  # what the format allows
WIDEST = 60


def workbook(sheets: Sequence[Sheet], *, zone: str) -> bytes:
    """One sheet a category; instants on the wall clock of `zone`, because the format knows no other."""
    book, taken = Workbook(), set()
    book.remove(book.active)
    for one in sheets:
        page = book.create_sheet(_title(one.title, taken))
        page.append([])  # row 1 is written cell by cell, as every other
        for at, column in enumerate(one.columns, 1):
            _write(page.cell(1, at), column.title, zone)
            page.cell(1, at).font = Font(bold=True)
        for number, row in enumerate(one.rows, 2):
            for at, value in enumerate(row, 1):
                _write(page.cell(number, at), value, zone)
        page.freeze_panes = "A2"
        for at, column in enumerate(one.columns, 1):
            widths = [len(column.title), *(len(str(row[at - 1] or "")) for row in one.rows[:200])]
            page.column_dimensions[get_column_letter(at)].width = min(max(widths) + 2, WIDEST)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def _write(cell: Cell, value: Value, zone: str) -> None:
    if isinstance(value, datetime):
        cell.value = value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif value is None or isinstance(value, (bool, int, float, date)):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST_CELL]
        cell.data_type = "s"  # openpyxl makes a formula of anything that begins with =


def _title(words: str, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\]", " ", words)[:LONGEST_TITLE].strip(" '") or "-"
    title, number = plain, 2
    while title.casefold() in taken:
        title, number = f"{plain[: LONGEST_TITLE - 3]} {number}", number + 1
    taken.add(title.casefold())
    return title
