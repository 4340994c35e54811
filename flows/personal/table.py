"""One table's columns and the text around it, looked at record by record and judged at the end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from flows.errors import UnreadableFile
from flows.sources import LAYOUTS
from flows.sources.header import SEARCHED_RECORDS, Header, find_header
from flows.sources.layout import Layout

from .columns import Column, allow_office_contacts
from .values import REFERENCE, kinds_in, plain


class Table:
    """The columns of one table, and the text around it: above it, alone in a row, in records of another length."""

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
                if cell:
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
            if column is None:
                self._columns[-1].look_at_header()

    def _take(self, row: list[str]) -> None:
        columns = self._columns
        if self._is_known and (len(row) > len(columns) or _is_alone(row)):
            text = self._ragged if len(row) > len(columns) else self._around
            for cell in row:
                if cell and hash(cell) not in text.seen:
                    text.take(cell)
            return
        while len(columns) < len(row):
            columns.append(Column(is_prose=True))
        for column, cell in zip(columns, row, strict=False):
            if cell and hash(cell) not in column.seen:
                column.take(cell)

    def judge(self) -> Iterator[tuple[str, set[str]]]:
        """Give each column with personal data in it, in words, and the kinds."""
        parts = [("the text around its table", self._around), ("records of the wrong length", self._ragged)]
        allow_office_contacts([self._around] if self._is_known else [*self._columns, self._around])
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
        if self._is_known and 0 < len(shown) <= 40 and not kinds_in_name(shown):
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


def _is_alone(row: list[str]) -> bool:
    """Return whether one cell of the record is filled and no other, as in a note below the table."""
    return len(row) - row.count("") == 1


def _is_header(row: list[str]) -> bool:
    """Return whether the row reads as a header: two cells or more, all of them words."""
    filled = [cell for cell in row if cell and not cell.isspace()]
    return len(filled) > 1 and not any(any(one.isdigit() for one in cell[:3]) for cell in filled)


def kinds_in_name(name: str) -> set[str]:
    """Return the kinds of personal data in the name of a file, a sheet or a column."""
    return kinds_in(plain(name.replace("_", " ").replace("/", " "))) if name else set()


def _letters(place: int) -> str:
    """Return the column's letters as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
