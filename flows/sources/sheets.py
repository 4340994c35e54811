"""The sheets of an Excel or ODS workbook, as records of text."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..errors import UnreadableFile
from .contents import MAX_CELLS
from .records import Broken, plain_signs
from .workbooks import check_workbook

# Of a CSV the csv module sets the same bound.
MAX_CELL_CHARACTERS = 131072


@dataclass(frozen=True)
class Sheet:
    """A sheet's name, its rows of cells as the workbook holds them, and whether a person has to look for it."""

    name: str
    rows: Iterator[list[Any]]
    is_hidden: bool


def open_sheets(
    path: Path, name: str, kind: str, *, needs_results: bool = True, most_cells: int = MAX_CELLS
) -> Iterator[Sheet]:
    """Give every sheet, in the workbook's order.

    Raises UnreadableFile if the workbook is damaged, protected or reaches over more cells, or (with `needs_results`) a
    formula has no sound result.
    """
    import python_calamine

    check_workbook(path, name, kind, needs_results=needs_results, most_cells=most_cells)
    try:
        with path.open("rb") as stream:
            workbook = python_calamine.CalamineWorkbook.from_filelike(stream)
            for sheet in workbook.sheets_metadata:
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                    is_hidden = sheet.visible != python_calamine.SheetVisibleEnum.Visible
                    yield Sheet(sheet.name, workbook.get_sheet_by_name(sheet.name).iter_rows(), is_hidden)
    except python_calamine.PasswordError as error:
        raise UnreadableFile(
            "is protected by a password.", where=name, remedy="Send it without one, over a safe way."
        ) from error
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound, OSError, ValueError) as error:
        raise _no_workbook(name, str(error)) from error
    except BaseException as error:
        # What a Rust library raises when it meets what it holds to be impossible; it is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _no_workbook(name, "it is damaged inside") from error


def _no_workbook(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"cannot be read as a workbook ({why}).", where=name, remedy="Open it, save it anew as .xlsx, and send that."
    )


def text_rows(rows: Iterator[list[Any]], months: frozenset[int] = frozenset()) -> Iterator[list[str]]:
    """Give the rows as text; `months` are the positions of the columns whose dates are months."""
    for row in rows:
        yield [cell_text(cell, is_month=place in months) for place, cell in enumerate(row)]


def sheet_records(rows: Iterator[list[Any]], months: frozenset[int]) -> Iterator[list[str] | Broken]:
    """Give the rows after the header as records; a row with an absurdly long cell is a Broken."""
    for record in text_rows(rows, months):
        if max(map(len, record), default=0) > MAX_CELL_CHARACTERS:
            yield Broken(record[0][:80], f"has a cell longer than {MAX_CELL_CHARACTERS:,} characters")
        else:
            yield record


def cell_text(cell: object, *, is_month: bool = False) -> str:
    """Return a cell as it would stand in a CSV: 37.2 as '37.2', 37.0 as '37', a date as YYYY-MM-DD.

    In a column of months the first or last day of a month is that month, YYYY-MM: Excel turns a typed 2023-04 into
    1 April 2023, and returns are often dated by the month's end. Any other day is left to be refused as no month.
    """
    if isinstance(cell, str):
        return plain_signs(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else _fraction(format(Decimal(repr(cell)), "f"))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()
    if isinstance(cell, datetime.date) and not isinstance(cell, datetime.datetime):
        last = calendar.monthrange(cell.year, cell.month)[1]
        return cell.isoformat()[:7] if is_month and cell.day in (1, last) else cell.isoformat()
    return "" if cell is None else str(cell)


def _fraction(text: str) -> str:
    """Return a fraction of three places with a fourth: as text 1.234 may be a thousand, but a number cell never is."""
    return f"{text}0" if text[-4:-3] == "." else text
