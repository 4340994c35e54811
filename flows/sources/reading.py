"""Reading one stored file of any kind into one CSV of text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

from ..errors import UnreadableFile
from .containers import check_head, check_name, kind_of, open_parts
from .contents import Part, look_through, unpacked_limit
from .header import Header, NoHeader, continues, find_header, missing_header
from .layout import Layout
from .records import Counts, csv_records, headers_only, write_records
from .sheets import open_sheets, sheet_records, text_rows

FAULT_COLUMNS = ("member", "record", "value", "reason")
_NOTHING = NoHeader((), -1)


@dataclass(frozen=True)
class Reading:
    """What came of reading one file.

    `raw` is the CSV of the records that could be split into fields: member, record, then the layout's columns.
    `faults` is the CSV of those that could not: FAULT_COLUMNS. `counts` covers every record after the header.
    `open_ended`: the members (empty for a file that is none) whose last line has no end, as when they are cut short: an
    archive is whole when what was put into it was not.
    """

    raw: Path
    faults: Path
    counts: Counts
    ignored: tuple[str, ...]
    extra_columns: tuple[str, ...]
    notes: tuple[str, ...]
    open_ended: tuple[str, ...]


@dataclass
class _Found:
    """What the parts read so far have shown."""

    raw: IO[str]
    faults: IO[str]
    counts: Counts
    ignored: tuple[str, ...]
    extra: dict[str, None]
    notes: list[str]
    open_ended: list[str]

    def add(self, header: Header, counts: Counts, where: str) -> None:
        self.counts += counts
        self.extra |= dict.fromkeys(header.extra)
        self.notes += header.notes
        if not counts.read:
            self.notes.append(f"{where}: has a header and no records below it")


def read_file(path: Path, name: str, layout: Layout, folder: Path) -> Reading:
    """Read the stored file at `path`, sent as `name`, and leave raw.csv and faults.csv in `folder`.

    `member` is the zip member's name, or the sheet's where a workbook has the table on several sheets, else empty.
    Raises UnreadableFile if the file is damaged, empty, of another kind than its name says, or lacks a column.
    """
    base = re.split(r"[/\\]", name)[-1]
    kind = kind_of(base)
    if kind != ".zip":
        check_name(base, kind, layout)
    check_head(path, base, kind)
    raw, faults = folder / "raw.csv", folder / "faults.csv"
    with raw.open("w", encoding="utf-8", newline="") as out, faults.open("w", encoding="utf-8", newline="") as bad:
        csv.writer(out, lineterminator="\n").writerow(("member", "record", *(c.name for c in layout.columns)))
        csv.writer(bad, lineterminator="\n").writerow(FAULT_COLUMNS)
        found = _Found(out, bad, Counts(), (), {}, [], [])
        if kind in (".xlsx", ".ods"):
            _read_workbook(path, base, kind, layout, found)
        else:
            _read_text(path, base, kind, layout, found)
    extra, notes = tuple(found.extra), tuple(found.notes)
    return Reading(raw, faults, found.counts, found.ignored, extra, notes, tuple(found.open_ended))


def _read_text(path: Path, name: str, kind: str, layout: Layout, found: _Found) -> None:
    unpacked, limit, contents = 0, unpacked_limit(layout.most_bytes, path.stat().st_size), []
    with open_parts(path, name, kind, layout) as (parts, found.ignored):
        # All are looked through before the first is read: an archive that is too large is refused at once.
        for part in parts:
            contents.append(look_through(part, unpacked, limit))
            unpacked += contents[-1].size
        for part, content in zip(parts, contents, strict=True):
            found.notes += content.notes
            if content.is_open_ended:
                found.open_ended.append(part.member)
            _read_part(part, content.encoding, layout, found)


def _read_part(part: Part, encoding: str, layout: Layout, found: _Found) -> None:
    with part.open() as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        records = csv_records(text, part.where)
        header = find_header(headers_only(records), layout, part.where)
        if isinstance(header, NoHeader):
            raise missing_header(header, layout, part.where)
        counts = write_records(records, header, part.member, part.where, found.raw, found.faults, is_csv=True)
    found.add(header, counts, part.where)


def _read_workbook(path: Path, name: str, kind: str, layout: Layout, found: _Found) -> None:
    tables, passed, hidden = [], [], []
    for one in open_sheets(path, name, kind, most_cells=layout.most_cells):
        sheet, rows = one.name, one.rows
        if one.is_hidden:
            # Whoever sends the workbook does not see it: an old copy, or a list that a form picks from.
            hidden.append(sheet)
            found.notes.append(f"{name}: sheet '{sheet}' is hidden and passed over")
            continue
        header = find_header(text_rows(rows), layout, f"{name}, sheet '{sheet}'")
        if isinstance(header, Header):
            first = list(islice(rows, 1))
            tables.append((sheet, chain(first, rows), header, next(text_rows(iter(first)), [])))
            continue
        # A sheet of notes has none of the headers. One with most of them is a table with a column renamed, and
        # passing over it would lose a year without a word.
        if header.matched * 2 > len(layout.required):
            raise missing_header(header, layout, f"{name}, sheet '{sheet}'")
        found.notes.append(f"{name}: sheet '{sheet}' holds no such table and is passed over")
        passed.append((sheet, header))
    if not tables:
        raise missing_header(max((one for _, one in passed), key=_matched, default=_NOTHING), layout, name, hidden)
    for sheet, absent in passed:
        if any(continues(absent, header, first, layout) for _, _, header, first in tables):
            raise UnreadableFile(
                f"sheet '{sheet}' has not the header, and its rows look like those of the table: they would be lost.",
                where=name,
                remedy="Put the header above them as the layout prints it, or take the sheet out.",
            )
    for sheet, rows, header, _ in tables:
        where = f"{name}, sheet '{sheet}'"
        member = sheet if len(tables) > 1 else ""
        records = sheet_records(rows, _months(header, layout))
        counts = write_records(records, header, member, where, found.raw, found.faults, is_csv=False)
        found.add(header, counts, where)


def _matched(absent: NoHeader) -> int:
    return absent.matched


def _months(header: Header, layout: Layout) -> frozenset[int]:
    return frozenset(place for place, column in zip(header.positions, layout.columns, strict=True) if column.is_month)
