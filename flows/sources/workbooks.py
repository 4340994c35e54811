"""Looking through a workbook's XML before it is read: is it whole, and how large are its sheets?

The library that reads workbooks trusts them. It holds a sheet as a full rectangle, so one cell in the last column of
the last row, or one row "repeated" a million times, asks for more memory than there is and the program is stopped
without a word; and on XML that breaks off it may never come to an end.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from ..errors import UnreadableFile
from .containers import open_zip
from .contents import MAX_CELLS, Part, chunks, refuse_size, unpacked_limit
from .formulas import Formulas

# A workbook is held in memory while it is read. Twelve years of recorded crime, 240,000 rows of eight cells with some
# 130 bytes of markup each, come to about half of this.
MAX_WORKBOOK_BYTES = 512 * 1024**2

# A tag is held back until its end has come; no honest one is longer.
_MAX_TAG_BYTES = 64 * 1024
_EXCEL = re.compile(rb"<(?:[\w.-]+:)?(sheetData|row|c)\b([^<>]*)>")
_ODS = re.compile(rb"<(?:[\w.-]+:)?(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_EXCEL_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,3})(\d{1,7})""")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']\s*(\d{1,9})""")


def check_workbook(
    path: Path, name: str, kind: str, *, needs_results: bool = True, most_cells: int = MAX_CELLS
) -> None:
    """Raise UnreadableFile if the workbook is damaged, encrypted, too large, or holds a formula without a sound result.

    Without `needs_results` formulas are let be.
    """
    size, cells, formulas = 0, 0, Formulas(kind, name)
    limit = unpacked_limit(MAX_WORKBOOK_BYTES, path.stat().st_size)
    with open_zip(path, name) as archive:
        _refuse_other_workbook(archive.namelist(), name, kind)
        _refuse_locked(archive, name)
        for info in archive.infolist():
            extents, whole = Extents(kind), _Whole(name, info.filename)
            for chunk in chunks(Part("", name, lambda info=info: archive.open(info))):  # type: ignore[misc]
                size += len(chunk)
                refuse_size(size, limit, name)
                whole.feed(chunk)
                extents.feed(chunk)
                if needs_results:
                    formulas.feed(chunk)
                _refuse_extents(cells + extents.cells, most_cells, name)
            whole.close()
            formulas.close()
            cells += extents.cells
    if needs_results:
        formulas.refuse_not_computed()


class _Whole:
    """Checks that a member that should be XML is whole XML, in UTF-8 as every workbook's is."""

    def __init__(self, name: str, member: str) -> None:
        self._name, self._member = name, member
        self._parser = expat.ParserCreate("UTF-8") if member.lower().endswith((".xml", ".rels")) else None
        if self._parser:
            # No workbook declares a document type; one that does means to swell or to fetch.
            self._parser.StartDoctypeDeclHandler = self._declares

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        if self._parser:
            try:
                self._parser.Parse(chunk, last)
            except expat.ExpatError as error:
                raise self._refusal(f"{self._member} is not whole: {error}") from error

    def close(self) -> None:
        self.feed(b"", last=True)

    def _declares(self, *_: object) -> None:
        raise self._refusal(f"{self._member} declares a document type")

    def _refusal(self, why: str) -> UnreadableFile:
        return UnreadableFile(
            f"cannot be read as a workbook ({why}).",
            where=self._name,
            remedy="Open it, save it anew as .xlsx, and send that.",
        )


class Extents:
    """Follows the tags of one XML member as its bytes go by, and adds up the rectangles of its sheets, in `cells`."""

    def __init__(self, kind: str) -> None:
        self._tag = _ODS if kind == ".ods" else _EXCEL
        self._take = self._ods if kind == ".ods" else self._excel
        self._rest = b""
        self._done = 0
        self._row = self._column = self._repeat = 0
        self._height = self._width = 0

    @property
    def cells(self) -> int:
        """Return the cells so far: those of the sheets passed, and of the one that is open."""
        return self._done + self._height * self._width

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the member."""
        data = self._rest + chunk
        for match in self._tag.finditer(data):
            self._take(match[1], match[2])
        begun = data.rfind(b"<")
        open_tag = begun > data.rfind(b">")
        self._rest = data[begun:][:_MAX_TAG_BYTES] if open_tag else b""

    def _next_sheet(self) -> None:
        self._done = self.cells
        self._row = self._column = self._height = self._width = 0

    def _filled(self) -> None:
        self._height, self._width = max(self._height, self._row), max(self._width, self._column)

    def _excel(self, tag: bytes, attributes: bytes) -> None:
        if tag == b"sheetData":
            self._next_sheet()
            return
        place = _EXCEL_PLACE.search(attributes)
        if tag == b"row":
            self._row, self._column = int(place[2]) if place else self._row + 1, 0
            return
        self._column += 1
        if place:
            self._column, self._row = _column(place[1]) or self._column, int(place[2])
        if not attributes.endswith(b"/"):  # a cell with nothing but a format is not built
            self._filled()

    def _ods(self, tag: bytes, attributes: bytes) -> None:
        if tag == b"table":
            self._next_sheet()
            return
        found = _REPEATED.search(attributes)
        repeated = int(found[1]) if found else 1
        if tag == b"table-row":
            self._row, self._column = self._row + repeated, 0
            return
        self._column += repeated
        if b"value-type" in attributes or not attributes.endswith(b"/"):
            self._filled()


def _refuse_other_workbook(members: list[str], name: str, kind: str) -> None:
    """Raise UnreadableFile if the workbook is of another kind than its name says: its sheets would not be measured."""
    held = [member.lower().replace("\\", "/").lstrip("/") for member in members]
    excel = any(member.startswith(("xl/", "_rels/", "[content_types]")) for member in held)
    binary = any(member.endswith("workbook.bin") for member in held)
    other = binary or (excel if kind == ".ods" else "content.xml" in held)
    if other:
        raise UnreadableFile(
            f"is another kind of workbook than its name, {kind}, says.",
            where=name,
            remedy="Send it under its right name, or save it anew as .xlsx.",
        )


def _refuse_locked(archive: zipfile.ZipFile, name: str) -> None:
    """Raise UnreadableFile if an OpenDocument workbook is protected: its manifest says so, and the rest is noise."""
    manifest = "META-INF/manifest.xml"
    if manifest not in archive.namelist():
        return
    part = Part("", name, lambda: archive.open(manifest))
    if b"encryption-data" in next(chunks(part), b""):
        raise UnreadableFile("is protected by a password.", where=name, remedy="Send it without one, over a safe way.")


def _refuse_extents(cells: int, most: int, where: str) -> None:
    """Raise UnreadableFile if the sheets come to more cells than are read."""
    if cells > most:
        raise UnreadableFile(
            f"its sheets reach over more than {most:,} cells, far more than such a table has.",
            where=where,
            remedy="Delete the rows below and the columns beside the table, or save the sheet as CSV.",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
