"""Small files for the tests of the search for personal data, and what it says of them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from flows.errors import PersonalData
from flows.personal import refuse_personal_data
from flows.sources import LAYOUTS
from tests.unit.test_sources import xlsx

RETURN = LAYOUTS["force_return"]
HEADER = ("measure", "area", "period", "numerator", "denominator", "note")


def look(folder: Path, rows: list[tuple[str, ...]]) -> None:
    """Look through a return of these rows."""
    look_at(folder, "return.csv", csv_of(rows))


def look_at(folder: Path, name: str, content: bytes) -> None:
    """Look through a file of that name and content."""
    path = folder / "file"
    path.write_bytes(content)
    refuse_personal_data(path, name, RETURN)


def refused(folder: Path, rows: list[tuple[str, ...]]) -> str:
    """Return what the search says of a return of these rows: nothing if it passes."""
    try:
        look(folder, rows)
    except PersonalData as error:
        return error.columns
    return ""


def csv_of(rows: list[tuple[str, ...]]) -> bytes:
    """Return the rows as a CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def zip_of(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    """Return a zip of the members, with a comment on it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook_of(sheets: dict[str, list[tuple[object, ...]]], parts: dict[str, str] | None = None) -> bytes:
    """Return an Excel workbook of the sheets, with those members added to it, or put in place of its own."""
    plain = xlsx({name: [list(row) for row in rows] for name, rows in sheets.items()})
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zip_of(members | {name: text.encode() for name, text in (parts or {}).items()})
