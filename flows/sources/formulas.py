"""Formulas in a workbook without a sound result: the library that reads workbooks gives them as empty cells.

An empty denominator is no fault, so a share would silently become a count.
"""

from __future__ import annotations

import re

from ..errors import UnreadableFile

# What is held back of a cell until its end has come.
_MAX_CELL_BYTES = 64 * 1024
_NAME = rb"(?:[\w.-]+:)?"
_EXCEL_FAULT = re.compile(rb"<" + _NAME + rb"""c\b([^<>]*\bt\s*=\s*["']e["'][^<>]*)>""")
_EXCEL_NO_RESULT = re.compile(
    rb"<" + _NAME + rb"c\b([^<>]*)>\s*<" + _NAME + rb"f\b[^<>]*(?:/>|>[^<>]*</" + _NAME + rb"f>)\s*"
    rb"(?:<" + _NAME + rb"v\s*/>|<" + _NAME + rb"v\s*>\s*</" + _NAME + rb"v>)?\s*</" + _NAME + rb"c>"
)
_EXCEL_FORMULA = re.compile(rb"<" + _NAME + rb"c\b([^<>]*)>\s*<" + _NAME + rb"f\b")
# Programs that write a workbook without computing it (XlsxWriter, openpyxl) give 0 or nothing for each result, and ask
# Excel to compute all when the file is opened. What Excel and LibreOffice save themselves does not ask for it.
_EXCEL_NOT_COMPUTED = re.compile(rb"<" + _NAME + rb"""calcPr\b[^<>]*\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_EXCEL_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_EXCEL_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,3}\d{1,7})""")
_ODS_CELL = re.compile(rb"<" + _NAME + rb"table-cell\b([^<>]*)>")
_ODS_FAULT = re.compile(rb"""calcext:value-type\s*=\s*["']error["']""")


class Formulas:
    """Looks at the cells of a workbook's XML members as their bytes go by, one member after the other."""

    def __init__(self, kind: str, where: str) -> None:
        self._where, self._rest = where, b""
        self._is_excel, self._first, self._is_not_computed = kind == ".xlsx", "", False
        self._look, self._end = (_ods_fault, b">") if kind == ".ods" else (_excel_fault, b"c>")

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the member. Raises UnreadableFile at a formula without a sound result."""
        data = self._rest + chunk
        fault = self._look(data)
        if fault:
            raise UnreadableFile(
                f"holds a {fault}, so what should stand there is not known.",
                where=self._where,
                remedy="Open it in a spreadsheet program, mend the cell, save, and send that; or send values alone.",
            )
        if self._is_excel:
            self._note(data)
        # A cell that has not ended yet is looked at again with what follows.
        end = data.rfind(self._end)
        self._rest = data[end + len(self._end) if end >= 0 else 0 :][-_MAX_CELL_BYTES:]

    def close(self) -> None:
        """End the member."""
        self._rest = b""

    def refuse_not_computed(self) -> None:
        """Raise UnreadableFile if there are formulas and the workbook says that nobody has computed them yet."""
        if self._first and self._is_not_computed:
            raise UnreadableFile(
                f"holds a formula{self._first} that has not been computed: the program that wrote the file left that "
                "to Excel, and what stands there, often 0, is no result.",
                where=self._where,
                remedy="Open it in Excel, save it, and send that; or send values alone.",
            )

    def _note(self, data: bytes) -> None:
        self._is_not_computed = self._is_not_computed or _EXCEL_NOT_COMPUTED.search(data) is not None
        formula = _EXCEL_FORMULA.search(data) if b"<f" in data or b":f" in data else None
        if formula and not self._first:
            self._first = _place(formula[1]) or " in a cell"


def _excel_fault(data: bytes) -> str:
    failed = _EXCEL_FAULT.search(data)
    if failed:
        return f"formula that failed{_place(failed[1])}"
    for cell in _EXCEL_NO_RESULT.finditer(data) if b"f>" in data or b"<f" in data else ():
        # A formula whose result is a text may well give an empty one.
        if not _EXCEL_TEXT.search(cell[1]):
            return f"formula without its result{_place(cell[1])}"
    return ""


def _ods_fault(data: bytes) -> str:
    for cell in _ODS_CELL.finditer(data) if b"formula=" in data else ():
        if _ODS_FAULT.search(cell[1]):
            return "formula that failed"
        if b"table:formula=" in cell[1] and b"value-type=" not in cell[1]:
            return "formula without its result"
    return ""


def _place(attributes: bytes) -> str:
    found = _EXCEL_PLACE.search(attributes)
    return f" in cell {found[1].decode()}" if found else ""
