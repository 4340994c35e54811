"""Going through everything in a file for personal data: every record of every table, sheet and member, used or not.

Nothing is written to disk but an archive inside an archive, which is taken out to a file without a name. A file that
cannot be opened is left for its reader to refuse in words; what can be read of it is looked at all the same.
"""

from __future__ import annotations

import gzip
import itertools
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from flows.errors import PersonalData, UnreadableFile
from flows.sources import LAYOUTS
from flows.sources.containers import open_zip
from flows.sources.contents import MAX_UNPACKED_BYTES, Part, chunks, refuse_size, unpacked_limit
from flows.sources.header import SEARCHED_RECORDS, Header, find_header
from flows.sources.layout import Layout
from flows.sources.sheets import open_sheets, text_rows

from .columns import Column
from .hidden import hidden_texts
from .lines import records_of
from .values import REFERENCE, kinds_in, plain

# An archive in an archive in an archive is somebody's mistake; a fourth is made to cost.
_MAX_DEPTH = 3
# More contact details than an office gives in its notes.
_MAX_CONTACTS = 12
_SHOWN = 10


@dataclass
class _Found:
    """Where personal data seems to stand: a place in the file, a column of it, and the kinds."""

    name: str
    layout: Layout
    # More than this it does not unpack to, as for its reader.
    limit: int
    columns: list[str] = field(default_factory=list)
    unpacked: int = 0

    def add(self, place: str, column: str, kinds: set[str]) -> None:
        if kinds:
            told = f"{place}{column} ({', '.join(sorted(kinds))})"
            if told not in self.columns:
                self.columns.append(told)


def refuse_personal_data(path: Path, name: str, layout: Layout) -> None:
    """Raise PersonalData if anything in the file at `path`, sent as `name`, looks personal.

    Columns that the layout declares are exempt from the test of their names; all others, and a declared column of free
    text, are searched in full. The message says which columns and what kind, and never holds a value.
    """
    found = _Found(name, layout, unpacked_limit(MAX_UNPACKED_BYTES, path.stat().st_size))
    if _name_kinds(name):
        found.add("", "the file's own name", _name_kinds(name))
    # A damaged or foreign file is refused in words where it is read.
    with _passing_over_damage():
        _look_at_file(path, "", found, 0)
    if found.columns:
        more = f"; and {len(found.columns) - _SHOWN} more" if len(found.columns) > _SHOWN else ""
        raise PersonalData("; ".join(found.columns[:_SHOWN]) + more, where=shown_name(name))


def shown_name(name: str) -> str:
    """Return the file's name, or words in its place if the name itself looks personal."""
    return "a file whose name is not repeated here" if _name_kinds(name) else name


class _passing_over_damage:
    """Goes on after a file, or a part of one, that cannot be read to its end."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        return isinstance(error, UnreadableFile)


def _look_at_file(path: Path, place: str, found: _Found, depth: int) -> None:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        kind = _workbook_kind(path, found.name)
        if kind:
            _look_at_workbook(path, kind, place, found)
        else:
            _look_at_members(path, place, found, depth)
    elif head.startswith(b"\x1f\x8b"):
        _look_at_text(lambda: cast(IO[bytes], gzip.GzipFile(path)), place, found)
    else:
        _look_at_text(lambda: path.open("rb"), place, found)


def _workbook_kind(path: Path, name: str) -> str:
    with open_zip(path, name) as archive:
        held = {member.lower() for member in archive.namelist()}
    if any(member.startswith("xl/") for member in held):
        return ".xlsx"
    return ".ods" if "content.xml" in held else ""


def _look_at_members(path: Path, place: str, found: _Found, depth: int) -> None:
    with open_zip(path, found.name) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        for number, info in enumerate(members, start=1):
            kinds = _name_kinds(info.filename)
            label = f"member {number}" if kinds else f"'{info.filename}'"
            found.add(place, f"the name of member {number}", kinds)
            with _passing_over_damage():
                _look_at_member(archive, info, f"{place}{label}, ", found, depth)


def _look_at_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, found: _Found, depth: int) -> None:
    part = Part(info.filename, found.name, lambda: archive.open(info))
    stream = chunks(part)
    head = next(stream, b"")
    if not head.startswith((b"PK", b"\x1f\x8b")):
        _look_at_text(part.open, place, found)
        return
    if depth >= _MAX_DEPTH:
        raise UnreadableFile("holds archives inside archives inside archives.", where=found.name)
    with tempfile.TemporaryDirectory(prefix="panelbrief-looking-") as folder:
        inner = Path(folder) / "inner"
        with inner.open("wb") as out:
            for chunk in itertools.chain((head,), stream):
                found.unpacked += len(chunk)
                refuse_size(found.unpacked, found.limit, found.name)
                out.write(chunk)
        _look_at_file(inner, place, found, depth + 1)


def _look_at_text(open_it: Callable[[], IO[bytes]], place: str, found: _Found) -> None:
    def counted() -> Iterator[bytes]:
        for chunk in chunks(Part("", found.name, open_it)):
            found.unpacked += len(chunk)
            refuse_size(found.unpacked, found.limit, found.name)
            yield chunk

    _look_at_rows(records_of(counted()), place, found)


def _look_at_workbook(path: Path, kind: str, place: str, found: _Found) -> None:
    with _passing_over_damage():
        for where, texts in hidden_texts(path, kind, found.name):
            column = Column(is_prose=True)
            for text in texts:
                column.take(text)
            found.add(place, where, column.kinds | column.contact_kinds)
    sheets = open_sheets(path, found.name, kind, needs_results=False)
    for number, one in enumerate(sheets, start=1):
        kinds = _name_kinds(one.name)
        found.add(place, f"the name of sheet {number}", kinds)
        label = f"sheet {number}" if kinds else f"sheet '{one.name}'"
        _look_at_rows(text_rows(one.rows), f"{place}{label}, ", found)


def _look_at_rows(rows: Iterable[list[str]], place: str, found: _Found) -> None:
    """Look at one table, or what stands in place of one; what was seen before damage is judged all the same."""
    taken = _Table(found.layout)
    try:
        taken.look(iter(rows))
    finally:
        for column, kinds in taken.judge():
            found.add(place, column, kinds)


class _Table:
    """The columns of one table, and the text around it: what stands above the header, records of another length."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._columns: list[Column] = []
        self._is_known = False
        self._around = Column(is_prose=True)
        self._ragged = Column(is_prose=True)

    def look(self, rows: Iterator[list[str]]) -> None:
        first = list(itertools.islice(rows, SEARCHED_RECORDS))
        above = self._begin(first)
        for row in first[:above]:
            for cell in row:
                self._around.take(cell)
        for row in itertools.chain(first[above + 1 :] if self._is_known else first[above:], rows):
            self._take(row)

    def _begin(self, first: list[list[str]]) -> int:
        """Set up the columns from the header, the layout's or what looks like one; return its place among `first`."""
        # A file may hold tables of another layout beside those that are read: police.uk's outcomes lie by the streets.
        for layout in (self._layout, *LAYOUTS.values()):
            header = _header_of(first, layout)
            if header:
                self._declare(first[header.above], header, layout)
                return header.above
        place = next((place for place, row in enumerate(first) if _is_header(row)), 0)
        # Sheets of notes are prose by nature; only a layout's own table is refused a column of sentences.
        titles = first[place] if first else []
        known = _declared_titles(titles)
        self._columns = [Column(text, is_declared=text in known, is_prose=text not in known) for text in titles]
        return place

    def _declare(self, titles: list[str], header: Header, layout: Layout) -> None:
        self._is_known = True
        declared = dict(zip(header.positions, layout.columns, strict=True))
        for place, text in enumerate(titles):
            column = declared.get(place)
            is_prose = column is not None and column.is_free_text
            self._columns.append(Column(text, is_declared=column is not None and not is_prose, is_prose=is_prose))

    def _take(self, row: list[str]) -> None:
        if self._is_known and len(row) > len(self._columns):
            for cell in row:
                self._ragged.take(cell)
            return
        while len(self._columns) < len(row):
            self._columns.append(Column(is_prose=True))
        for column, cell in zip(self._columns, row, strict=False):
            if cell:
                column.take(cell)

    def judge(self) -> Iterator[tuple[str, set[str]]]:
        """Give each column with personal data in it, in words, and the kinds."""
        parts = [("the text above its table", self._around), ("records of the wrong length", self._ragged)]
        loose = [self._around] if self._is_known else [*self._columns, self._around]
        if any(one.offices for one in loose) and sum(one.contacts for one in loose) <= _MAX_CONTACTS:
            for one in loose:
                one.allow_contacts()
        judged = [(column, column.judge()) for column in self._columns]
        self._join_references(judged)
        for place, (column, kinds) in enumerate(judged):
            yield self._label(place, column.header), kinds
        for label, column in parts:
            yield label, column.kinds | column.contact_kinds

    def _join_references(self, judged: list[tuple[Column, set[str]]]) -> None:
        """Mark crime references that stand beside a street: together they tell whose door it was."""
        undeclared = [(column, kinds) for column, kinds in judged if not column.is_declared]
        references = [kinds for column, kinds in undeclared if column.is_crime_reference]
        streets = [kinds for column, kinds in undeclared if column.streets]
        if references and streets:
            for kinds in (*references, *streets):
                kinds.add(REFERENCE)

    def _label(self, place: int, header: str) -> str:
        shown = " ".join(header.split())
        # Without the layout's header, what stands on top may itself be a value.
        if self._is_known and 0 < len(shown) <= 40 and not _name_kinds(shown):
            return f"column '{shown}' ({_letters(place)})"
        return f"column {_letters(place)}"


def _declared_titles(titles: list[str]) -> set[str]:
    """Return those titles that a layout declares which has most of its own among them: its reader tells what lacks."""
    plain_titles = {text: " ".join(text.split()).casefold() for text in titles}
    known: set[str] = set()
    for layout in LAYOUTS.values():
        wanted = {column.header.casefold() for column in layout.required}
        if 2 * len(wanted & set(plain_titles.values())) > len(wanted):
            declared = {column.header.casefold() for column in layout.columns if not column.is_free_text}
            known |= {text for text, title in plain_titles.items() if title in declared}
    return known


def _header_of(first: list[list[str]], layout: Layout) -> Header | None:
    try:
        header = find_header(first, layout, "")
    except UnreadableFile:  # a column twice: said where the file is read
        return None
    return header if isinstance(header, Header) else None


def _is_header(row: list[str]) -> bool:
    """Return whether the row reads as a header: two cells or more, all of them words."""
    filled = [cell for cell in row if cell and not cell.isspace()]
    return len(filled) > 1 and not any(any(one.isdigit() for one in cell[:3]) for cell in filled)


def _name_kinds(name: str) -> set[str]:
    return kinds_in(plain(name.replace("_", " ").replace("/", " "))) if name else set()


def _letters(place: int) -> str:
    """Return the column's letters as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
